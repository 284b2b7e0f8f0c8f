"""The lines of a run as text for a terminal and as a page of the docs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.conformance.stages import Line

HEAD = (
    "contract",
    "errors",
    "warnings",
    "served",
    "501",
    "contract served",
    "lost",
    "mypy",
    "CPU s",
    "MB",
    "lines",
)

_INTRODUCTION = """\
# Conformance: real contracts

<!-- Printed by `make conformance`. Do not edit. -->

What becomes of {count} contracts of real services and of the test data of other tools. Each is validated, generated with
`--keep-going`, type-checked by `mypy --strict` together with a scaffold, booted, and asked for every operation.

* *errors*, *warnings*: what `accord validate` finds.
* *served*: operations that reach the implementation, of those that the contract declares; *501*: operations that are
  routed and answer 501, each with a finding at its place.
* *contract served*: whether `openapi.json` of the running service equals the bundled contract.
* *lost*: what the mirror misses: the generated package is read back, and every parameter, body, media type, answer,
  header and security requirement of the contract is looked for, unless a finding stands at its place.
* *CPU s*, *MB*: what `accord generate` costs, the start of Python included, on the machine of the last run. *lines*: of
  generated Python.

"""


def table(lines: Sequence[Line]) -> str:
    """The table in Markdown, with a total."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(cells(line) for line in lines), total(lines)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def cells(line: Line) -> tuple[str, ...]:
    """One row."""
    if "generate" in line.broken:
        return (line.name, str(line.errors), str(line.warnings), *("-" for _ in HEAD[3:]))
    return (
        line.name,
        str(line.errors),
        str(line.warnings),
        f"{line.served}/{line.declared}",
        str(line.unsupported or "") or "0",
        "yes" if line.equal else "no",
        str(len(line.lost)),
        line.types,
        f"{line.cpu:.1f}",
        f"{line.peak_mb:.0f}",
        str(line.lines),
    )


def total(lines: Sequence[Line]) -> tuple[str, ...]:
    """The last row."""
    good = sum(line.good for line in lines)
    checked = [line for line in lines if line.types != "-"]
    return (
        f"**{good} of {len(lines)} whole**",
        str(sum(line.errors for line in lines)),
        str(sum(line.warnings for line in lines)),
        f"{sum(line.served for line in lines)}/{sum(line.declared for line in lines)}",
        str(sum(line.unsupported for line in lines)),
        f"{sum(line.equal for line in lines)}/{len(lines)}",
        str(sum(len(line.lost) for line in lines)),
        f"{sum(line.types == 'ok' for line in checked)}/{len(checked)}" if checked else "-",
        f"{sum(line.cpu for line in lines):.1f}",
        f"{max((line.peak_mb for line in lines), default=0):.0f}",
        str(sum(line.lines for line in lines)),
    )


def text_line(line: Line) -> str:
    """One line for a terminal, then what is wrong, if anything is."""
    row = cells(line)
    out = f"{row[0]:44} {row[1]:>4}e {row[2]:>5}w {row[3]:>10} {row[4]:>4} "
    out += f"{row[5]:>3} {row[6]:>4} {row[7]:>10} {row[8]:>6}s {row[9]:>5}MB {row[10]:>7}\n"
    out += "".join(f"    {stage}: {why}\n" for stage, why in line.broken.items())
    out += "".join(f"    lost: {fact}\n" for fact in line.lost[:5])
    return out + "".join(f"    failed: {why}\n" for why in line.failed[:5])


def page(lines: Sequence[Line]) -> str:
    """The page of the docs."""
    codes = Counter[str]()
    where = Counter[str]()
    for line in lines:
        codes.update(line.codes)
        where.update(line.codes.keys())
    kinds = sorted(codes, key=lambda code: (-codes[code], code))
    rows = "".join(f"| `{code}` | {codes[code]} | {where[code]} |\n" for code in kinds)
    return (
        _INTRODUCTION.format(count=len(lines))
        + table(lines)
        + "\n## Findings of generating them\n\n| finding | times | contracts |\n|---|---|---|\n"
        + rows
    )
