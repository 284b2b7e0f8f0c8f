"""``responses.py``: one class for each documented status that is more than a bare body."""

from __future__ import annotations

from collections.abc import Sequence

from accord.emit.python.contents import media_type_annotation
from accord.emit.python.imports import Imports
from accord.emit.python.plan import ResponseClass
from accord.emit.python.pytype import PyType, optional
from accord.emit.python.text import docstring, one_line
from accord.emit.tree import header


def print_responses(
    classes: Sequence[ResponseClass], *, source: str, common: Sequence[ResponseClass] = ()
) -> str:
    """The module. *common* are classes of ``generated/common/responses.py``, which it only passes on."""
    imports = Imports()
    if classes:
        imports.add(["from dataclasses import dataclass"])
    for cls in classes:
        imports.add(_imports(cls))
    imports.add(f"from ..common.responses import {cls.name} as {cls.name}" for cls in common)
    parts = [
        f"{header(source)}\n",
        docstring(f"Documented responses of {source}", indent=0),
        "\nfrom __future__ import annotations\n\n",
        imports.text(),
        *(_print_class(cls) for cls in classes),
    ]
    return "".join(parts)


def _imports(cls: ResponseClass) -> list[str]:
    found = [f"from accord.runtime import {_base(cls)}"]
    if _one_status(cls) is not None:
        found.append("from dataclasses import field")
    for type_ in _fields(cls).values():
        found.extend(type_.imports)
    return found


def _fields(cls: ResponseClass) -> dict[str, PyType]:
    """The fields beside ``status``; those that may be left out are ``None`` then."""
    fields: dict[str, PyType] = {}
    if cls.media_types:
        fields["body"] = cls.body
    if cls.named is not None:
        media_type = media_type_annotation(cls.media_types)
        fields["media_type"] = media_type if cls.named else optional(media_type)
    for given in cls.headers:
        fields[given.attribute] = given.type if given.required else optional(given.type)
    return fields


def _base(cls: ResponseClass) -> str:
    return "ErrorResponse" if cls.is_error else "Response"


def _one_status(cls: ResponseClass) -> int | None:
    return int(cls.statuses[0]) if len(cls.statuses) == 1 and cls.statuses[0].isdigit() else None


def _print_class(cls: ResponseClass) -> str:
    status = _one_status(cls)
    said = f"{', '.join(cls.statuses)}: {one_line(cls.description)}".rstrip(": ")
    lines = [
        "\n\n@dataclass(kw_only=True, eq=False)\n",
        f"class {cls.name}({_base(cls)}):\n",
        docstring(said),
        "\n",
        "    status: int\n" if status is None else f"    status: int = field(default={status}, init=False)\n",
    ]
    defaulted = {given.attribute for given in cls.headers if not given.required}
    if cls.named is False:
        defaulted.add("media_type")
    for name, type_ in _fields(cls).items():
        lines.append(f"    {name}: {type_.expr}{' = None' if name in defaulted else ''}\n")
    return "".join(lines)
