# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.
"""Documented answers of spec/v2/"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from accord.runtime import Answer, ErrorAnswer

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
class ListItemsOk(Answer):
    """200: A page of items."""

    status: int = field(default=200, init=False)
    body: models.ItemPage
    etag: str
    cache_control: Literal["private, no-cache"]


@dataclass(kw_only=True, eq=False)
class CreateItemCreated(Answer):
    """201: The item was created."""

    status: int = field(default=201, init=False)
    body: models.Item
    location: str
    etag: str


@dataclass(kw_only=True, eq=False)
class GetItemOk(Answer):
    """200: The item."""

    status: int = field(default=200, init=False)
    body: models.Item
    etag: str
    cache_control: Literal["private, no-cache"]


@dataclass(kw_only=True, eq=False)
class ReplaceItemOk(Answer):
    """200: The item after the change."""

    status: int = field(default=200, init=False)
    body: models.Item
    etag: str


@dataclass(kw_only=True, eq=False)
class UpdateItemOk(Answer):
    """200: The item after the change."""

    status: int = field(default=200, init=False)
    body: models.Item
    etag: str


@dataclass(kw_only=True, eq=False)
class DeleteItemNoContent(Answer):
    """204: The item is gone."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class RegisterUserCreated(Answer):
    """201: The user was registered. The password is not part of the answer."""

    status: int = field(default=201, init=False)
    body: models.User
    location: str


@dataclass(kw_only=True, eq=False)
class IssueTokenOk(Answer):
    """200: The token."""

    status: int = field(default=200, init=False)
    body: models.Token
    cache_control: Literal["no-store"]


@dataclass(kw_only=True, eq=False)
class IssueTokenBadRequest(ErrorAnswer):
    """400: No token was issued."""

    status: int = field(default=400, init=False)
    body: models.TokenError


@dataclass(kw_only=True, eq=False)
class RevokeTokenOk(Answer):
    """200: The token is good for nothing. There is no body."""

    status: int = field(default=200, init=False)


@dataclass(kw_only=True, eq=False)
class RevokeTokenBadRequest(ErrorAnswer):
    """400: The form is not as it has to be."""

    status: int = field(default=400, init=False)
    body: models.TokenError
