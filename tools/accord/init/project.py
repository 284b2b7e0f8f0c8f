"""The texts of a project: what every project has, and the starter that works at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Final

from accord.errors import UsageError

_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")
_OWN: Final = frozenset({".git"})
"""What an empty folder may hold: a repository is often made first."""


def name_of(folder: Path) -> str:
    """A name for the project in *folder*, after the folder."""
    name = _OTHER.sub("-", folder.absolute().resolve().name).strip("._-")
    return name or "service"


def checked_name(name: str) -> str:
    """*name*, if a Python project may be called so.

    Raises:
        UsageError: it may not.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"{name!r} is no name for a project",
            hint="Letters, digits, dots, dashes and underlines; a letter or digit at both ends.",
        )
    return name


def reject_occupied(folder: Path) -> None:
    """Make sure that nothing is in the way of a new project in *folder*.

    Raises:
        UsageError: it is a file, or holds something.
    """
    if folder.is_dir():
        held = sorted(entry.name for entry in folder.iterdir() if entry.name not in _OWN)
        if not held:
            return
        more = f" and {len(held) - 1} more" if len(held) > 1 else ""
        problem = f"the folder is not empty (it holds {held[0]}{more})"
    elif folder.exists() or folder.is_symlink():
        problem = "there is a file of that name"
    else:
        return
    raise UsageError(f"{folder}: {problem}", hint="Name a new folder; nothing was written.")


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
# The contract documents bodies of its own for rejected requests. Errors.rejection in src/impl/ gives them; until it fits
# everywhere, some rejections are problems (RFC 9457) instead. Remove this line then.
response-media-type = "rejections in the form of RFC 9457, until Errors.rejection gives the documented one"
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
    contract. ``starter`` says that it is implemented already, ``mapped`` that rejections take the documented form,
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
    """A template with its names replaced."""
    text = files("accord.init").joinpath("templates", f"{template}.tmpl").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


_ENTRY: Final = "openapi"
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
_VERSION: Final = re.compile(r"v?[0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The files of one contract by their path below ``spec/``. ``version`` is its folder, ``entry`` its entry file."""

    version: str
    entry: str
    files: Mapping[str, str]


def copied(name: str, entry: str, texts: Mapping[str, str]) -> Copied:
    """Put a contract into a folder of its own.

    Args:
        name: what the contract is called where it is; the folder is called so if that is a version, otherwise ``v1``.
        entry: its entry file, relative to the folder that references may not leave.
        texts: all of its files, by path relative to the same folder.
    """
    version = name if _VERSION.fullmatch(name) else "v1"
    folder, _, file = entry.rpartition("/")
    if folder:  # a version among others, which may refer to what lies beside it
        inside = f"{folder}/"
        moved = {
            path: f"{version}/{path.removeprefix(inside)}" if path.startswith(inside) else path
            for path in texts
        }
        return Copied(
            version=version,
            entry=moved[entry],
            files={moved[path]: text for path, text in texts.items()},
        )
    suffix = PurePosixPath(file).suffix.lower()
    new = f"{_ENTRY}{suffix if suffix in _SUFFIXES else '.yaml'}"
    # References to the entry file take its new name.
    reference = re.compile(rf"(?<=[\s\"'/]){re.escape(file)}(?=#|[\"']|\s*$)", re.MULTILINE)
    renamed = {
        f"{version}/{new if path == entry else path}": text if file == new else reference.sub(new, text)
        for path, text in texts.items()
    }
    return Copied(version=version, entry=f"{version}/{new}", files=renamed)
