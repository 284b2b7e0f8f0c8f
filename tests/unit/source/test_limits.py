"""Each limit lets through what it names, and ends reading with the next."""

from __future__ import annotations

import time

import pytest

from accord.source.limits import Budget, Limits

LIMITS = Limits(depth=3, nodes=5, alias_nodes=2, seconds=60)


def test_what_is_within_every_limit_goes_on() -> None:
    budget = Budget(LIMITS, nodes=5, alias_nodes=2)

    assert budget.exceeded(3) is None
    assert budget.exceeded(0) is None


@pytest.mark.parametrize(
    ("nodes", "aliases", "depth", "code", "message"),
    [
        (0, 0, 4, "limit-depth", "this is nested deeper than 3 levels"),
        (6, 0, 3, "limit-nodes", "the contract has more than 5 values"),
        (5, 3, 3, "limit-aliases", "aliases expand to more than 2 values"),
        (6, 3, 4, "limit-depth", "this is nested deeper than 3 levels"),
    ],
)
def test_one_more_is_a_finding(nodes: int, aliases: int, depth: int, code: str, message: str) -> None:
    assert Budget(LIMITS, nodes=nodes, alias_nodes=aliases).exceeded(depth) == (code, message)


def test_time_is_counted_from_the_start_of_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    budget = Budget(LIMITS)

    now = 1060.0
    assert budget.exceeded(1) is None
    now = 1060.5
    assert budget.exceeded(1) == ("limit-seconds", "reading takes longer than 60 seconds")


def test_a_budget_starts_with_nothing_used() -> None:
    budget = Budget(Limits())

    assert (budget.nodes, budget.alias_nodes) == (0, 0)
    assert budget.exceeded(Limits().depth) is None
