"""Small changes to valid requests: to bodies, to credentials (nobody issued the result), to ETags.

Whether a changed body is valid is not decided here: the judge looks at what was sent.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from accord.contract.media_types import essence, is_json
from accord.contract.schema import JsonValue, Schema
from accord.contract.schemas.walk import in_place
from accord.testing.contract import Contract, find_media_type
from accord.testing.credentials import Attached
from accord.testing.exchange import Exchange
from accord.testing.fresh import CHARACTER_CLASSES, as_json
from accord.testing.judge import parse_json

UNUSUAL_TEXTS: Final = (
    "\x00",
    "'",
    '"',
    "%00",
    "\\",
    "../..",
    "{}",
    "\u202e",
    "\U0001f600",
    "e\u0301",
    "\ufeff",
    "null",
    " ",
)
"""Text that breaks careless code: NUL, quotes, path tricks, direction marks, characters beyond the basic plane."""

_LONG: Final = 5000
_MOST: Final = 90
"""Changed bodies for one request."""


def mutated_bodies(contract: Contract, sample: Exchange) -> Iterator[bytes]:
    """JSON bodies that differ from the sample's in one top-level property."""
    body = sample.operation.body
    media_type = essence(sample.header("content-type") or "")
    entry = None if body is None else find_media_type(body.content, media_type)
    if sample.body is None or not is_json(media_type) or entry is None or entry.schema is None:
        return
    try:
        value = parse_json(sample.body)
    except ValueError:
        return
    if not isinstance(value, dict):
        return
    for changed in islice(_changes(contract, entry.schema, value), _MOST):
        yield as_json(changed)


def mutated_urls(sample: Exchange) -> Iterator[str]:
    """URLs in which one query value is odd text."""
    parts = urlsplit(sample.url)
    pieces = [piece for piece in parts.query.split("&") if "=" in piece]
    for index, piece in enumerate(pieces[:4]):
        name = piece.partition("=")[0]
        for unusual in UNUSUAL_TEXTS:
            changed = [*pieces[:index], f"{name}={quote(unusual, safe='')}", *pieces[index + 1 :]]
            yield urlunsplit(parts._replace(query="&".join(changed)))


def _changes(
    contract: Contract, schema: Schema, value: dict[str, JsonValue]
) -> Iterator[dict[str, JsonValue]]:
    """Changes of one property each, in turn over all properties."""
    declared = {
        p.name: p.schema for part in in_place(schema, contract.api.schemas) for p in part.object.properties
    }
    names = [name for name in value if name in declared]
    # In turn, so that the limit cuts the last changes of every property, and not the last properties.
    each = [_of_one(contract, declared[name], value, name) for name in names]
    for name, own in declared.items():
        # No fault is to hide behind a property that the sample leaves out.
        guess = None if name in value else _plausible(contract, own)
        if guess is not None:
            # The property is sent and then changed, as an optional one would otherwise go untried.
            each.append(_of_one(contract, own, {**value, name: guess}, name))
    yield from (changed for row in zip_longest(*each) for changed in row if changed is not None)


def _of_one(
    contract: Contract, schema: Schema, value: dict[str, JsonValue], name: str
) -> Iterator[dict[str, JsonValue]]:
    """The changes of one property."""
    yield {key: kept for key, kept in value.items() if key != name}
    for changed in _values(contract, schema, value[name]):
        yield {**value, name: changed}
    if isinstance(value[name], str):
        for unusual in UNUSUAL_TEXTS:
            yield {**value, name: unusual}


def _plausible(contract: Contract, schema: Schema) -> JsonValue:
    """A value that may fit; ``None`` where nothing is known. Whether it fits is the judge's to say."""
    parts = list(in_place(schema, contract.api.schemas))
    for part in parts:
        for known in (*part.annotations.examples, *(part.enum or ())):
            if known is not None:
                return known
    kinds = {kind for part in parts for kind in part.types or ()}
    if kinds & {"integer", "number"}:
        return 1
    if "boolean" in kinds:
        return True
    return "accord" if "string" in kinds else None


def _values(contract: Contract, schema: Schema, value: JsonValue) -> Iterator[JsonValue]:
    """Neighbours of a value across the borders that its schema draws."""
    yield None
    if isinstance(value, bool):
        yield from ("true", 1)
    elif isinstance(value, (int, float)):
        yield from dict.fromkeys((str(value), "1"))
        # Beyond what most databases hold; JSON allows it.
        yield 2**63
        yield 2**70
    elif isinstance(value, str):
        # A pattern that is anchored with `$` in a language where that matches before a line end lets the
        # second one pass.
        yield from (f"!\n{value}", f"{value}\n!", value + "x" * _LONG, "")
        # Frameworks that convert take the first item of a list for the value.
        yield [value]
    elif isinstance(value, list):
        yield [*value, None]
    for part in in_place(schema, contract.api.schemas):
        number, text = part.number, part.string
        for bound, step in ((number.minimum, -1), (number.maximum, 1)):
            if bound is not None:
                yield bound + step
        yield from (b for b in (number.exclusive_minimum, number.exclusive_maximum) if b is not None)
        if text.max_length is not None:
            yield "x" * (text.max_length + 1)
        if text.min_length:
            yield "x" * (text.min_length - 1)
        if part.enum is not None:
            yield "accord-no-such-value"


_JWT_PARTS: Final = 3


def falsified(attached: Attached) -> Attached:
    """The same credentials with their secret parts changed, in the same shape."""
    return Attached(
        headers={
            name: _falsified_header(value) if name == "Authorization" else shifted(value)
            for name, value in attached.headers.items()
        },
        query={name: shifted(value) for name, value in attached.query.items()},
        cookies={name: shifted(value) for name, value in attached.cookies.items()},
    )


def other_etag(etag: str) -> str:
    """An ETag of the same shape that differs from *etag*."""
    return shifted(etag) if shifted(etag) != etag else '"accord-no-such-version"'


def shifted(text: str) -> str:
    """Each letter and digit becomes the next of its kind, so that the text keeps its shape and never its value."""
    start = 2 if text.startswith("W/") else 0
    following = {
        a: b for group in CHARACTER_CLASSES for a, b in zip(group, group[1:] + group[:1], strict=True)
    }
    return text[:start] + "".join(following.get(char, char) for char in text[start:])


def _falsified_header(value: str) -> str:
    """An ``Authorization`` whose secret part is another one."""
    scheme, _, secret = value.partition(" ")
    parts = secret.split(".")
    if scheme == "Basic":
        # Another password: a wrong user name would prove less.
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            user, _, password = base64.b64decode(secret).decode().partition(":")
            return f"{scheme} {base64.b64encode(f'{user}:{shifted(password)}'.encode()).decode()}"
    if len(parts) == _JWT_PARTS:
        # The claims stay, the signature no longer fits them: a service that does not verify takes it.
        return f"{scheme} {parts[0]}.{parts[1]}.{shifted(parts[2])}"
    return f"{scheme} {shifted(secret)}"
