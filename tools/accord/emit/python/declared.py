"""Values of ``accord.runtime.declare`` as Python source."""

from __future__ import annotations

from typing import assert_never

from accord.emit.python.text import call, literal, tuple_of
from accord.runtime.declare import (
    Array,
    Either,
    File,
    FormField,
    Items,
    Json,
    Object,
    Parameter,
    Scalar,
    Tree,
    Wire,
)


def wire_source(wire: Wire | Items) -> str:
    """The expression that makes *wire*, with names of the module ``declare``."""
    match wire:
        case Scalar(kinds=kinds):
            return "declare.Scalar()" if wire == Scalar() else f"declare.Scalar({literal(kinds)})"
        case Array(items=items, prefix=prefix, alone=alone):
            leading = f", {tuple_of(wire_source(one) for one in prefix)}" if prefix else ""
            single = "" if alone is None else f", alone={wire_source(alone)}"
            return f"declare.Array({wire_source(items)}{leading}{single})"
        case Object(properties=properties, additional=additional):
            given = ", ".join(f"{literal(name)}: {wire_source(one)}" for name, one in properties.items())
            rest = None if additional is None else wire_source(additional)
            return call(
                "declare.Object", [("properties", f"{{{given}}}" if given else None), ("additional", rest)]
            )
        case Tree():
            return _tree_source(wire)
        case Json(text=text):
            return call("declare.Json", [("text", None if text is None else wire_source(text))])
        case Either(readings=readings, guard=guard):
            ways = tuple_of(wire_source(one) for one in readings)
            return call(
                "declare.Either", [("readings", ways), ("guard", None if guard is None else literal(guard))]
            )
        case File(min_length=least, max_length=most):
            bounds = [("min_length", least), ("max_length", most)]
            return call(
                "declare.File", [(name, None if one is None else literal(one)) for name, one in bounds]
            )
        case Items(framing=framing):
            return call("declare.Items", [("framing", None if framing == "lines" else literal(framing))])
        case _:
            assert_never(wire)


def _tree_source(tree: Tree) -> str:
    properties = ", ".join(f"{literal(name)}: {_tree_source(one)}" for name, one in tree.properties.items())
    return call(
        "declare.Tree",
        [
            ("scalar", None if tree.scalar is None else wire_source(tree.scalar)),
            ("items", None if tree.items is None else _tree_source(tree.items)),
            ("properties", f"{{{properties}}}" if properties else None),
            ("additional", None if tree.additional is None else _tree_source(tree.additional)),
        ],
    )


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
            ("times", None if field.times == "one" else literal(field.times)),
            ("empty", "True" if field.empty else None),
            ("content_types", literal(field.content_types) if field.content_types else None),
            ("headers", tuple_of(_part_header(one) for one in field.headers) if field.headers else None),
            ("headers_guard", None if field.headers_guard is None else literal(field.headers_guard)),
        ],
    )


def _part_header(header: Parameter) -> str:
    return call(
        "declare.Parameter",
        [
            ("name", literal(header.name)),
            ("argument", literal(header.argument)),
            ("location", literal(header.location)),
            ("wire", wire_argument(header.wire)),
            ("explode", "True" if header.explode else None),
        ],
    )
