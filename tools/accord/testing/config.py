"""``[tool.accord.contract-test]`` as options."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, cast

from accord.config import Config
from accord.contract.model import Api
from accord.errors import UsageError
from accord.testing.exchange import label
from accord.testing.options import (
    AppTarget,
    ContractTestOptions,
    Credential,
    LoginCredential,
    StaticCredential,
    Suppression,
    Target,
)

# A secret stands in the environment, never in `pyproject.toml`.
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_STATUS: Final = re.compile("[1-5][0-9]{2}")
_LOGIN_KEYS: Final = frozenset({"login", "form", "json", "token"})


def options_from_config(config: Config, *, target: Target | None = None) -> ContractTestOptions:
    """The options of a project; *target* replaces the configured application.

    Raises:
        UsageError: a credential that cannot be read, or an environment variable that is not set.
    """
    settings = config.contract_test
    return ContractTestOptions(
        target=target or app_target(config, settings.app),
        max_examples=settings.max_examples,
        formats=config.formats,
        credentials={name: read_credential(name, value) for name, value in settings.credentials.items()},
        second=_others(settings.other_credentials, "second"),
        narrow=_others(settings.other_credentials, "narrow"),
        hook=settings.hook,
        exclude=dict(settings.exclude),
        suppressions=tuple(
            _suppression(key, reason) for key, reason in settings.accept.items() if key.strip()
        ),
    )


def app_target(config: Config, app: str) -> AppTarget:
    """An application of the project, started in its folder with the configured environment, where its own packages can
    be imported."""
    environment = {"PYTHONPATH": config.python_path, **config.contract_test.environment}
    return AppTarget(app=app, directory=config.root, environment=environment)


def read_credential(scheme: str, value: object) -> Credential:
    """A credential as configured: a string, or a table that describes a login.

    ``${NAME}`` in a string is the environment variable. A login has ``login`` (URL, relative to the base URL),
    ``form`` or ``json`` (what is sent) and ``token`` (JSON pointer into the response, ``/access_token`` by default).
    """
    if isinstance(value, str):
        return StaticCredential(value=_expanded(scheme, value))
    if not isinstance(value, Mapping):
        raise _unreadable(scheme, " is neither a string nor a table")
    table = cast("Mapping[str, object]", value)
    url, token = table.get("login"), table.get("token", "/access_token")
    # A misspelled key of a login would end in a 401 that nobody understands.
    if unknown := sorted(table.keys() - _LOGIN_KEYS):
        raise _unreadable(scheme, f" has an unknown key {unknown[0]!r}")
    if not isinstance(url, str) or not isinstance(token, str) or ("form" in table) == ("json" in table):
        raise _unreadable(scheme, " describes no login")
    form, data = (_texts(scheme, table.get(key, {})) for key in ("form", "json"))
    return LoginCredential(url=url, form=form, json=data, token=token)


def _unreadable(scheme: str, problem: str) -> UsageError:
    return UsageError(
        f"the credential for {scheme}{problem}",
        hint='write a string, or { login = "/token", form = { username = "...", password = "..." } }',
    )


def _others(table: Mapping[str, object], who: str) -> dict[str, Credential]:
    """The credentials of *who* in ``other-credentials``: a table by security scheme for ``second`` and for ``narrow``."""
    if unknown := sorted(table.keys() - {"second", "narrow"}):
        raise UsageError(
            f"other-credentials has an unknown key {unknown[0]!r}",
            hint="write second = { SCHEME = ... } for somebody else, narrow = { SCHEME = ... } for fewer scopes",
        )
    schemes = table.get(who, {})
    if not isinstance(schemes, Mapping):
        raise UsageError(f"other-credentials.{who} is no table", hint="write { SCHEME = ... }")
    own = cast("Mapping[str, object]", schemes)
    return {name: read_credential(name, value) for name, value in own.items()}


def unknown_names(options: ContractTestOptions, apis: Iterable[Api]) -> tuple[str, ...]:
    """Names in the options that no version knows: operations (``METHOD /path`` or operationId) and schemes.

    One configuration serves all versions, so a single one need not know them all.
    """
    operations: set[str] = set()
    schemes: set[str] = set()
    for api in apis:
        schemes.update(api.security_schemes)
        for operation in api.operations:
            operations.update({label(operation), operation.operation_id or ""})
    named_schemes = {*options.credentials, *options.second, *options.narrow}
    named = [*options.exclude, *(s.operation for s in options.suppressions if s.operation != "*")]
    return tuple(
        dict.fromkeys([*(name for name in named if name not in operations), *(named_schemes - schemes)])
    )


def config_directory(options: ContractTestOptions) -> Path:
    """Where the project's own modules (hooks) are imported from."""
    return options.target.directory if isinstance(options.target, AppTarget) else Path()


def _suppression(key: str, reason: str) -> Suppression:
    """``code``, ``code operation`` or ``code operation status``; the operation is ``METHOD /path`` or an operationId."""
    code, *rest = key.split()
    status = int(rest.pop()) if rest and _STATUS.fullmatch(rest[-1]) else None
    return Suppression(code=code, operation=" ".join(rest) or "*", status=status, reason=reason)


def _texts(scheme: str, value: object) -> dict[str, str]:
    """A table of strings, with environment variables filled in."""
    if not isinstance(value, Mapping):
        raise _unreadable(scheme, ": form and json are tables of strings")
    table = cast("Mapping[str, object]", value)
    return {name: _expanded(scheme, str(text)) for name, text in table.items()}


def _expanded(scheme: str, text: str) -> str:
    """*text* with each ``${NAME}`` replaced by the environment variable NAME."""

    def variable(found: re.Match[str]) -> str:
        value = os.environ.get(found[1])
        if value is None:
            raise UsageError(
                f"the credential for {scheme} needs the environment variable {found[1]}",
                hint=f"set {found[1]} where the contract test runs",
            )
        return value

    return _VARIABLE.sub(variable, text)
