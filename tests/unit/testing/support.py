"""What the tests of contract tests share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.contract.model import Api
from accord.contract.schema import JsonValue
from accord.source.document import read_document
from accord.testing import (
    AppTarget,
    ContractTestOptions,
    ContractTestReport,
    LoginCredential,
    run_contract_test,
)
from accord.testing.contract import Contract
from accord.testing.exchange import Exchange, Response
from accord.testing.options import Formats

SHOP = Path(__file__).parent / "shop"
LOGIN = LoginCredential(url="/tokens", form={"username": "ada", "password": "correct horse"})


@dataclass(frozen=True)
class Loaded:
    api: Api
    document: Mapping[str, JsonValue]


def load(entry: Path) -> Loaded:
    document = read_document(entry)
    loaded = load_api(document, name=entry.stem)
    return Loaded(api=loaded.api, document=bundle(document, loaded).data)


def load_data(folder: Path, data: Mapping[str, Any]) -> Loaded:
    file = folder / "openapi.json"
    file.write_text(json.dumps(data))
    return load(file)


def contract(folder: Path, data: Mapping[str, Any], formats: Formats = "assert") -> Contract:
    loaded = load_data(folder, data)
    return Contract(loaded.api, loaded.document, formats)


def shop_options(faults: str = "", **changes: Any) -> ContractTestOptions:
    target = AppTarget(app="app:app", directory=SHOP, environment={"FAULTS": faults})
    options = ContractTestOptions(
        target=target, seed=7, max_examples=8, stream_timeout=0.3, credentials={"token": LOGIN}
    )
    return replace(options, **changes)


def run_shop(faults: str = "", **changes: Any) -> ContractTestReport:
    loaded = load(SHOP / "openapi.yaml")
    return run_contract_test(loaded.api, loaded.document, shop_options(faults, **changes))


def exchange(where: Contract, operation: str, response: Response, **request: Any) -> Exchange:
    found = where.operations[operation]
    defaults: dict[str, Any] = {
        "operation": found,
        "method": found.method,
        "url": f"http://test{found.path}",
        "headers": (),
        "body": None,
        "response": response,
    }
    return Exchange(**{**defaults, **request})
