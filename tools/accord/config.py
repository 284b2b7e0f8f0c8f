"""``[tool.accord]`` of a project's pyproject.toml: the few things that a contract cannot say.

Numbers of a running service are its own settings, not configuration of the toolchain.
"""

from __future__ import annotations

import difflib
import keyword
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeGuard, TypeVar, cast, get_args

from accord.diagnostics import Span
from accord.errors import UsageError

Table: TypeAlias = Mapping[str, object]
"""A table of TOML, whose values are checked key by key."""

Formats: TypeAlias = Literal["assert", "annotate"]
FailOn: TypeAlias = Literal["error", "warning", "info"]
FailOnChange: TypeAlias = Literal["breaking", "undecided", "none"]
Choice = TypeVar("Choice", bound=str)

FORMATS: tuple[Formats, ...] = get_args(Formats)
FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)
VERDICTS: tuple[FailOnChange, ...] = get_args(FailOnChange)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTestConfig:
    """``[tool.accord.contract-test]``.

    ``app`` is what uvicorn serves (``MODULE:APP``). ``environment`` is added to the service's; the placeholder
    ``{tmp}`` in a value is a fresh folder. ``credentials`` gives, by the name of a security scheme, what is sent: a
    string, or a table that describes a login (``accord.testing.config`` reads it).
    ``other_credentials`` gives the same for somebody else (``second``) and with fewer scopes (``narrow``).
    ``hook`` (``MODULE:FUNCTION``, called with the base URL before the first case) may prepare the service and return
    further credentials. ``exclude`` maps an operation's name to the reason why it is left out; ``accept`` a check's
    code, or ``code operation``, to the reason why its findings are expected.
    """

    app: str = "impl.app:app"
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    credentials: Mapping[str, object] = field(default_factory=dict[str, object])
    other_credentials: Mapping[str, object] = field(default_factory=dict[str, object])
    hook: str | None = None
    max_examples: int = 100
    exclude: Mapping[str, str] = field(default_factory=dict[str, str])
    accept: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffConfig:
    """``[tool.accord.diff]``: ``semver`` holds ``info.version`` to what the changes demand, ``base`` is the branch whose
    contracts are the past (``None``: the main branch), ``fail_on`` the least verdict that fails."""

    semver: bool = False
    base: str | None = None
    fail_on: FailOnChange = "breaking"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeMapping:
    """One entry of ``[tool.accord.types]``: *key* (``format:NAME``, ``SCHEMA`` or ``SCHEMA.PROPERTY``) has the type *name*
    of *module*. ``span`` is its place in pyproject.toml."""

    key: str
    module: str
    name: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration. Paths are absolute; ``root`` is the folder of pyproject.toml.

    ``formats`` says whether ``format`` is asserted or only annotates. ``fail_on`` is the least severity with which
    ``accord validate`` fails. ``keep_going``: what is sound in a contract with errors is generated, scaffolded, mocked and
    tested; every other command still tells the errors.
    """

    root: Path
    spec: Path
    generated: Path
    implementation: Path
    formats: Formats = "assert"
    fail_on: FailOn = "error"
    keep_going: bool = False
    contract_test: ContractTestConfig = field(default_factory=ContractTestConfig)
    diff: DiffConfig = field(default_factory=DiffConfig)
    types: tuple[TypeMapping, ...] = ()

    @property
    def import_roots(self) -> tuple[Path, ...]:
        """The folders that a process of the project imports its own packages from."""
        return tuple(dict.fromkeys([self.root, self.generated.parent, self.implementation.parent]))

    @property
    def python_path(self) -> str:
        """``PYTHONPATH`` for a process of the project: its import roots, then what this process was given."""
        own = os.environ.get("PYTHONPATH", "")
        return os.pathsep.join([*map(str, self.import_roots), *([own] if own else [])])

    @property
    def package(self) -> str:
        """Import name of the folder of generated code."""
        return self.generated.name


def load_config(start: Path) -> Config:
    """Read ``[tool.accord]`` of the nearest pyproject.toml at or above *start*; defaults where there is none.

    Raises:
        UsageError: unreadable TOML, an unknown key or a value of the wrong type; the message starts with the place.
    """
    root = start.resolve()
    files = (folder / "pyproject.toml" for folder in (root, *root.parents))
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        return _build(root, {}, _Place(None, ""))
    try:
        text = file.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file}: {error}", hint="repair pyproject.toml") from error
    tool: object = data.get("tool", {})
    table: object = tool.get("accord", {}) if _is_table(tool) else {}
    if not _is_table(table):
        raise UsageError(f"{file}: [tool.accord] is a table", hint="write [tool.accord] on a line of its own")
    return _build(file.parent, table, _Place(file, text))


@dataclass(frozen=True, slots=True)
class _Place:
    """Finds the line of a key again: tomllib keeps no positions."""

    file: Path | None
    text: str

    def error(self, key: str, message: str, hint: str = "") -> UsageError:
        """An error that begins with the place of *key*."""
        line = self.line(key)
        where = f"{self.file}:{line}:1" if line else str(self.file)
        return UsageError(f"{where}: {message}", hint=hint)

    def line(self, key: str) -> int | None:
        """The line on which *key* is written, with its quotes, its table or its first dotted part."""
        header = False
        for number, line in enumerate(self.text.splitlines(), start=1):
            header = header or line.strip().startswith("[tool.accord")
            written = line.split("=")[0].strip()
            if header and key in {
                written.strip("\"'"),
                written.split(".")[0],
                written.strip("\"'").split(".")[0],
            }:
                return number
        return None


def _build(root: Path, table: Table, place: _Place) -> Config:
    """The configuration that *table* describes; *place* finds the lines for errors."""
    _reject_unknown(table, Config, place)
    return Config(
        root=root,
        spec=root / _text(table, "spec", "spec", place),
        generated=root / _text(table, "generated", "generated", place),
        implementation=root / _text(table, "implementation", "src/impl", place),
        formats=_choice(table, "formats", FORMATS, place),
        fail_on=_choice(table, "fail-on", FAIL_ON, place),
        keep_going=_flag(table, "keep-going", place),
        contract_test=_contract_test(_table(table, "contract-test", place), place),
        diff=_diff(_table(table, "diff", place), place),
        types=_types(_texts(table, "types", place), place),
    )


def _flag(table: Table, key: str, place: _Place) -> bool:
    """A boolean, false by default."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise place.error(key, f"{key} is true or false")
    return value


