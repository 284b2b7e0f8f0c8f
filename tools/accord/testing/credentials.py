"""The credentials of a contract test: fetched by security scheme, and chosen for each operation by its security
requirements."""

from __future__ import annotations

import base64
import importlib
import os
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, assert_never, cast
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from accord.contract.model import (
    Api,
    ApiKeyScheme,
    HttpScheme,
    MutualTlsScheme,
    OAuth2Scheme,
    OpenIdConnectScheme,
    Operation,
    SecurityRequirement,
    SecurityScheme,
)
from accord.errors import EnvironmentFaultError, UsageError
from accord.source.pointer import split
from accord.testing.exchange import Exchange, label
from accord.testing.judge import parse_json
from accord.testing.options import CalledCredential, Credential, LoginCredential, StaticCredential
from accord.testing.redaction import Secrets

Hook: TypeAlias = "Callable[[str], Mapping[str, str | Callable[[], str]] | None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """The credentials of one request, as headers, query parameters and cookies."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    cookies: Mapping[str, str] = field(default_factory=dict[str, str])

    def __bool__(self) -> bool:
        return bool(self.headers or self.query or self.cookies)


class Credentials:
    """Gives each operation the credentials of the first security requirement that can be met.

    Values are fetched on first use and kept until :meth:`forget`.
    """

    def __init__(
        self, api: Api, base_url: str, configured: Mapping[str, Credential], secrets: Secrets
    ) -> None:
        self._api = api
        self._base_url = base_url
        self._configured = dict(configured)
        self._secrets = secrets
        self._values: dict[str, str] = {}
        self._issued: dict[str, set[str]] = {}

    def add(self, scheme: str, credential: Credential) -> None:
        """Configure a scheme, or replace what was configured."""
        self._configured[scheme] = credential
        self._values.pop(scheme, None)

    def usable(self, operation: Operation) -> tuple[SecurityRequirement, ...]:
        """The requirements that ask for credentials which are all configured, in the order of the contract."""
        known = self._configured.keys() & self._api.security_schemes.keys()
        return tuple(
            requirement
            for requirement in operation.security
            if requirement.schemes and known.issuperset(use.name for use in requirement.schemes)
        )

    def requirement(self, operation: Operation) -> SecurityRequirement | None:
        """The first of :meth:`usable`."""
        return next(iter(self.usable(operation)), None)

    def key(self, operation: Operation) -> str:
        """A text that two operations share if they are sent the same credentials."""
        requirement = self.requirement(operation)
        return " ".join(use.name for use in requirement.schemes) if requirement is not None else ""

    def attach(self, operation: Operation) -> Attached:
        """What to send with a request for *operation*; nothing where it is public or nothing is configured."""
        requirement = self.requirement(operation)
        return self.meet(requirement) if requirement is not None else Attached()

    def meet(self, requirement: SecurityRequirement) -> Attached:
        """The credentials for one requirement of :meth:`usable`."""
        parts = [self._part(use.name, self._value(use.name)) for use in requirement.schemes]
        return Attached(
            headers={name: value for part in parts for name, value in part.headers.items()},
            query={name: value for part in parts for name, value in part.query.items()},
            cookies={name: value for part in parts for name, value in part.cookies.items()},
        )

    def are_in(self, exchange: Exchange) -> bool:
        """Whether a request carries genuine credentials for any of its operation's requirements."""
        return any(
            all(
                any(
                    _carries(exchange, self._part(use.name, value))
                    for value in self._issued.get(use.name, ())
                )
                for use in requirement.schemes
            )
            for requirement in self.usable(exchange.operation)
        )

    def _part(self, name: str, value: str) -> Attached:
        """What carries the credential *value* of the scheme *name*."""
        scheme = self._api.security_schemes[name]
        match scheme:
            case ApiKeyScheme(location="header", parameter=parameter):
                return Attached(headers={parameter: value})
            case ApiKeyScheme(location="query", parameter=parameter):
                return Attached(query={parameter: value})
            case ApiKeyScheme(parameter=parameter):
                return Attached(cookies={parameter: value})
            case HttpScheme(scheme="basic"):
                # RFC 7617, section 2; the configuration has `user:password`.
                encoded = base64.b64encode(value.encode()).decode()
                return Attached(headers={"Authorization": f"Basic {encoded}"})
            case HttpScheme(scheme=kind):
                return Attached(headers={"Authorization": f"{kind.capitalize()} {value}"})
            case OAuth2Scheme() | OpenIdConnectScheme():
                return Attached(headers={"Authorization": f"Bearer {value}"})
            case MutualTlsScheme():
                return Attached()
            case _:
                assert_never(scheme)

    def fetch_all(self) -> None:
        """Log in everywhere now, so that a login that cannot work ends the test before it begins."""
        for name in self._configured:
            if name in self._api.security_schemes:
                self._value(name)

    def forget(self) -> None:
        """Drop fetched values, so that the next request logs in again."""
        for name, credential in self._configured.items():
            if not isinstance(credential, StaticCredential):
                self._values.pop(name, None)

    def unmet(self) -> Iterator[str]:
        """One sentence for each operation that nobody can call with what is configured."""
        for operation in self._api.operations:
            optional = any(not requirement.schemes for requirement in operation.security)
            if operation.security and not optional and self.requirement(operation) is None:
                names = " or ".join(" and ".join(u.name for u in r.schemes) for r in operation.security)
                yield f"{label(operation)}: no credentials for {names}, only error responses can be tested"

    def _value(self, name: str) -> str:
        """The credential of a scheme, fetched on first use."""
        if name not in self._values:
            self._values[name] = self._fetch(name, self._configured[name])
            self._secrets.add(self._values[name])
            # Also older tokens count as genuine: a request recorded before a new login still carries one.
            self._issued.setdefault(name, set()).add(self._values[name])
        return self._values[name]

    def _fetch(self, name: str, credential: Credential) -> str:
        """A new value of *credential*."""
        match credential:
            case StaticCredential(value=value):
                return value
            case CalledCredential(function=function):
                return function()
            case LoginCredential():
                return self._login(name, credential)
            case _:
                assert_never(credential)

    def _login(self, name: str, login: LoginCredential) -> str:
        """A token from a login request."""
        for value in (*login.form.values(), *login.json.values()):
            self._secrets.add(value)
        url = urljoin(self._base_url + "/", login.url.lstrip("/")) if "://" not in login.url else login.url
        try:
            # OAuth 2 (RFC 6749, section 4.3) sends a form; services of their own design usually take JSON.
            response = httpx.post(
                url, json=dict(login.json) or None, data=None if login.json else dict(login.form), timeout=30
            )
        except httpx.HTTPError as error:
            raise EnvironmentFaultError(
                f"the login for {name} failed: {error}", hint=f"see whether {url} can be reached"
            ) from error
        token = _find(response.content, login.token)
        if not response.is_success or token is None:
            raise EnvironmentFaultError(
                f"the login for {name} got {response.status_code} from {url} and no token at {login.token}",
                hint="check credentials in [tool.accord.contract-test]",
            )
        return token


