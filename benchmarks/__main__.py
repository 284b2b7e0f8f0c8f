"""``make bench``: the generated service against the same one in idiomatic FastAPI.

First both are asked the same questions and must give the same answers: equal status, media type and body where the
request is good; equal status, media type and places of the errors where it is not (the wording of a reason is each
validator's own). Then CPU per request is measured in turn; the figures are ratios of medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from starlette.types import ASGIApp

from benchmarks import idiomatic
from benchmarks.compiled import build, generate
from benchmarks.measure import Call, Reply, Row, ask, compare
from benchmarks.pipeline import Cost, cost

FLOOR = 3.0
"""Least ratio for the requests of :data:`GATED`; the run fails below it."""

CEILING = 2.0
"""How much parsing, guard and model together may cost of ``validate_json`` alone; the run fails above it."""

ITEM = b'{"name": "A lamp", "price": 12.5, "tags": ["light", "home"], "note": "Warm white, with a switch."}'

_ADDRESS = {"street": "12 Long Street", "city": "Springfield", "zip": "12345", "country": "DE"}
ORDER: dict[str, Any] = {
    "reference": "order-2026-000123",
    "customer": {"name": "A customer with a name", "email": "customer@example.com"},
    "billing": _ADDRESS,
    "shipping": {**_ADDRESS, "street": "14 Short Street"},
    "lines": [
        {
            "sku": f"SKU-{n:05}",
            "name": f"Article {n}",
            "quantity": n + 1,
            "price": 9.5 + n,
            "tags": ["a", "b"],
        }
        for n in range(8)
    ],
    "note": None,
}
SEARCH = "q=lamp&limit=50&offset=100&minPrice=1.5&maxPrice=99.5&inStock=true&sort=price&tag=a&tag=b&since=2026-11-24"


def _order(**changes: Any) -> bytes:
    return json.dumps({**ORDER, **changes}).encode()


GATED = (
    Call(name="GET one object", method="GET", path="/items/42"),
    Call(name="POST one object", method="POST", path="/items", body=ITEM),
    Call(name="ten parameters", method="GET", path="/search", query=SEARCH, headers={"x-request-tag": "t1"}),
)
GOOD = (
    *GATED,
    # Bound by parsing, the guard (twice) and Pydantic themselves, which leave little for a runtime to save.
    Call(name="POST and echo 1.1 KB, nested", method="POST", path="/orders", body=_order()),
)
BAD = (
    Call(name="422: id below its minimum", method="GET", path="/items/0"),
    Call(name="422: id that is no number", method="GET", path="/items/lamp"),
    Call(name="422: empty list in the body", method="POST", path="/orders", body=_order(lines=[])),
    Call(
        name="422: wrong type deep in the body",
        method="POST",
        path="/orders",
        body=_order(customer={"name": 1}),
    ),
    Call(name="422: two bad parameters", method="GET", path="/search", query="q=x&limit=0&sort=colour"),
    Call(name="422: required parameter missing", method="GET", path="/search"),
)


def _places(reply: Reply) -> list[str]:
    """Where the errors of a rejection stand, in the dotted way of FastAPI."""
    return sorted(
        error["location"] + error.get("pointer", "").replace("/", ".") for error in reply.body["errors"]
    )


def differences(baseline: ASGIApp, compiled: ASGIApp) -> list[str]:
    """Where the two services do not say the same."""
    found: list[str] = []
    for call in (*GOOD, *BAD):
        old, new = asyncio.run(ask(baseline, call)), asyncio.run(ask(compiled, call))
        if (old.status, old.media_type) != (new.status, new.media_type):
            found.append(f"{call.name}: {old.status} {old.media_type} != {new.status} {new.media_type}")
        elif old.status < 400 and old.body != new.body:
            found.append(f"{call.name}: {old.body} != {new.body}")
        elif old.status >= 400 and _places(old) != _places(new):
            found.append(f"{call.name}: {_places(old)} != {_places(new)}")
    return found


def main() -> int:
    """Check, measure, print; 1 when a response differs or a gated ratio is below the floor."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--count", type=int, default=400, help="requests a round")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = generate(Path(folder))
        apps = (idiomatic.app, build(package))
        found = differences(*apps)
        for line in found:
            print(f"answers differ: {line}", file=sys.stderr)
        print(
            "CPU of one process, microseconds a request, medians of alternating rounds; guard on, mode check\n"
        )
        print(f"{'request':36} {'FastAPI':>9} {'Accord':>9} {'ratio':>7}")
        rows: list[Row] = []
        for call in (*GOOD, *BAD):
            row = compare(*apps, call, rounds=options.rounds, count=options.count)
            rows.append(row)
            print(f"{row.name:36} {row.baseline:9.1f} {row.compiled:9.1f} {row.ratio:6.1f}x", flush=True)
        costs = _exactness(package, options.rounds, options.count)
    if options.json is not None:
        figures = [
            {"name": r.name, "baseline_us": r.baseline, "accord_us": r.compiled, "ratio": r.ratio}
            for r in rows
        ]
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    slow = [row for row in rows[: len(GATED)] if row.ratio < FLOOR]
    for row in slow:
        print(f"{row.name}: {row.ratio:.1f}x is below {FLOOR}x", file=sys.stderr)
    dear = [measured for measured in costs if measured.ratio > CEILING]
    for measured in dear:
        print(f"exactness: {measured.ratio:.2f}x is above {CEILING}x", file=sys.stderr)
    return 1 if found or slow or dear else 0


def _exactness(package: ModuleType, rounds: int, count: int) -> list[Cost]:
    """The nested body, as most clients write it and with spaces, through the steps of a request one by one."""
    costs: list[Cost] = []
    print(
        f"\n{'nested body, microseconds':36} {'parse':>7} {'guard':>7} {'model':>7} {'all':>7} {'validate_json':>14}"
    )
    for name, raw in (
        ("compact", json.dumps(ORDER, separators=(",", ":")).encode()),
        ("with spaces", _order()),
    ):
        measured = cost(package, raw, rounds=rounds, count=count)
        costs.append(measured)
        steps = "".join(
            f" {step:7.1f}" for step in (measured.parse, measured.guard, measured.model, measured.together)
        )
        print(
            f"{f'{name}, {len(raw)} bytes':36}{steps} {measured.alone:14.1f} {measured.ratio:6.2f}x",
            flush=True,
        )
    return costs


if __name__ == "__main__":
    sys.exit(main())
