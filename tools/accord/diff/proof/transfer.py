"""How a value gets from one version of a contract to the other: who sends it, and whether it is written as text."""

from __future__ import annotations

from dataclasses import dataclass

from accord.contract.schema import JsonValue
from accord.diff.model import Direction, Side


@dataclass(frozen=True, slots=True)
class Transfer:
    """The conditions under which the schemas of one value are compared.

    ``direction`` is that of the message, and says which of ``readOnly`` and ``writeOnly`` counts. ``sender`` is the side whose messages the other side
    has to take. ``text``: the value is written as text (a parameter, a header, a field of a form). ``repeated``: a
    list is written by repeating its name, so that a single text is a list of one.
    """

    direction: Direction
    sender: Side
    text: bool = False
    repeated: bool = False

    @property
    def receiver(self) -> Side:
        """The side that has to take what ``sender`` sends."""
        return "new" if self.sender == "old" else "old"

    def interpretations(self, value: JsonValue) -> list[JsonValue]:
        """Every value that a receiver may read where *value* was sent; *value* itself comes first.

        In JSON there is one. As text ``5`` is a number to one schema and a string to another, and a receiver takes
        whichever fits.
        """
        # One reading that fits is enough: a receiver parses text by what its schema allows.
        values = _as_text(value) if self.text else [value]
        if self.repeated and not isinstance(value, list | dict | None):
            values += [[single] for single in values]
        return values


def _as_text(value: JsonValue) -> list[JsonValue]:
    match value:
        case bool():
            return [value, "true" if value else "false"]
        case int() | float():
            return [value, str(value)]
        case str():
            return [value, *_scalar(value)]
        case None:
            return [value]
        case list():
            return [value, [_text(item) for item in value]]
        case dict():
            return [value, {key: _text(item) for key, item in value.items()}]


def _text(value: JsonValue) -> JsonValue:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _scalar(text: str) -> list[JsonValue]:
    """The boolean or number that *text* spells, if any."""
    if text in {"true", "false"}:
        return [text == "true"]
    try:
        return [int(text)]
    except ValueError:
        pass
    try:
        # float() also takes "inf", "nan" and surrounding blanks, which are no JSON numbers.
        return [float(text)] if text.strip() == text and text[:1] in "-0123456789" else []
    except ValueError:
        return []
