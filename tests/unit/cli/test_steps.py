from __future__ import annotations

import io
import time

import pytest

from accord.cli.steps import PATIENCE, REMINDER, PipeDisplay, Steps, TerminalDisplay, steps


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def make_steps() -> tuple[Steps, Clock, list[str]]:
    clock, lines = Clock(), list[str]()
    return Steps(PipeDisplay(lines.append), clock=clock), clock, lines


def test_an_environment_can_ask_for_silence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for preference, reported in (("never", ""), ("", "reading v1 ...\n")):
        monkeypatch.setenv("ACCORD_PROGRESS", preference)
        listener = steps()
        listener("reading v1")
        listener._since -= PATIENCE
        listener.look()
        assert capsys.readouterr().err == reported


def test_a_short_step_is_not_told() -> None:
    steps, clock, lines = make_steps()
    steps("reading v1")
    clock.now += PATIENCE - 0.1
    steps.look()
    steps("reading v2")
    clock.now += PATIENCE - 0.1
    steps.look()
    assert lines == []


def test_a_lasting_step_is_told_once_and_then_now_and_again() -> None:
    steps, clock, lines = make_steps()
    steps("reading v1")
    for _ in range(40):
        clock.now += REMINDER / 20
        steps.look()
    assert lines[0] == "reading v1 ..."
    assert len(lines) == 2
    assert lines[1].endswith(" s so far)")


def test_every_step_is_told_anew() -> None:
    steps, clock, lines = make_steps()
    for name in ("reading v1", "reading v2"):
        steps(name)
        clock.now += PATIENCE
        steps.look()
    assert lines == ["reading v1 ...", "reading v2 ..."]


def test_nothing_is_told_before_the_first_step_and_after_the_last() -> None:
    lines: list[str] = []
    with Steps(PipeDisplay(lines.append)) as steps:
        time.sleep(0.3)
        steps("quick")
    assert lines == []


def test_a_terminal_gets_a_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("FORCE_COLOR", "1")
    display = TerminalDisplay()
    display.show("reading [v1]", 3.0)
    display.clear()
    assert "reading [v1] ... 3 s" in stream.getvalue()
    assert "\x1b[2K" in stream.getvalue()
