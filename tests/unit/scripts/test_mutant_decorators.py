"""The copy that is mutated is the same program, without decorators."""

from __future__ import annotations

import ast
import os
from typing import Any

import pytest

from scripts.mutant_decorators import undecorated

PROGRAM = '''
from functools import cached_property, lru_cache, partial

seen = []


def listen(event):
    def register(function):
        seen.append((event, function.__name__))
        return function

    return register


def doubled(function):
    return lambda *args: 2 * function(*args)


@listen("before")
# why it listens
@doubled
def one(number):
    """Say what."""
    return number + 1


class Thing:
    size = 3

    @property
    def area(self):
        return self.size**2

    @area.setter
    def area(self, value):
        self.size = value

    @cached_property
    def edge(self):
        return 4 * self.size

    @classmethod
    def made(cls):
        return cls()

    @staticmethod
    @lru_cache
    def plain(number):
        return -number
'''


def run(source: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    exec(compile(source, "program", "exec"), found)
    return found


@pytest.mark.parametrize("source", [PROGRAM, undecorated(PROGRAM)], ids=["as it was", "undecorated"])
def test_the_program_does_what_it_did(source: str) -> None:
    names = run(source)
    thing = names["Thing"].made()

    assert names["one"](2) == 6
    assert names["seen"] == [("before", "<lambda>")]
    assert (thing.edge, thing.area, names["Thing"].plain(1)) == (12, 9, -1)
    thing.area = 5
    assert thing.size == 5


def test_only_what_mutmut_reads_or_must_stay_is_decorated() -> None:
    functions = [
        node for node in ast.walk(ast.parse(undecorated(PROGRAM))) if isinstance(node, ast.FunctionDef)
    ]

    decorated = {
        (node.name, ast.unparse(node.decorator_list[0])) for node in functions if node.decorator_list
    }
    assert decorated == {("area", "area.setter"), ("made", "classmethod"), ("plain", "staticmethod")}


def test_a_cache_is_empty_in_a_process_that_was_forked() -> None:
    names = run(
        undecorated(
            "from functools import lru_cache\ncalls = []\n@lru_cache(8)\ndef f(n):\n    calls.append(n)\n    return n\n"
        )
    )
    assert (names["f"](1), names["f"](1), names["calls"]) == (1, 1, [1])

    child = os.fork()
    if child == 0:
        names["f"](1)
        os._exit(len(names["calls"]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
