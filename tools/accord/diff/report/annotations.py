"""Differences in annotations: deprecation, sunset, default, content of strings, discriminator, documentation.

None of them changes what a validator accepts; ``assemble.annotation_verdict`` says what each means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from accord.contract.schema import NO_ANNOTATIONS, Annotations, Assertions, JsonValue, Unset

# These have changes of their own: they announce something.
_POLICY_EXTENSIONS: Final = ("x-sunset", "x-accord-deprecated-at", "x-stability-level")


@dataclass(frozen=True, slots=True)
class AnnotationDelta:
    """One difference: ``kind`` is ``deprecated``, ``sunset``, ``default``, ``content``, ``discriminator`` or ``docs``."""

    kind: str
    action: str
    old: str = ""
    new: str = ""


def annotation_deltas(old: tuple[Assertions, ...], new: tuple[Assertions, ...]) -> Iterator[AnnotationDelta]:
    """What the annotations of two places say differently. Of several schemas that apply, the first one counts."""
    a, b = _merged(old), _merged(new)
    if a.deprecated != b.deprecated:
        yield AnnotationDelta("deprecated", "added" if b.deprecated else "removed")
    yield from extension_notes(a.extensions, b.extensions)
    x, y = _default(a), _default(b)
    if x != y:
        yield AnnotationDelta("default", _action(x, y), x, y)
    x, y = _content(old), _content(new)
    if x != y:
        yield AnnotationDelta("content", _action(x, y), x, y)
    x, y = _discriminator(old), _discriminator(new)
    if x != y:
        yield AnnotationDelta("discriminator", _action(x, y), x, y)
    if documentation(a) != documentation(b):
        yield AnnotationDelta("docs", "changed")


def extension_notes(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]) -> Iterator[AnnotationDelta]:
    """A sunset date that was added, removed or changed."""
    x, y = (str(side.get("x-sunset") or "") for side in (old, new))
    if x != y:
        yield AnnotationDelta("sunset", _action(x, y), x, y)


def documentation(a: Annotations) -> tuple[object, ...]:
    """The annotations that change nothing for programs."""
    extensions = {key: value for key, value in a.extensions.items() if key not in _POLICY_EXTENSIONS}
    return a.title, a.description, a.examples, a.comment, a.external_docs, dict(a.xml), extensions


def _merged(parts: tuple[Assertions, ...]) -> Annotations:
    written = [part.annotations for part in parts if part.annotations != NO_ANNOTATIONS]
    if not written:
        return NO_ANNOTATIONS
    defaults = [a.default for a in written if not isinstance(a.default, Unset)]
    first = written[0]
    return Annotations(
        title=first.title,
        description=first.description,
        default=defaults[0] if defaults else first.default,
        examples=first.examples,
        deprecated=any(a.deprecated for a in written),
        comment=first.comment,
        xml=first.xml,
        external_docs=first.external_docs,
        extensions=first.extensions,
    )


def _default(a: Annotations) -> str:
    return "" if isinstance(a.default, Unset) else json.dumps(a.default, ensure_ascii=False, sort_keys=True)


def _content(parts: tuple[Assertions, ...]) -> str:
    found = [
        f"{part.string.content_encoding or ''} {part.string.content_media_type or ''}".strip()
        for part in parts
        if part.string.content_encoding or part.string.content_media_type
    ]
    return ", ".join(found)


def _discriminator(parts: tuple[Assertions, ...]) -> str:
    found = [part.discriminator for part in parts if part.discriminator is not None]
    return ", ".join(
        f"{d.property_name}{''.join(f' {tag}={name}' for tag, name in sorted(d.mapping))}" for d in found
    )


def _action(old: str, new: str) -> str:
    if old and new:
        return "changed"
    return "added" if new else "removed"
