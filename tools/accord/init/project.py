"""The texts of a project: what every project has, and the starter that works at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from typing import Final

_PROJECT: Final[Mapping[str, str]] = {
    ".github/workflows/ci.yml": "ci.yml",
    ".gitignore": "gitignore",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    "Makefile": "Makefile",
    "README.md": "README.md",
    "pyproject.toml": "pyproject.toml",
    "scripts/setup.sh": "setup.sh",
    "tests/contract/conftest.py": "conftest.py",
    "tests/contract/test_contract.py": "test_contract.py",
}
_STARTER: Final[Mapping[str, str]] = {
    "spec/v1/openapi.yaml": "openapi.yaml",
    "src/impl/store.py": "store.py",
    "src/impl/v1/notes.py": "notes.py",
}
# What `accord.service` needs with its own defaults; without them the application is the bare one of `accord scaffold`.
_OBSERVED: Final = ("prometheus_client", "structlog")
_ACCEPT: Final = """
[tool.accord.contract-test.accept]
# An operation that nobody wrote yet answers 501, and the report says so. Remove this line with the last stub: from then
# on a 501 is a finding.
operation-not-implemented = "not implemented yet"
"""
_UNMAPPED: Final = """\
# The contract documents bodies of its own for refused requests. Errors.refusal in src/impl/ gives them; until it fits
# everywhere, some refusals are problems (RFC 9457) instead. Remove this line then.
response-media-type = "refusals in the form of RFC 9457, until Errors.refusal gives the documented one"
"""
_KEEP_GOING: Final = """\
# The contract has errors, which `accord validate` tells. What is sound in it is served, an operation with an error in it
# answers 501. Remove this line when they are repaired.
keep-going = true
"""
_REMAINING: Final = """
## What is left to do

Every operation answers 501 until its method in `src/impl/` is written, and `security.py` lets nobody in until it says who may.
The contract test accepts that, and lists it under *Not counted* as "not implemented yet". Credentials for it go into
`[tool.accord.contract-test]` of `pyproject.toml`. When the last method is written, remove `operation-not-implemented` there.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectOptions:
    """A new project. ``spec`` is its entry file, ``prefix`` the path of its first server, ``title`` that of its
    contract. ``starter`` says that it is implemented already, ``mapped`` that refusals take the documented form,
    ``keep_going`` that the contract has errors and what is sound in it is served."""

    name: str
    title: str
    spec: str = "spec/v1/openapi.yaml"
    prefix: str = "/api/v1"
    starter: bool = True
    mapped: bool = True
    keep_going: bool = False


def project_files(options: ProjectOptions) -> dict[str, str]:
    """What every project has, by path; contract, generated code and implementation are not among it."""
    title = " ".join(options.title.split())
    introduction = (
        "A service that keeps notes in memory, to start from: its contract is written by hand, its code follows."
        if options.starter
        else f"{title}: a service whose contract is written by hand and whose code follows."
    )
    values = {
        "NAME": options.name,
        "DESCRIPTION": json.dumps(f"The service of the contract {title}", ensure_ascii=False),
        "ACCEPT": "" if options.starter else _ACCEPT if options.mapped else f"{_ACCEPT}{_UNMAPPED}",
        "INTRODUCTION": introduction,
        "KEEP_GOING": _KEEP_GOING if options.keep_going else "",
        "PREFIX": options.prefix,
        "SPEC": options.spec,
        "REMAINING": "" if options.starter else _REMAINING,
    }
    return {path: _filled(f"project/{name}", values) for path, name in _PROJECT.items()}


def starter_files(title: str) -> dict[str, str]:
    """A small contract and what implements it, by path; watched by ``accord.service`` where this Python has its libraries."""
    values = {"TITLE": json.dumps(title, ensure_ascii=False)}
    texts = {path: _filled(f"starter/{name}", values) for path, name in _STARTER.items()}
    if all(find_spec(name) is not None for name in _OBSERVED):
        texts["src/impl/app.py"] = _filled("starter/app.py", values)
    return texts


def local_settings(python: str) -> str:
    """``local.mk``, which is not committed: the Python that has Accord on this machine."""
    escaped = python.replace("$", "$$").replace("#", "\\#")
    return f"# The Python that made this project. Not committed: it is another one elsewhere.\nACCORD_PYTHON ?= {escaped}\n"


def _filled(template: str, values: Mapping[str, str]) -> str:
    text = files("accord.init").joinpath("templates", f"{template}.tmpl").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
