"""What a text that was written for a value may be read as."""

from __future__ import annotations

from accord.contract.schema import JsonValue


def readings_of(value: JsonValue) -> list[JsonValue]:
    """What a text that was written for *value* may be read as."""
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
    if text in {"true", "false"}:
        return [text == "true"]
    try:
        return [int(text)]
    except ValueError:
        pass
    try:
        return [float(text)] if text.strip() == text and text[:1] in "-0123456789" else []
    except ValueError:
        return []
