# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v2/"""

from __future__ import annotations

from typing import Literal, Protocol, TypeVar

from accord.runtime import EventStream, not_implemented as not_implemented

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
        currency: models.Currency | None,
        min_amount: models.Amount | None,
        max_amount: models.Amount | None,
        order: Literal["newest", "oldest"],
        limit: int,
        cursor: models.Cursor | None,
        if_none_match: str | None,
    ) -> responses.ListItemsOk | responses.PageNotModified | responses.Forbidden:
        """GET /items

        List the own items

        Answers the items of the user in pages. A page ends with a cursor for the next one; items that are
        created or deleted meanwhile neither repeat nor hide others. Filters that are given together must all
        hold.

        Args:
            q: Only items whose name contains this text, in upper or lower case.
            tag: Only items that carry this tag.
            currency: Only items whose price is in this currency.
            min_amount: Only items whose price is at least this, in their own currency.
            max_amount: Only items whose price is at most this, in their own currency.
            order: Whether the item that was created last comes first or last.
            limit: The most items to put on one page.
            cursor: Where to go on, from the page before. Without it the first page is answered.
            if_none_match: Answer 304 without a body if the page still has one of these ETags (RFC 9110,
                section 13.1.2).
        """
        ...

    async def create_item(
        self, *, principal: PrincipalT_contra, idempotency_key: str | None, body: models.NewItem
    ) -> responses.CreateItemCreated | responses.Forbidden:
        """POST /items

        Create an item

        Creates an item that belongs to the user. `Location` and `ETag` are what later requests need. With an
        `Idempotency-Key` a repeated request makes no second item: it gets the answer of the first.

        Args:
            idempotency_key: A text that the client makes up for one request, such as a UUID, and repeats
                when it repeats the request because the answer got lost
                (draft-ietf-httpapi-idempotency-key-header-07). The first request that succeeds is carried
                out; each later one with the key, the same operation and the same body gets its answer again,
                for a day. Requests that arrive at the same moment wait for it. The key with another body is
                refused with 422. What was refused or failed leaves the key free. Keys of different users and
                of different operations have nothing to do with each other.
            body: The item to create.
        """
        ...

    async def get_item(
        self, *, principal: PrincipalT_contra, item_id: models.ItemId, if_none_match: str | None
    ) -> responses.GetItemOk | responses.NotModified | responses.Forbidden | responses.NotFound:
        """GET /items/{itemId}

        Read an item

        Answers an item of the user. An item of somebody else is answered like one that does not exist.

        Args:
            item_id: The item.
            if_none_match: Answer 304 without a body if the item still has one of these ETags (RFC 9110,
                section 13.1.2).
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
        | responses.PreconditionRequired
    ):
        """PUT /items/{itemId}

        Replace an item

        Replaces everything that a client decides about the item. Optional fields that are left out are reset.
        The request must carry `If-Match`.

        Args:
            item_id: The item.
            if_match: Change the item only if it still has one of these ETags (RFC 9110, section 13.1.1).
                `*` stands for any version.
            body: The item as it should be.
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
        | responses.PreconditionRequired
    ):
        """PATCH /items/{itemId}

        Change parts of an item

        Changes what the patch names and leaves the rest. An empty patch changes nothing. The request must
        carry `If- Match`.

        Args:
            item_id: The item.
            if_match: Change the item only if it still has one of these ETags (RFC 9110, section 13.1.1).
                `*` stands for any version.
            body: What to change.
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
        | responses.PreconditionRequired
    ):
        """DELETE /items/{itemId}

        Delete an item

        Deletes an item of the user for good. The request must carry `If-Match`.

        Args:
            item_id: The item.
            if_match: Change the item only if it still has one of these ETags (RFC 9110, section 13.1.1).
                `*` stands for any version.
        """
        ...


class UsersApi(Protocol[PrincipalT_contra]):
    """Registration and the own profile."""

    async def register_user(
        self, *, body: models.UserWrite
    ) -> responses.RegisterUserCreated | responses.UsernameTaken:
        """POST /users

        Register a user

        Creates a user who can ask for tokens at once. Whoever calls needs no credentials.

        Args:
            body: The user to register.
        """
        ...

    async def get_current_user(self, *, principal: PrincipalT_contra) -> models.User | responses.Forbidden:
        """GET /users/me

        Read the own profile

        Answers the user whose token came with the request.
        """
        ...

    async def update_current_user(
        self, *, principal: PrincipalT_contra, body: models.UserPatch
    ) -> models.User | responses.Forbidden:
        """PATCH /users/me

        Change the own profile

        Changes what the patch names and leaves the rest. An empty patch changes nothing.

        Args:
            body: What to change.
        """
        ...


class TokensApi(Protocol):
    """Access tokens and refresh tokens by OAuth 2.0, and their revocation."""

    async def issue_token(self, *, body: models.TokenGrantWrite) -> responses.IssueTokenOk:
        """POST /token

        Exchange a password or a refresh token for tokens

        The token endpoint of OAuth 2.0 for the password grant (RFC 6749, section 4.3) and for refreshing
        (section 6). Whoever calls needs no other credentials. A refresh token is good for one use: the answer
        brings the next one. One that comes again was copied, so every token of its sign-in is revoked.
        Everything that is wrong with the form is told as a token error with the status 400.

        Args:
            body: The grant.
        """
        ...

    async def revoke_token(self, *, body: models.RevocationRequestWrite) -> None | responses.RevokeTokenOk:
        """POST /token/revocation

        Revoke a sign-in

        Sign out (RFC 7009): the token that is given, and every other token of its sign-in, is good for
        nothing from now on. A token that the service does not know, or that was revoked before, is answered
        like one that was revoked now. Whoever calls needs no other credentials.

        Args:
            body: The token.
        """
        ...


class ReportsApi(Protocol[PrincipalT_contra]):
    """Figures that take real work to compute."""

    async def create_price_report(
        self, *, principal: PrincipalT_contra, body: models.PriceReportRequest
    ) -> models.PriceReport | responses.Forbidden:
        """POST /reports/prices

        Estimate the mean price of the own items

        Resamples the prices in one currency many times and answers an interval for their mean. The work runs
        beside the event loop.

        Args:
            body: How to estimate.
        """
        ...


class ChatApi(Protocol[PrincipalT_contra]):
    """A language model that answers token by token."""

    async def stream_chat(
        self, *, principal: PrincipalT_contra, body: models.ChatRequest
    ) -> EventStream[models.ChatEvent] | responses.Forbidden:
        """POST /chat

        Answer a conversation, token by token

        Streams the answer as server-sent events. The first event leaves as soon as the model has its first
        token, and the service stops working when the client leaves. Comments keep a slow stream alive.
        Programs may call with an API key in place of a token.

        Args:
            body: The conversation.
        """
        ...


class SystemApi(Protocol[PrincipalT_contra]):
    """The service itself."""

    async def get_status(self, *, principal: PrincipalT_contra | None) -> models.Status:
        """GET /status

        Tell what is running and who is asking

        Anybody may call. With a token the answer names its user, which is a way to try a token out; a token
        that is not valid is refused.
        """
        ...

    async def get_usage(self, *, principal: PrincipalT_contra) -> models.Usage | responses.KeyRefused:
        """GET /usage

        Count users and items

        For programs that watch the service. They call with an API key.
        """
        ...
