# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Literal, Protocol, TypeVar

from accord.runtime import EventStream

from . import models, responses

PrincipalT_contra = TypeVar("PrincipalT_contra", contravariant=True)


class ItemsApi(Protocol[PrincipalT_contra]):
    """Things with a price. Everybody sees only what is their own."""

    async def list_items(
        self,
        *,
        principal: PrincipalT_contra,
        q: str | None,
        tag: models.Tag | None,
        min_price: float | None,
        max_price: float | None,
        order: Literal["newest", "oldest"],
        limit: int,
        cursor: models.Cursor | None,
        if_none_match: str | None,
    ) -> responses.ListItemsOk | responses.PageNotModified | responses.Forbidden:
        """GET /items

        List the own items
        """
        ...

    async def create_item(
        self, *, principal: PrincipalT_contra, idempotency_key: str | None, body: models.NewItem
    ) -> responses.CreateItemCreated | responses.Forbidden:
        """POST /items

        Create an item
        """
        ...

    async def get_item(
        self, *, principal: PrincipalT_contra, item_id: models.ItemId, if_none_match: str | None
    ) -> responses.GetItemOk | responses.NotModified | responses.Forbidden | responses.NotFound:
        """GET /items/{itemId}

        Read an item
        """
        ...

    async def replace_item(
        self,
        *,
        principal: PrincipalT_contra,
        item_id: models.ItemId,
        if_match: str | None,
        body: models.NewItem,
    ) -> (
        responses.ReplaceItemOk
        | responses.Forbidden
        | responses.NotFound
        | responses.EditConflict
        | responses.PreconditionFailed
    ):
        """PUT /items/{itemId}

        Replace an item
        """
        ...

    async def update_item(
        self,
        *,
        principal: PrincipalT_contra,
        item_id: models.ItemId,
        if_match: str | None,
        body: models.ItemPatch,
    ) -> (
        responses.UpdateItemOk
        | responses.Forbidden
        | responses.NotFound
        | responses.EditConflict
        | responses.PreconditionFailed
    ):
        """PATCH /items/{itemId}

        Change parts of an item
        """
        ...

    async def delete_item(
        self, *, principal: PrincipalT_contra, item_id: models.ItemId, if_match: str | None
    ) -> (
        None
        | responses.DeleteItemNoContent
        | responses.Forbidden
        | responses.NotFound
        | responses.EditConflict
        | responses.PreconditionFailed
    ):
        """DELETE /items/{itemId}

        Delete an item
        """
        ...


class UsersApi(Protocol[PrincipalT_contra]):
    """Registration and the own profile."""

    async def register_user(
        self, *, body: models.UserWrite
    ) -> responses.RegisterUserCreated | responses.UsernameTaken:
        """POST /users

        Register a user
        """
        ...

    async def get_current_user(self, *, principal: PrincipalT_contra) -> models.User | responses.Forbidden:
        """GET /users/me

        Read the own profile
        """
        ...

    async def update_current_user(
        self, *, principal: PrincipalT_contra, body: models.UserPatch
    ) -> models.User | responses.Forbidden:
        """PATCH /users/me

        Change the own profile
        """
        ...


class TokensApi(Protocol):
    """Access tokens and refresh tokens by OAuth 2.0, and their revocation."""

    async def issue_token(self, *, body: models.TokenGrantWrite) -> responses.IssueTokenOk:
        """POST /token

        Exchange a password or a refresh token for tokens
        """
        ...

    async def revoke_token(self, *, body: models.RevocationRequestWrite) -> None | responses.RevokeTokenOk:
        """POST /token/revocation

        Revoke a sign-in
        """
        ...


class ReportsApi(Protocol[PrincipalT_contra]):
    """Figures that take real work to compute."""

    async def create_price_report(
        self, *, principal: PrincipalT_contra, body: models.PriceReportRequest
    ) -> models.PriceReport | responses.CreatePriceReportOk | responses.Forbidden:
        """POST /reports/prices

        Estimate the mean price of the own items

        Deprecated.
        """
        ...


class ChatApi(Protocol[PrincipalT_contra]):
    """A language model that answers token by token."""

    async def stream_chat(
        self, *, principal: PrincipalT_contra, body: models.ChatRequest
    ) -> EventStream[models.ChatEvent] | responses.Forbidden:
        """POST /chat

        Answer a conversation, token by token
        """
        ...


class SystemApi(Protocol[PrincipalT_contra]):
    """The service itself."""

    async def get_status(self, *, principal: PrincipalT_contra | None) -> models.Status:
        """GET /status

        Tell what is running and who is asking
        """
        ...

    async def get_usage(self, *, principal: PrincipalT_contra) -> models.Usage | responses.KeyRefused:
        """GET /usage

        Count users and items
        """
        ...
