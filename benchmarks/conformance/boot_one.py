"""Child process: a generated package with its scaffold boots, and every operation gets a request.

Prints one JSON object. Each operation is asked twice, in-process: with nothing but its path, and with credentials and a
JSON body. Any response counts that is no server error other than the scaffold's 501 and that comes from the operation (no
404, no 405); an exception that gets out counts against it.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import resource
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

CREDENTIALS = ("Bearer t", "Basic dTpw", "Token t")
_VARIABLE = re.compile(r"\{([^{}]*)\}")


def main(folder: Path, package: str) -> None:
    """Boot what lies in *folder* and tell about it."""
    sys.path.insert(0, str(folder))
    started = time.process_time()
    module = importlib.import_module("implementation.app")
    declared = _declared(package)
    report: dict[str, Any] = {"boot_cpu": round(time.process_time() - started, 2)}
    report.update(asyncio.run(_ask(module.app, declared, folder / "generated" / package)))
    report["boot_peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    sys.stdout.write(json.dumps(report))


def _declared(package: str) -> Any:
    from tests.unit.emit.mirror import read_package

    return read_package(f"generated.{package}")


async def _ask(app: Any, declared: Any, folder: Path) -> dict[str, Any]:
    prefix = _prefix(folder)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    served, unsupported, failed = 0, 0, []
    async with httpx.AsyncClient(transport=transport, base_url="http://service.invalid") as client:
        published = (await client.get(f"{prefix}/openapi.json")).json()
        equal = published == json.loads((folder / "openapi.json").read_text(encoding="utf-8"))
        for operation in declared.operations:
            faults = await _faults(client, prefix, operation)
            failed.extend(faults)
            unsupported += bool(operation.unsupported)
            served += not operation.unsupported and not faults
    return {"equal": equal, "served": served, "unsupported": unsupported, "failed": failed}


def _prefix(folder: Path) -> str:
    found = re.search(r"prefix=(\"[^\"]*\"|'[^']*')", (folder / "routers.py").read_text(encoding="utf-8"))
    return "" if found is None else str(json.loads('"' + found[1][1:-1] + '"'))


async def _faults(client: httpx.AsyncClient, prefix: str, operation: Any) -> list[str]:
    filled = _VARIABLE.sub(lambda found: operation.path_choices.get(found[1], ["1"])[0], operation.path)
    path = quote(prefix + filled, safe="/:@!$&'()*+,;=~")
    requests: Iterable[dict[str, Any]] = (
        {},
        {"json": {}, "headers": {"authorization": CREDENTIALS[0], "accept": "*/*"}},
    )
    found: list[str] = []
    for request in requests:
        try:
            response = await client.request(operation.method, path, **request)
        except Exception as error:  # noqa: BLE001 - whatever gets out of the application is what is looked for
            found.append(f"{operation.key}: {type(error).__name__}: {error}"[:300])
            continue
        status = response.status_code
        if status in {404, 405} or (status >= 500 and status != 501):
            found.append(f"{operation.key}: {operation.method} {path}: {status} {response.text[:200]}")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), sys.argv[2])
