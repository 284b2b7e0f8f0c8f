"""Child process: one contract becomes a package with a scaffold, and the package is read back by the mirror.

Prints one JSON object. CPU seconds and peak memory are those of this process and the formatter's, up to the last written
file: what ``accord generate`` costs, the start of Python included.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from accord.api.code import emit_packages
from accord.api.contracts import read_contracts
from accord.config import Config
from accord.diagnostics import Severity, sort_diagnostics
from accord.emit.scaffold import ScaffoldOptions, scaffold
from accord.emit.tree import write_tree

GENERATED, IMPLEMENTATION = "generated", "implementation"


def main(spec: Path, folder: Path) -> None:
    """Generate *spec* below *folder* and tell about it."""
    config = Config(
        root=folder, spec=spec, generated=folder / GENERATED, implementation=folder / IMPLEMENTATION
    )
    contracts = read_contracts(config, [spec])
    result = emit_packages(config, contracts)
    write_tree(result.tree, config.generated)
    cost = _cost()
    options = ScaffoldOptions(folder=config.implementation, package=IMPLEMENTATION, generated=GENERATED)
    write_tree(scaffold(result, options).tree, config.implementation)
    found = sort_diagnostics([*(d for c in contracts for d in c.diagnostics), *result.diagnostics])
    report = {
        **cost,
        "package": result.packages[0],
        "files": len(result.tree),
        "lines": sum(text.count("\n") for path, text in result.tree.items() if path.endswith(".py")),
        "declared": len(contracts[0].loaded.api.operations),
        "errors": sum(diagnostic.severity is Severity.ERROR for diagnostic in found),
        "warnings": sum(diagnostic.severity is Severity.WARNING for diagnostic in found),
        "duplicates": sum(diagnostic.code == "operation-duplicate" for diagnostic in found),
        "codes": dict(
            Counter(diagnostic.code for diagnostic in found if diagnostic.severity is not Severity.INFO)
        ),
    }
    from tests.unit.emit.mirror import mirror, read_package

    sys.path.insert(0, str(folder))
    reflected = mirror(contracts[0].loaded.api, read_package(f"{GENERATED}.{result.packages[0]}"), found)
    report["lost"] = [" / ".join(fact) for fact in reflected.lost]
    report["invented"] = [" / ".join(fact) for fact in reflected.invented]
    sys.stdout.write(json.dumps(report))


def _cost() -> dict[str, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children.ru_maxrss)
    cpu = time.process_time() + children.ru_utime + children.ru_stime
    return {"cpu": round(cpu, 2), "peak_mb": round(peak / 1024, 1)}


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
