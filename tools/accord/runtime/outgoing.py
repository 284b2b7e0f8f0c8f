"""The vocabulary of generated ``webhooks.py``: requests that a service sends, webhooks and callbacks alike.

Plain values without behaviour: whoever sends them takes the method, the address (a webhook has none, a callback's is a
runtime expression) and the type of the body from here. Guard keys name entries of the version's ``guard.json``.
"""

from __future__ import annotations

from dataclasses import dataclass

from accord.runtime.declare import Location, Style, TypeThunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A media type of a body, as the contract writes it. ``type`` is ``None`` where the JSON value is the Python value."""

    media_type: str
    guard: str
    type: TypeThunk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of the request."""

    name: str
    location: Location
    required: bool = False
    style: Style = "simple"
    explode: bool = False
    type: TypeThunk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body of the request."""

    content: tuple[Content, ...]
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the receiver may answer: a number, a range (``"4XX"``) or ``"default"``, with the names of its headers."""

    status: int | str
    content: tuple[Content, ...] = ()
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that the service sends.

    ``name`` is that of the webhook or callback. ``expression`` is the address of a callback as the contract writes it
    (``{$request.body#/url}``), ``caused_by`` the method and path of the operation that leads to it; both are ``None`` for
    a webhook. ``security``: alternatives (OR) of schemes with their scopes that hold together (AND).

    The guard entry ``<key>.parameters`` checks ``{location: {name: value}}``.
    """

    key: str
    name: str
    method: str
    expression: str | None = None
    caused_by: tuple[str, str] | None = None
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = ()
