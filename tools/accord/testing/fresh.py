"""Request bodies whose free texts are all new, so that no uniqueness constraint rejects them for what was sent before.

A generator likes the simplest values and so meets its own traces: the second user named ``0`` is a conflict. A fresh
body has the shape of one that was well formed, with a text of its own wherever the contract leaves the text open.
Whether it does is asked of the contract: an ``enum``, a ``const`` or a pattern that allows nothing else stays as it is.
"""

from __future__ import annotations

import json
import re
import secrets
import string
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlencode

from accord.contract.media_types import essence, is_json
from accord.contract.schema import JsonValue
from accord.testing.contract import Contract, find_media_type
from accord.testing.exchange import Exchange
from accord.testing.judge import parse_json

_Steps: TypeAlias = tuple[str | int, ...]
_Writer: TypeAlias = Callable[[JsonValue], bytes]

_FORM: Final = "application/x-www-form-urlencoded"
CHARACTER_CLASSES: Final = (string.digits, "abcdef", string.ascii_lowercase[6:], string.ascii_uppercase)
"""Characters that may stand for each other in a text that keeps its shape; the first six letters are hexadecimal digits too."""
_MOST_TEXTS: Final = 64
_ONE_BY_ONE: Final = 6
_SHUFFLES: Final = 8
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://\S+")


def fresh_bodies(contract: Contract, sample: Exchange) -> Iterator[bytes]:
    """Bodies like the sample's with new texts: first all of them new, then one at a time.

    The latter are for bodies in which some text names what has to exist. Only bodies that satisfy the contract are
    given, and none where no text of the sample may change.
    """
    read = _read(sample)
    if read is None or sample.operation.body is None:
        return
    value, write = read
    entry = find_media_type(sample.operation.body.content, _media_type(sample))
    if entry is None:
        return
    schema = entry.schema

    def is_valid(candidate: JsonValue) -> bool:
        return schema is None or contract.is_valid(schema, "request", candidate)

    renewed: dict[_Steps, str] = {}
    everything = value
    # One after the other, each on top of the last: a schema may tie texts together.
    for steps, text in list(_texts(value))[:_MOST_TEXTS]:
        tried = (new for new in _candidates(text) if new != text)
        new = next((new for new in tried if is_valid(_replaced(everything, steps, new))), None)
        if new is not None:
            renewed[steps] = new
            everything = _replaced(everything, steps, new)
    if renewed:
        yield write(everything)
    if len(renewed) > 1:
        for steps, new in list(renewed.items())[:_ONE_BY_ONE]:
            changed = _replaced(value, steps, new)
            if is_valid(changed):
                yield write(changed)


def _candidates(text: str) -> Iterator[str]:
    """New texts, the likeliest first: what looks like an address, a date or a code keeps looking like one."""
    # A letter first, as many patterns for names ask for it. Not from the seed: a second run on the same
    # database would meet its own names.
    unique = "a" + secrets.token_hex(6)[1:]
    shaped = {_EMAIL: f"{unique}@example.com", _URL: f"https://example.com/{unique}"}
    yield from (new for pattern, new in shaped.items() if pattern.fullmatch(text))
    shuffles = [shuffled(text) for _ in range(_SHUFFLES)]
    plain = [unique, (unique * (len(text) // len(unique) + 1))[: max(len(text), 1)]]
    # A code is long enough to be new in its own shape, and consists mostly of digits and marks.
    is_code = len(text) >= 8 and len(re.findall("[A-Za-z]", text)) * 2 <= len(text)
    yield from (*shuffles, *plain) if is_code else (*plain, *shuffles)
    moment = datetime.fromtimestamp(secrets.randbelow(2**32), tz=UTC)
    yield from (*shaped.values(), str(uuid.uuid4()))
    yield from (f"{moment:%Y-%m-%d}", f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{moment:%H:%M:%SZ}")


def shuffled(text: str) -> str:
    """Each letter and digit becomes any other of its kind, so that most patterns still hold."""
    return "".join(
        secrets.choice(next((group for group in CHARACTER_CLASSES if char in group), char)) for char in text
    )


def _read(sample: Exchange) -> tuple[JsonValue, _Writer] | None:
    """The body as a value, and how such a value is written; ``None`` for a body without texts to change."""
    if sample.body is None:
        return None
    media_type = _media_type(sample)
    if is_json(media_type):
        try:
            return parse_json(sample.body), as_json
        except ValueError:
            return None
    if media_type == _FORM:
        pairs = parse_qsl(sample.body.decode("ascii", "replace"), keep_blank_values=True)
        # A repeated field cannot be told from a list here.
        if len({name for name, _ in pairs}) == len(pairs):
            return dict(pairs), _as_form
    return None


def as_json(value: JsonValue) -> bytes:
    """A JSON body; lone surrogates are sent as they came."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _as_form(value: JsonValue) -> bytes:
    """A form body."""
    assert isinstance(value, dict)
    return urlencode({name: str(text) for name, text in value.items()}).encode()


def _media_type(sample: Exchange) -> str:
    return essence(sample.header("content-type") or "")


def _texts(value: JsonValue, steps: _Steps = ()) -> Iterator[tuple[_Steps, str]]:
    """Every text in *value* with the steps that lead to it."""
    match value:
        case str():
            yield steps, value
        case dict():
            for name, inner in value.items():
                yield from _texts(inner, (*steps, name))
        case list():
            for index, inner in enumerate(value):
                yield from _texts(inner, (*steps, index))
        case _:
            pass


def _replaced(value: JsonValue, steps: _Steps, text: str) -> JsonValue:
    """A copy of *value* with *text* at the end of *steps*."""
    if not steps:
        return text
    first, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        return {name: _replaced(v, rest, text) if name == first else v for name, v in value.items()}
    assert isinstance(value, list)
    return [_replaced(v, rest, text) if index == first else v for index, v in enumerate(value)]
