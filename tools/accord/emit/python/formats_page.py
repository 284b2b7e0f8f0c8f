"""``docs/reference/formats.md``: what each format asserts, and what is converted to which Python type."""

from __future__ import annotations

from typing import Final

from accord.contract.schema import SchemaType
from accord.contract.schemas.formats import FORMATS
from accord.emit.python.scalars import CONVERTED_FORMATS, UPLOAD_FORMAT, scalar_type
from accord.emit.python.shapes import Shape

_INTRODUCTION = """\
# Formats, and what becomes of values

<!-- Printed by `make docs-pages` from the table of formats. Do not edit: change the table. -->

With `formats = "assert"` (the default, see [configuration](../configuration.md)) the guard rejects what a format of the first two tables
does not take: 422 for a request, 500 for a response in mode `check`. With `"annotate"` only the second table restricts, and every
string stays a `str`. A format is about its own kind of value: `date` says nothing about a number. Any other format (`byte`,
`password`, `float`, `double`, one of your own) restricts nothing.

| format of strings | takes | in Python | defined by |
|---|---|---|---|
"""

_NUMBERS = """
| format of numbers | takes | defined by |
|---|---|---|
"""

_CONVERTED = """
`binary` takes any string: JSON has no bytes, and a body of a binary media type is not looked into.

## What is converted

The guard has seen the JSON before, so conversion rejects only what Python cannot hold: the year 0000, a number beyond a float. A leap
second is read as the second before it. What [`[tool.accord.types]`](../configuration.md) maps comes before this table.

| JSON | Python |
|---|---|
"""

_REST = """\
| array | `list[T]`; `tuple[...]` where `prefixItems` fix the length |
| object with `properties` | its class |
| object without | `dict[str, T]` |
| any kind | `Any`: as JSON has it, nothing is converted |

`1.0` and `1e2` are integers where one is declared and arrive as `int`. Integers have no limit but that of their format. Answers are written
back the same way: an `AwareDatetime` with its offset, a `UUID` in lower case, `bytes` as UTF-8.
"""

_KINDS: Final[tuple[SchemaType, ...]] = ("null", "boolean", "integer", "number", "string")


def formats_page() -> str:
    """The whole page."""
    asserted = "".join(
        f"| `{row.name}` | {row.takes} | `{_python('string', row.name)}` | {row.origin} |\n"
        for row in FORMATS.values()
        if row.asserts_texts
    )
    bounds = "".join(
        f"| `{row.name}` | {row.bounds[0]:,} to {row.bounds[1]:,} | {row.origin} |\n"
        for row in FORMATS.values()
        if row.bounds is not None
    )
    kinds = "".join(f"| {kind} | `{_python(kind)}` |\n" for kind in _KINDS)
    converted = "".join(
        f"| string, `format: {name}` | `{_python('string', name)}` |\n"
        for name in CONVERTED_FORMATS
        if name != UPLOAD_FORMAT
    )
    uploads = f"| file of a form | `{_python('string', UPLOAD_FORMAT)}` |\n"
    return f"{_INTRODUCTION}{asserted}{_NUMBERS}{bounds}{_CONVERTED}{kinds}{converted}{uploads}{_REST}"


def _python(kind: SchemaType, format_: str | None = None) -> str:
    shape = Shape(types=(kind,), format=format_)
    return scalar_type(kind, shape).render("")
