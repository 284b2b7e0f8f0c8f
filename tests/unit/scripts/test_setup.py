"""The set-up script on machines that lack something, played by a PATH of a few programs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "setup.sh"
PROGRAMS = ("sh", "cat", "cksum", "dirname", "grep", "rm", "tail")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the set-up is a POSIX shell script")


class Machine:
    """A folder of programs that stands for everything a machine has installed."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.venv = folder / "venv"
        self.bin.mkdir()
        for name in PROGRAMS:
            path = shutil.which(name)
            assert path is not None
            (self.bin / name).symlink_to(path)

    def add_python(self, name: str, script: str) -> None:
        """Install an interpreter that is the real one behind *script*, a piece of shell run before it."""
        program = self.bin / name
        program.write_text(f'#!/bin/sh\n{script}\nexec "{sys.executable}" "$@"\n')
        program.chmod(0o755)

    def set_up(self, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(SCRIPT), str(self.venv)],
            env={"PATH": str(self.bin), **environment},
            capture_output=True,
            text=True,
            check=False,
        )


# How an interpreter that is too old answers the two questions that the script asks it.
TOO_OLD = 'case "$2" in *"(3, 11)"*) exit 1;; *"print("*) echo 3.9.2; exit 0;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def assert_rejected(run: "subprocess.CompletedProcess[str]", *words: str) -> None:
    assert run.returncode == 5
    assert run.stdout == ""
    assert run.stderr.startswith("setup: ")
    assert run.stderr.count("\n") == 1, "one line says it all"
    for word in words:
        assert word in run.stderr


def test_no_python_at_all(machine: Machine) -> None:
    assert_rejected(machine.set_up(), "no Python found", "3.11 or newer")
    assert not machine.venv.exists()


def test_only_an_old_python(machine: Machine) -> None:
    machine.add_python("python3", TOO_OLD)

    assert_rejected(machine.set_up(), "python3 is Python 3.9.2", "3.11 or newer", "PYTHON=")
    assert not machine.venv.exists()


def test_no_venv_module(machine: Machine) -> None:
    machine.add_python("python3", WITHOUT_VENV)

    assert_rejected(machine.set_up(), "no venv module", "apt-get install python3-venv")
    assert not machine.venv.exists()


def test_a_named_python_that_does_not_run(machine: Machine) -> None:
    machine.add_python("python3", "")

    assert_rejected(machine.set_up(PYTHON="python3.99"), "PYTHON=python3.99 does not run")


def test_a_named_python_is_not_replaced_by_another(machine: Machine) -> None:
    machine.add_python("python3", "")
    machine.add_python("oldpython", TOO_OLD)

    assert_rejected(machine.set_up(PYTHON="oldpython"), "oldpython is Python 3.9.2")


def test_an_old_python3_gives_way_to_a_newer_one(machine: Machine) -> None:
    machine.add_python("python3", TOO_OLD)
    # Stops at the step that would make the environment, which is not the business of this test.
    machine.add_python("python3.12", 'case "$*" in *"-m venv"*) exit 1;; esac')

    run = machine.set_up()

    assert run.returncode == 5
    assert "making" in run.stdout
    assert "with python3.12" in run.stdout
    assert "python3.12 could not make" in run.stderr
