# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v2/"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from accord.runtime import ErrorResponse, Response

from ..common.responses import (
    BadRequest as BadRequest,
    ContentTooLarge as ContentTooLarge,
    EditConflict as EditConflict,
    Forbidden as Forbidden,
    InternalServerError as InternalServerError,
    KeyRefused as KeyRefused,
    NotAcceptable as NotAcceptable,
    NotFound as NotFound,
    NotModified as NotModified,
    PageNotModified as PageNotModified,
    PreconditionFailed as PreconditionFailed,
    PreconditionRequired as PreconditionRequired,
    ServiceUnavailable as ServiceUnavailable,
    TooManyRequests as TooManyRequests,
    Unauthorized as Unauthorized,
    UnprocessableContent as UnprocessableContent,
    UnsupportedMediaType as UnsupportedMediaType,
    UsernameTaken as UsernameTaken,
)
from . import models


@dataclass(kw_only=True, eq=False)
class ListItemsOk(Response):
    """200: A page of items."""

    status: int = field(default=200, init=False)
    body: models.ItemPage
    etag: str
    cache_control: Literal["private, no-cache"]


@dataclass(kw_only=True, eq=False)
class CreateItemCreated(Response):
    """201: The item was created."""

    status: int = field(default=201, init=False)
    body: models.Item
    location: str
    etag: str


@dataclass(kw_only=True, eq=False)
class GetItemOk(Response):
    """200: The item."""

    status: int = field(default=200, init=False)
    body: models.Item
    etag: str
    cache_control: Literal["private, no-cache"]


@dataclass(kw_only=True, eq=False)
class ReplaceItemOk(Response):
    """200: The item after the change."""

    status: int = field(default=200, init=False)
    body: models.Item
    etag: str


@dataclass(kw_only=True, eq=False)
class UpdateItemOk(Response):
    """200: The item after the change."""

    status: int = field(default=200, init=False)
    body: models.Item
    etag: str


@dataclass(kw_only=True, eq=False)
class DeleteItemNoContent(Response):
    """204: The item is gone."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class RegisterUserCreated(Response):
    """201: The user was registered. The password is not part of the answer."""

    status: int = field(default=201, init=False)
    body: models.User
    location: str


@dataclass(kw_only=True, eq=False)
class IssueTokenOk(Response):
    """200: The token."""

    status: int = field(default=200, init=False)
    body: models.Token
    cache_control: Literal["no-store"]


@dataclass(kw_only=True, eq=False)
class IssueTokenBadRequest(ErrorResponse):
    """400: No token was issued."""

    status: int = field(default=400, init=False)
    body: models.TokenError


@dataclass(kw_only=True, eq=False)
class RevokeTokenOk(Response):
    """200: The token is good for nothing. There is no body."""

    status: int = field(default=200, init=False)


@dataclass(kw_only=True, eq=False)
class RevokeTokenBadRequest(ErrorResponse):
    """400: The form is not as it has to be."""

    status: int = field(default=400, init=False)
    body: models.TokenError
