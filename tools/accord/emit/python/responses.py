"""``responses.py``: one class for each documented status that is more than a bare body."""

from __future__ import annotations

from collections.abc import Sequence

from accord.emit.python.imports import Imports
from accord.emit.python.plan import PyAnswerClass
from accord.emit.python.plan_contents import media_type_annotation
from accord.emit.python.pytype import PyType
from accord.emit.python.text import docstring, one_line
from accord.emit.tree import header


def print_responses(
    classes: Sequence[PyAnswerClass], *, source: str, common: Sequence[PyAnswerClass] = ()
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
        docstring(f"Documented answers of {source}", indent=0),
        "\nfrom __future__ import annotations\n\n",
        imports.text(),
        *(_print_class(cls) for cls in classes),
    ]
    return "".join(parts)


def _imports(cls: PyAnswerClass) -> list[str]:
    found = [f"from accord.runtime import {_base(cls)}"]
    if _one_status(cls) is not None:
        found.append("from dataclasses import field")
    types = [one.type for one in cls.headers]
    if cls.content.contents:
        types.append(cls.content.body)
    if cls.content.named is not None:
        types.append(_media_type(cls))
    for type_ in types:
        found.extend(type_.imports)
    return found


def _media_type(cls: PyAnswerClass) -> PyType:
    return media_type_annotation([one.media_type for one in cls.content.contents])


def _base(cls: PyAnswerClass) -> str:
    return "ErrorAnswer" if cls.is_error else "Answer"


def _one_status(cls: PyAnswerClass) -> int | None:
    return int(cls.statuses[0]) if len(cls.statuses) == 1 and cls.statuses[0].isdigit() else None


def _print_class(cls: PyAnswerClass) -> str:
    status = _one_status(cls)
    said = f"{', '.join(cls.statuses)}: {one_line(cls.description)}".rstrip(": ")
    lines = [
        "\n\n@dataclass(kw_only=True, eq=False)\n",
        f"class {cls.name}({_base(cls)}):\n",
        docstring(said),
        "\n",
        "    status: int\n" if status is None else f"    status: int = field(default={status}, init=False)\n",
    ]
    if cls.content.contents:
        lines.append(f"    body: {cls.content.body.expr}\n")
    if cls.content.named is not None:
        lines.append(
            f"    media_type: {_media_type(cls).expr}{'' if cls.content.named else ' | None = None'}\n"
        )
    for one in cls.headers:
        if one.required:
            lines.append(f"    {one.attribute}: {one.type.expr}\n")
        else:
            lines.append(f"    {one.attribute}: {one.type.expr} | None = None\n")
    return "".join(lines)
