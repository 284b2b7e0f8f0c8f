"""What ``accord diff`` prints where one side cannot be read: every format ends in the same way."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from accord.cli.app import app
from accord.cli.commands.compare import DiffFormat
from accord.cli.options import OutputFormat
from accord.errors import ContractUnusableError

GOOD = "openapi: 3.1.0\ninfo: {title: t, version: 1.0.0}\npaths: {}\n"


@pytest.mark.parametrize("output_format", DiffFormat)
def test_an_unreadable_side_is_unusable_in_every_format(output_format: DiffFormat, tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text("openapi: 3.1.0\ninfo: [\n")
    new.write_text(GOOD)
    result = CliRunner().invoke(app, ["diff", str(old), str(new), "--format", output_format.value])
    is_unusable = isinstance(result.exception, ContractUnusableError)
    assert is_unusable or result.exit_code == ContractUnusableError.exit_code, result.exception
    # A format of findings is complete without a comparison; any other has nothing to show then, but for JSON.
    assert bool(result.stdout) == (output_format.findings is not None or output_format is DiffFormat.JSON)


def test_a_findings_format_keeps_its_name() -> None:
    expected = {OutputFormat.GITHUB, OutputFormat.JUNIT, OutputFormat.SARIF}
    assert {diff_format.findings for diff_format in DiffFormat} == {None, *expected}
    assert all(
        diff_format.findings is None or diff_format.findings.value == diff_format.value
        for diff_format in DiffFormat
    )
