"""Values of ``accord.runtime.declare`` as Python source."""

from __future__ import annotations

from typing import assert_never

from accord.emit.python.text import call, literal, tuple_of
from accord.runtime.declare import Array, File, FormField, Json, Object, Scalar, Wire


def wire_source(wire: Wire) -> str:
    """The expression that makes *wire*, with names of the module ``declare``."""
    match wire:
        case Scalar(kinds=kinds):
            return "declare.Scalar()" if wire == Scalar() else f"declare.Scalar({literal(kinds)})"
        case Array(items=items, prefix=prefix):
            leading = f", {tuple_of(wire_source(one) for one in prefix)}" if prefix else ""
            return f"declare.Array({wire_source(items)}{leading})"
        case Object(properties=properties, additional=additional):
            given = ", ".join(f"{literal(name)}: {wire_source(one)}" for name, one in properties.items())
            rest = None if additional is None else wire_source(additional)
            return call(
                "declare.Object", [("properties", f"{{{given}}}" if given else None), ("additional", rest)]
            )
        case Json():
            return "declare.Json()"
        case File():
            return "declare.File()"
        case _:
            assert_never(wire)


def wire_argument(wire: Wire) -> str | None:
    """The same, ``None`` for the default."""
    return None if wire == Scalar() else wire_source(wire)


def form_field_source(field: FormField) -> str:
    """The expression that makes *field*."""
    return call(
        "declare.FormField",
        [
            ("name", literal(field.name)),
            ("wire", wire_argument(field.wire)),
            ("style", None if field.style == "form" else literal(field.style)),
            ("explode", None if field.explode else "False"),
            ("content_types", literal(field.content_types) if field.content_types else None),
        ],
    )
