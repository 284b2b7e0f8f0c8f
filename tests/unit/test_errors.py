from __future__ import annotations

import pytest

from accord.errors import exception_text

FRAMES = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    go()\n    ^^^^\n'


@pytest.mark.parametrize(
    ("log", "text"),
    [
        ("", ""),
        ("Killed\n", "Killed"),
        ("INFO: one\nERROR: two\n", "ERROR: two"),
        (FRAMES + "RuntimeError: no items\n", "RuntimeError: no items"),
        (FRAMES + "RuntimeError: several\nlines\n", "RuntimeError: several lines"),
        (
            FRAMES + "InstallError: v1: 1 operation not implemented:\n  getItem (GET /items)\n",
            "InstallError: v1: 1 operation not implemented: getItem (GET /items)",
        ),
        (FRAMES + "KeyError: 1\n\nDuring handling:\n\n" + FRAMES + "ValueError: 2\n", "ValueError: 2"),
        (FRAMES, "^^^^"),
    ],
)
def test_the_exception_behind_the_last_traceback(log: str, text: str) -> None:
    assert exception_text(log) == text
