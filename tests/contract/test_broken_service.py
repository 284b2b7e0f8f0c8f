"""A service that is broken by hand fails its contract test, which names the operation and the clause.

Each case is a copy of the project with one change in ``src/impl/v1``. The runtime itself would stop such a response
(mode ``check``), so some cases let it pass, as a service would that Accord did not generate.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from accord.api import read_contracts
from accord.bundle import bundle
from accord.config import load_config
from accord.testing import ContractTestReport, render_text, run_contract_test
from accord.testing.config import options_from_config

ROOT = Path(__file__).resolve().parents[2]
ITEMS = "src/impl/v1/items.py"

DROPPED = {
    "return models.Item(": "return models.Item.model_construct(",
    "        updated_at=item.updated_at,\n": "",
}
WRONG_TYPE = {
    "return models.Item(": "return models.Item.model_construct(",
    "price=item.price.amount,": "price=str(item.price.amount),",
}
WRONG_STATUS = {
    "        return responses.CreateItemCreated(": "        made = responses.CreateItemCreated(",
    "\n\n    @override\n    async def get_item(": "\n        made.status = 200\n        return made"
    "\n\n    @override\n    async def get_item(",
}
UNASKED = {
    "if if_none_match is not None and is_known(item.etag, if_none_match):": "if if_none_match is None:",
}


def _copy(folder: Path, changes: dict[str, str]) -> None:
    """Copy what a contract test of the project needs, with the changes made."""
    for name in ("spec", "generated", "src"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests/contract").mkdir(parents=True)
    for name in ("pyproject.toml", "tests/contract/prepare.py"):
        shutil.copy(ROOT / name, folder / name)
    file = folder / ITEMS
    text = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def _contract_test(folder: Path) -> ContractTestReport:
    """Test v1 by the phases that need few requests: these faults show at once."""
    config = load_config(folder)
    options = replace(options_from_config(config), phases=("examples", "probes"), max_examples=1)
    (contract,) = [found for found in read_contracts(config) if found.name == "v1"]
    document = bundle(contract.document, contract.loaded).data
    return run_contract_test(contract.loaded.api, document, options)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "mode", "finding"),
    [
        pytest.param(
            DROPPED,
            "check",
            ("server-error]: POST /items: answered 500", "201 application/json: /updatedAt: is required"),
            id="a required field dropped, stopped by the runtime",
        ),
        pytest.param(
            DROPPED,
            "trust",
            ("response-body-invalid]: GET /items/{itemId}", '"updatedAt" is a required property'),
            id="a required field dropped",
        ),
        pytest.param(
            WRONG_TYPE,
            "check",
            ("server-error]: POST /items: answered 500", "201 application/json: "),
            id="a wrong type, stopped by the runtime",
        ),
        pytest.param(
            WRONG_STATUS,
            "check",
            ("server-error]: POST /items: answered 500", "status: 200 does not fit the documented 201"),
            id="a wrong status, stopped by the runtime",
        ),
        pytest.param(
            UNASKED,
            "check",
            ("not-modified-wrong]: GET /items/{itemId}", "/paths/~1items~1{itemId}/get/responses/304"),
            id="a documented status in the wrong place",
        ),
    ],
)
def test_a_broken_service_is_told_by_operation_and_clause(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    mode: str,
    finding: tuple[str, ...],
) -> None:
    _copy(tmp_path, changes)
    monkeypatch.setenv("ACCORD_RESPONSE_MODE", mode)
    report = _contract_test(tmp_path)
    assert not report.passed
    said = render_text(report)
    for text in finding:
        assert text in said
    assert "clause: /" in said