def _diff(table: Table, place: _Place) -> DiffConfig:
    """``[tool.accord.diff]``."""
    _reject_unknown(table, DiffConfig, place)
    return DiffConfig(
        fail_on=_choice(table, "fail-on", VERDICTS, place),
        semver=_flag(table, "semver", place),
        base=_text(table, "base", "", place) or None,
    )


_TYPE: Final = re.compile(r"(?P<module>[^\W\d]\w*(\.[^\W\d]\w*)*)[:.](?P<name>[^\W\d]\w*)")


def _types(table: Mapping[str, str], place: _Place) -> tuple[TypeMapping, ...]:
    """The entries of ``[tool.accord.types]``. Nothing is imported: the types may not exist yet."""
    found: list[TypeMapping] = []
    for key, value in table.items():
        match = _TYPE.fullmatch(value)
        if match is None or any(keyword.iskeyword(part) for part in re.split("[:.]", value)):
            message = f"{value!r} in [tool.accord.types] names no type"
            raise place.error(key, message, 'write "module:Name", such as "decimal:Decimal"')
        if not key.removeprefix("format:"):
            raise place.error(key, "a key of [tool.accord.types] is format:NAME, SCHEMA or SCHEMA.PROPERTY")
        line = place.line(key) or place.line("types") or 1
        span = Span(str(place.file), line, 1)
        found.append(TypeMapping(key=key, module=match["module"], name=match["name"], span=span))
    return tuple(found)


def _contract_test(table: Table, place: _Place) -> ContractTestConfig:
    """``[tool.accord.contract-test]``; credentials are read by ``accord.testing.config``."""
    _reject_unknown(table, ContractTestConfig, place)
    defaults = ContractTestConfig()
    examples = table.get("max-examples", defaults.max_examples)
    if not isinstance(examples, int) or isinstance(examples, bool) or examples < 1:
        raise place.error("max-examples", "max-examples is a positive integer")
    hook = table.get("hook")
    return ContractTestConfig(
        app=_text(table, "app", defaults.app, place),
        environment=_texts(table, "environment", place),
        credentials=_table(table, "credentials", place),
        other_credentials=_table(table, "other-credentials", place),
        hook=None if hook is None else _text(table, "hook", "", place),
        max_examples=examples,
        exclude=_texts(table, "exclude", place),
        accept=_texts(table, "accept", place),
    )


def _reject_unknown(
    table: Table, settings: type[Config | ContractTestConfig | DiffConfig], place: _Place
) -> None:
    """Reject a key that *settings* do not have: a misspelled one would be ignored in silence."""
    known = {f.name.replace("_", "-") for f in fields(settings)} - {"root"}
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(sorted(known))}"
            raise place.error(key, f"unknown key {key!r} in [tool.accord]", hint)


def _text(table: Table, key: str, default: str, place: _Place) -> str:
    """A string under *key*."""
    value = table.get(key, default)
    if not isinstance(value, str) or (key in table and not value):
        raise place.error(key, f"{key} is a non-empty string")
    return value


def _choice(table: Table, key: str, allowed: Sequence[Choice], place: _Place) -> Choice:
    """One of *allowed*, the first by default."""
    value = table.get(key, allowed[0])
    if value not in allowed:
        raise place.error(key, f"{key} is one of {', '.join(allowed)}")
    return cast("Choice", value)


def _table(table: Table, key: str, place: _Place) -> Mapping[str, object]:
    """A table under *key*."""
    value = table.get(key, {})
    if not _is_table(value):
        raise place.error(key, f"{key} is a table")
    return value


def _texts(table: Table, key: str, place: _Place) -> Mapping[str, str]:
    """A table of strings under *key*."""
    value = table.get(key, {})
    if not _is_table(value) or not all(isinstance(v, str) for v in value.values()):
        raise place.error(key, f"{key} is a table of strings")
    return cast("Mapping[str, str]", value)


def _is_table(value: object) -> TypeGuard[Table]:
    """Whether *value* is a TOML table."""
    return isinstance(value, dict)
