"""What `make mutants` prints, and that it can find the modules and tests it names."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import mutants
from scripts.mutant_report import Fate, Outcome, fate, replaced, report, table

DIFF = "--- a\n+++ a\n@@ -1 +1 @@\n-x < y\n+x <= y\n"


def outcome(module: str, fates: dict[str, Fate], **diffs: str) -> Outcome:
    return Outcome(module=module, fates=fates, diffs=diffs)


FIRST = outcome("a.first", {"f_1": "killed", "f_2": "survived", "f_10": "not reached"}, f_10=DIFF, f_2=DIFF)
SECOND = outcome("b.second", {"g_1": "timed out", "g_2": "not run"})


def test_the_table_has_a_row_a_module_in_order_and_their_sum() -> None:
    assert table([SECOND, FIRST]) == (
        "| module   | mutants | killed | survived | timed out | not reached | not run | score |\n"
        "|----------|--------:|-------:|---------:|----------:|------------:|--------:|------:|\n"
        "| a.first  |       3 |      1 |        1 |         0 |           1 |       0 |  33 % |\n"
        "| b.second |       2 |      0 |        0 |         1 |           0 |       1 | 100 % |\n"
        "| all      |       5 |      1 |        1 |         1 |           1 |       1 |  50 % |\n"
    )


def test_mutants_of_one_name_in_two_modules_are_counted_twice() -> None:
    rows = table([outcome("a", {"f": "killed"}), outcome("b", {"f": "survived"})]).splitlines()

    assert rows[-1].split("|")[1:4] == [" all    ", "       2 ", "      1 "]


@pytest.mark.parametrize(
    ("killed", "survived", "score"), [(0, 0, "-"), (0, 1, "0 %"), (999, 1, "99 %"), (1, 0, "100 %")]
)
def test_a_score_is_whole_only_where_nothing_lives(killed: int, survived: int, score: str) -> None:
    fates: dict[str, Fate] = {f"k{number}": "killed" for number in range(killed)}
    fates |= {f"s{number}": "survived" for number in range(survived)}

    assert outcome("a", {**fates, "later": "not run"}).score == score


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (None, "not run"),
        (0, "survived"),
        (1, "killed"),
        (2, "killed"),  # the mutant breaks a test module while it is read
        (3, "killed"),
        (-11, "killed"),
        (5, "not reached"),
        (33, "not reached"),
        (-24, "timed out"),
        (-9, "timed out"),
        (36, "timed out"),
    ],
)
def test_what_an_exit_code_says(code: int | None, expected: Fate) -> None:
    assert fate(code) == expected


def test_the_report_shows_each_survivor_as_a_diff_in_the_order_of_the_code() -> None:
    text = report([SECOND, FIRST])

    assert text.startswith("# Mutants\n\n| module")
    assert (
        "## a.first\n\n`f_2` survived:\n\n```diff\n--- a\n+++ a\n@@ -1 +1 @@\n-x < y\n+x <= y\n```\n" in text
    )
    assert text.index("`f_2` survived") < text.index("`f_10` not reached")
    assert "## b.second" not in text


def test_a_page_gets_a_new_table_and_keeps_its_words() -> None:
    page = f"# Page\n\nBefore.\n\n{table([FIRST])}\nAfter.\n"

    assert replaced(page, [SECOND]) == f"# Page\n\nBefore.\n\n{table([SECOND])}\nAfter.\n"
    assert replaced(page, [FIRST]) == page
    with pytest.raises(ValueError, match="no table"):
        replaced("# Page\n", [FIRST])


def test_an_unknown_module_is_a_fault_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        mutants.main(["accord.runtime.guard", "accord.no_such_module"])

    assert left.value.code == 2
    assert "no tests are known for accord.no_such_module" in capsys.readouterr().err


@pytest.mark.parametrize("module", mutants.TARGETS)
def test_every_module_and_its_tests_are_there(module: str) -> None:
    folder = "src" if module.startswith("impl.") else "tools"

    assert (mutants.ROOT / folder / Path(*module.split("."))).with_suffix(".py").is_file()
    assert mutants.TARGETS[module]
    assert [test for test in mutants.TARGETS[module] if not (mutants.ROOT / test).exists()] == []


def test_a_copy_has_both_roots_below_src_and_nothing_that_git_ignores(tmp_path: Path) -> None:
    mutants.copy_project(tmp_path / "copy")

    copied = {str(path.relative_to(tmp_path / "copy")) for path in (tmp_path / "copy").rglob("*.py")}
    assert {"src/accord/runtime/guard.py", "src/impl/core/tokens.py", "generated/v1/routers.py"} <= copied
    assert not any("__pycache__" in path or path.startswith("tests/cases/") for path in copied)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_hands_over_modules_seconds_and_page() -> None:
    asked = ["MUTANTS=a.b c.d", "MUTANT_SECONDS=5", "MUTANTS_PAGE=docs/mutants.md"]
    printed = subprocess.run(
        ["make", "--dry-run", "mutants", *asked], cwd=mutants.ROOT, check=True, capture_output=True, text=True
    ).stdout

    assert subprocess.run(["sh", "-n"], input=printed, text=True, check=False).returncode == 0
    words = shlex.split(printed.replace("\\\n", " "))
    start = words.index("scripts.mutants")
    assert words[start:] == ["scripts.mutants", "a.b", "c.d", "--seconds", "5", "--page", "docs/mutants.md"]
