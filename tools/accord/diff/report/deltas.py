"""What differs between two merged schemas: keyword by keyword, and in their annotations.

Schemas inside of them are ``listing.py``'s. No annotation changes what a validator accepts;
``causes.annotation_verdict`` says what each means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from accord.contract.schema import NO_ANNOTATIONS, Annotations, Assertions, JsonValue, Unset
from accord.contract.schemas.values import json_key
from accord.diff.proof.node import Arrays, Node, Objects, Strings

_SHOWN_VALUES: Final = 6
# These have changes of their own: they announce something.
_POLICY_EXTENSIONS: Final = ("x-sunset", "x-accord-deprecated-at", "x-stability-level")


@dataclass(frozen=True, slots=True)
class Delta:
    """One difference: what happened to a keyword, or to the property, value or branch that ``member`` names.

    In annotations the keyword is ``deprecated``, ``sunset``, ``default``, ``content``, ``discriminator`` or ``docs``.
    ``action`` is a participle (``added``, ``removed``, ``increased``, ...). ``old`` and ``new`` are short texts of
    what stood and stands there, empty where that says nothing more.
    """

    keyword: str
    member: str
    action: str
    old: str = ""
    new: str = ""
    names: tuple[str, str] | None = None
    """The old and the new name of a renamed property."""


def type_deltas(o: Node, n: Node) -> Iterator[Delta]:
    """Differences in types, in ``null``, and in the values of enumerations."""
    # Two lists of values have the types of their values: only the values are worth a change.
    if o.types != n.types and (o.enum is None or n.enum is None):
        old, new = o.types - {"null"}, n.types - {"null"}
        if old == new:
            yield Delta("nullable", "", "added" if "null" in n.types else "removed")
        else:
            action = "widened" if old < new else "narrowed" if new < old else "changed"
            yield Delta("type", "", action, _types(o), _types(n))
    yield from _enums(o, n)


def _enums(o: Node, n: Node) -> Iterator[Delta]:
    if o.enum is None and n.enum is None:
        return
    if o.enum is None or n.enum is None:
        action = "added" if o.enum is None else "removed"
        yield Delta("enum", "", action, _values(o.enum or ()), _values(n.enum or ()))
        return
    old = {json_key(value): value for value in o.enum}
    new = {json_key(value): value for value in n.enum}
    removed = tuple(value for key, value in old.items() if key not in new)
    added = tuple(value for key, value in new.items() if key not in old)
    if removed:
        yield Delta("enum-value", _values(removed), "removed", _values(removed), "")
    if added:
        yield Delta("enum-value", _values(added), "added", "", _values(added))


def number_deltas(o: Node, n: Node) -> Iterator[Delta]:
    """Differences in bounds and multiples of numbers."""
    if o.enum is not None and n.enum is not None:
        return
    a, b = o.numbers, n.numbers
    yield from _bound("minimum", _edge(a.low, is_open=a.low_open), _edge(b.low, is_open=b.low_open))
    yield from _bound("maximum", _edge(a.high, is_open=a.high_open), _edge(b.high, is_open=b.high_open))
    if a.multiples != b.multiples:
        yield Delta("multipleOf", "", _set(a.multiples, b.multiples), _list(a.multiples), _list(b.multiples))


def string_deltas(o: Node, n: Node) -> Iterator[Delta]:
    """Differences in lengths, patterns and formats of strings."""
    if o.enum is not None and n.enum is not None:
        return
    a, b = o.strings, n.strings
    yield from count_deltas("Length", a, b)
    if set(a.patterns) != set(b.patterns):
        yield Delta("pattern", "", _set(a.patterns, b.patterns), _list(a.written), _list(b.written))
    if set(a.formats) != set(b.formats):
        yield Delta("format", "", _set(a.formats, b.formats), _list(a.formats), _list(b.formats))


def array_deltas(o: Node, n: Node) -> Iterator[Delta]:
    """Differences in sizes of arrays and in uniqueness."""
    a, b = o.arrays, n.arrays
    yield from count_deltas("Items", a, b)
    if a.unique != b.unique:
        yield Delta("uniqueItems", "", "added" if b.unique else "removed")


def count_deltas(what: str, a: Strings | Arrays | Objects, b: Strings | Arrays | Objects) -> Iterator[Delta]:
    """Differences in how many there may be; *what* ends the keywords: ``Length``, ``Items`` or ``Properties``."""
    # A least number of 0 says nothing.
    yield from _bound(f"min{what}", (a.least or None, ""), (b.least or None, ""))
    yield from _bound(f"max{what}", (a.most, ""), (b.most, ""))


def _bound(keyword: str, old: tuple[float | None, str], new: tuple[float | None, str]) -> Iterator[Delta]:
    if old == new:
        return
    x, y = ("" if value is None else f"{mark}{value}" for value, mark in (old, new))
    if old[0] is None or new[0] is None:
        yield Delta(keyword, "", "added" if old[0] is None else "removed", x, y)
    elif old[0] == new[0]:
        yield Delta(keyword, "", "changed", x, y)
    else:
        yield Delta(keyword, "", "increased" if new[0] > old[0] else "decreased", x, y)


def _edge(value: float | None, *, is_open: bool) -> tuple[float | None, str]:
    return value, "exclusive " if is_open else ""


def _set(old: tuple[object, ...], new: tuple[object, ...]) -> str:
    if set(old) < set(new):
        return "added"
    return "removed" if set(new) < set(old) else "changed"


def _list(values: tuple[object, ...]) -> str:
    return ", ".join(str(value) for value in values)


def _types(node: Node) -> str:
    names = set(node.types)
    if names >= {"null", "boolean", "integer", "number", "string", "array", "object"}:
        return "any"
    if "number" in names:
        names.discard("integer")
    return " or ".join(sorted(names)) or "nothing"


def _values(values: tuple[JsonValue, ...]) -> str:
    shown = [json.dumps(value, ensure_ascii=False) for value in values[:_SHOWN_VALUES]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def annotation_deltas(old: tuple[Assertions, ...], new: tuple[Assertions, ...]) -> Iterator[Delta]:
    """What the annotations of two places say differently. Of several schemas that apply, the first one counts."""
    a, b = _merged(old), _merged(new)
    if a.deprecated != b.deprecated:
        yield Delta("deprecated", "", "added" if b.deprecated else "removed")
    for keyword, x, y in (
        ("sunset", str(a.extensions.get("x-sunset") or ""), str(b.extensions.get("x-sunset") or "")),
        ("default", _default(a), _default(b)),
        ("content", _content(old), _content(new)),
        ("discriminator", _discriminator(old), _discriminator(new)),
    ):
        if x != y:
            yield Delta(keyword, "", action_of(x, y), x, y)
    if documentation(a) != documentation(b):
        yield Delta("docs", "", "changed")


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


def action_of(old: object, new: object) -> str:
    """The participle for what was empty on one side or on none."""
    if bool(old) == bool(new):
        return "changed"
    return "added" if new else "removed"