def _carries(exchange: Exchange, part: Attached) -> bool:
    """Whether a request has all of *part*."""
    query = dict(parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True))
    cookies = exchange.header("cookie") or ""
    return (
        all(exchange.header(name) == value for name, value in part.headers.items())
        and all(query.get(name) == value for name, value in part.query.items())
        and all(f"{name}={value}" in cookies for name, value in part.cookies.items())
    )


def _find(body: bytes, pointer: str) -> str | None:
    """The text at *pointer* of a JSON body; ``None`` where there is none."""
    try:
        value = parse_json(body)
    except ValueError:
        return None
    for step in split(pointer):
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) and value else None


def needs_credentials(operation: Operation) -> bool:
    """Whether no request for *operation* may succeed without credentials."""
    return bool(operation.security) and all(requirement.schemes for requirement in operation.security)


def credential_places(scheme: SecurityScheme) -> tuple[str, str] | None:
    """Where a scheme's credential stands: location and name of the parameter."""
    match scheme:
        case ApiKeyScheme(location=location, parameter=parameter):
            return location, parameter
        case HttpScheme() | OAuth2Scheme() | OpenIdConnectScheme():
            return "header", "Authorization"
        case MutualTlsScheme():
            return None
        case _:
            assert_never(scheme)


def call_hook(hook: str, base_url: str, directory: Path) -> Mapping[str, Credential]:
    """Call the project's hook and read the credentials it returns.

    Raises:
        UsageError: the hook cannot be imported, or returns something else than a mapping of strings.
    """
    module_name, _, name = hook.partition(":")
    if not module_name or not name:
        raise UsageError(f"{hook!r} names no function", hint="write it as MODULE:FUNCTION")
    with _importing_from(directory):
        try:
            function = cast("Hook", getattr(importlib.import_module(module_name), name))
        except (ImportError, AttributeError) as error:
            raise UsageError(
                f"the hook {hook} cannot be imported: {error}",
                hint="it is MODULE:FUNCTION, found from the project's folder",
            ) from error
        returned: Any = function(base_url)  # Any: foreign code, checked below
    if returned is None:
        return {}
    if not isinstance(returned, Mapping):
        raise UsageError(
            f"the hook {hook} returned {type(returned).__name__}, not a mapping of credentials",
            hint="return {scheme: credential}, or nothing",
        )
    items = cast("Mapping[object, object]", returned)
    return {str(scheme): _returned(hook, value) for scheme, value in items.items()}


def _returned(hook: str, value: object) -> Credential:
    """What the hook gave for one scheme, as a credential."""
    if isinstance(value, str):
        return StaticCredential(value=value)
    if callable(value):
        return CalledCredential(function=cast("Callable[[], str]", value))
    raise UsageError(
        f"the hook {hook} returned a credential of type {type(value).__name__}",
        hint="a credential is a string, or a function without arguments that gives one",
    )


@contextmanager
def _importing_from(directory: Path) -> Generator[None]:
    """Import from the project's folder, as its own tests do."""
    entry = os.fspath(directory.resolve())
    # In front, so that a module of the project is found before one of this process's environment.
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        sys.path.remove(entry)
