"""The outcome of the JSON Schema test suite for a terminal, and as a section of the page of the docs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.conformance.suite import Outcome, reason
from benchmarks.conformance.suite_contract import PARTS, SHARED_KEYWORDS

_INTRODUCTION = """
## The official JSON Schema test suite

Each group's schema is the body of an operation of a generated, running application, and its response. *Bodies*: the data is accepted where
the suite says valid, and rejected with 422 where not. *Answers*, in mode `check`: valid data goes out unchanged (without properties that
its model does not declare); data that the schema forbids never leaves, be it returned as it is or as a value of the declared
type: a 500 in its place.

A contract fetches nothing. What the suite serves at `http://localhost:1234`, and the meta-schemas, stand in `components/schemas`
with their address as `$id`; in OpenAPI 3.0 they are files of the contract, and references are rewritten to where they are.

| part | tests | bodies | answers |
|---|---|---|---|
"""

_LEFT_OUT = """
OpenAPI 3.0 shares with draft 4: {shared}. References into `definitions` are followed. Left out are groups with

| what 3.0 does not have | tests |
|---|---|
"""


def suite_section(outcomes: Sequence[Outcome]) -> str:
    """The section of the page; empty where the suite did not run."""
    if not outcomes:
        return ""
    out = _INTRODUCTION + "".join(
        f"| {PARTS[outcome.part]} | {outcome.total} | {_share(outcome, outcome.requests)} | {_share(outcome, outcome.responses)} |\n"
        for outcome in outcomes
    )
    out += "\n| remaining test | as | reason |\n|---|---|---|\n"
    for outcome in outcomes:
        for name in {**outcome.requests, **outcome.responses}:
            both = [
                what
                for what, where in (("body", outcome.requests), ("response", outcome.responses))
                if name in where
            ]
            why = reason(name) or "not explained: " + {**outcome.requests, **outcome.responses}[name].replace(
                "|", "\\|"
            )
            out += f"| {outcome.part}: {name} | {', '.join(both)} | {why} |\n"
    for outcome in outcomes:
        if outcome.left:
            counts = Counter[str]()
            for group in outcome.left:
                counts[group.reason] += group.tests
            shared = ", ".join(f"`{keyword}`" for keyword in sorted(SHARED_KEYWORDS))
            out += _LEFT_OUT.format(shared=shared)
            out += "".join(f"| {why} | {counts[why]} |\n" for why in sorted(counts))
    return out


def suite_lines(outcomes: Sequence[Outcome]) -> str:
    """The same for a terminal, a line for each part and for each thing that nobody explains."""
    out = ""
    for outcome in outcomes:
        bodies, responses = _share(outcome, outcome.requests), _share(outcome, outcome.responses)
        out += f"suite {outcome.part:12} {outcome.total:>5} tests   bodies {bodies}   answers {responses}\n"
        out += "".join(f"    {name}: {what}\n" for name, what in outcome.unexplained.items())
    return out


def _share(outcome: Outcome, wrong: dict[str, str]) -> str:
    good = outcome.total - len(wrong)
    return f"{good} ({good / outcome.total:.2%})" if outcome.total else "0"
