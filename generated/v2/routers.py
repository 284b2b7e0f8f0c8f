# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v2/"""

from __future__ import annotations

from typing import TypeVar

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses
from .security import Security

PrincipalT = TypeVar("PrincipalT")

OAUTH2 = declare.Scheme(name="oauth2", method="oauth2", kind="oauth2", http_scheme="Bearer")

API_KEY = declare.Scheme(name="apiKey", method="api_key", kind="apiKey", parameter="X-API-Key")

PAGE_NOT_MODIFIED = declare.Response(
    status=304,
    cls=lambda: responses.PageNotModified,
    headers=(
        declare.ResponseHeader(name="ETag", attribute="etag", required=True),
        declare.ResponseHeader(name="Cache-Control", attribute="cache_control", required=True),
    ),
    headers_guard="response:PageNotModified.headers",
)

UNAUTHORIZED = declare.Response(
    status=401,
    cls=lambda: responses.Unauthorized,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:Unauthorized.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
    headers=(declare.ResponseHeader(name="WWW-Authenticate", attribute="www_authenticate"),),
    headers_guard="response:Unauthorized.headers",
)

FORBIDDEN = declare.Response(
    status=403,
    cls=lambda: responses.Forbidden,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:Forbidden.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

UNPROCESSABLE_CONTENT = declare.Response(
    status=422,
    cls=lambda: responses.UnprocessableContent,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:UnprocessableContent.application/problem+json",
            type=lambda: models.ValidationProblem,
        ),
    ),
)

TOO_MANY_REQUESTS = declare.Response(
    status=429,
    cls=lambda: responses.TooManyRequests,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:TooManyRequests.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
    headers=(
        declare.ResponseHeader(
            name="Retry-After", attribute="retry_after", wire=declare.Scalar(("integer",))
        ),
        declare.ResponseHeader(name="RateLimit", attribute="rate_limit"),
        declare.ResponseHeader(name="RateLimit-Policy", attribute="rate_limit_policy"),
    ),
    headers_guard="response:TooManyRequests.headers",
)

INTERNAL_SERVER_ERROR = declare.Response(
    status=500,
    cls=lambda: responses.InternalServerError,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:InternalServerError.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
    headers=(declare.ResponseHeader(name="traceresponse", attribute="traceresponse"),),
    headers_guard="response:InternalServerError.headers",
)

SERVICE_UNAVAILABLE = declare.Response(
    status=503,
    cls=lambda: responses.ServiceUnavailable,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:ServiceUnavailable.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
    headers=(
        declare.ResponseHeader(
            name="Retry-After", attribute="retry_after", wire=declare.Scalar(("integer",))
        ),
    ),
    headers_guard="response:ServiceUnavailable.headers",
)

BAD_REQUEST = declare.Response(
    status=400,
    cls=lambda: responses.BadRequest,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:BadRequest.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

CONTENT_TOO_LARGE = declare.Response(
    status=413,
    cls=lambda: responses.ContentTooLarge,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:ContentTooLarge.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

UNSUPPORTED_MEDIA_TYPE = declare.Response(
    status=415,
    cls=lambda: responses.UnsupportedMediaType,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:UnsupportedMediaType.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

NOT_MODIFIED = declare.Response(
    status=304,
    cls=lambda: responses.NotModified,
    headers=(
        declare.ResponseHeader(name="ETag", attribute="etag", required=True),
        declare.ResponseHeader(name="Cache-Control", attribute="cache_control", required=True),
    ),
    headers_guard="response:NotModified.headers",
)

NOT_FOUND = declare.Response(
    status=404,
    cls=lambda: responses.NotFound,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:NotFound.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

EDIT_CONFLICT = declare.Response(
    status=409,
    cls=lambda: responses.EditConflict,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:EditConflict.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

PRECONDITION_FAILED = declare.Response(
    status=412,
    cls=lambda: responses.PreconditionFailed,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:PreconditionFailed.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

PRECONDITION_REQUIRED = declare.Response(
    status=428,
    cls=lambda: responses.PreconditionRequired,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:PreconditionRequired.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

USERNAME_TAKEN = declare.Response(
    status=409,
    cls=lambda: responses.UsernameTaken,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:UsernameTaken.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

NOT_ACCEPTABLE = declare.Response(
    status=406,
    cls=lambda: responses.NotAcceptable,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:NotAcceptable.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)

KEY_REFUSED = declare.Response(
    status=403,
    cls=lambda: responses.KeyRefused,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:KeyRefused.application/problem+json",
            type=lambda: models.Problem,
        ),
    ),
)


def install(
    app: FastAPI,
    *,
    items: Provider[protocols.ItemsApi[PrincipalT]],
    users: Provider[protocols.UsersApi[PrincipalT]],
    tokens: Provider[protocols.TokensApi],
    reports: Provider[protocols.ReportsApi[PrincipalT]],
    chat: Provider[protocols.ChatApi[PrincipalT]],
    system: Provider[protocols.SystemApi[PrincipalT]],
    security: Provider[Security[PrincipalT]],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v2/ under /api/v2 on an application."""
    version = Version(
        app,
        name="v2",
        package=__package__ or "",
        prefix="/api/v2",
        security=security,
        errors=errors,
        settings=settings,
    )
    version.operation(
        declare.Operation(
            key="listItems",
            method="GET",
            path="/items",
            group="items",
            function="list_items",
            parameters=(
                declare.Parameter(name="q", argument="q", location="query", style="form", explode=True),
                declare.Parameter(name="tag", argument="tag", location="query", style="form", explode=True),
                declare.Parameter(
                    name="currency", argument="currency", location="query", style="form", explode=True
                ),
                declare.Parameter(
                    name="minAmount", argument="min_amount", location="query", style="form", explode=True
                ),
                declare.Parameter(
                    name="maxAmount", argument="max_amount", location="query", style="form", explode=True
                ),
                declare.Parameter(
                    name="order",
                    argument="order",
                    location="query",
                    style="form",
                    explode=True,
                    default="newest",
                ),
                declare.Parameter(
                    name="limit",
                    argument="limit",
                    location="query",
                    wire=declare.Scalar(("integer",)),
                    style="form",
                    explode=True,
                    default=20,
                ),
                declare.Parameter(
                    name="cursor", argument="cursor", location="query", style="form", explode=True
                ),
                declare.Parameter(name="If-None-Match", argument="if_none_match", location="header"),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.ListItemsOk,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="listItems.200.application/json",
                            type=lambda: models.ItemPage,
                        ),
                    ),
                    headers=(
                        declare.ResponseHeader(name="ETag", attribute="etag", required=True),
                        declare.ResponseHeader(
                            name="Cache-Control", attribute="cache_control", required=True
                        ),
                    ),
                    headers_guard="listItems.200.headers",
                ),
                PAGE_NOT_MODIFIED,
                UNAUTHORIZED,
                FORBIDDEN,
                UNPROCESSABLE_CONTENT,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("items:read",)),),),
            rate_limit="default",
        ),
        items,
    )
    version.operation(
        declare.Operation(
            key="createItem",
            method="POST",
            path="/items",
            group="items",
            function="create_item",
            parameters=(
                declare.Parameter(name="Idempotency-Key", argument="idempotency_key", location="header"),
            ),
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="createItem.body.application/json",
                        type=lambda: models.NewItem,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=201,
                    cls=lambda: responses.CreateItemCreated,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="createItem.201.application/json",
                            type=lambda: models.Item,
                        ),
                    ),
                    headers=(
                        declare.ResponseHeader(name="Location", attribute="location", required=True),
                        declare.ResponseHeader(name="ETag", attribute="etag", required=True),
                    ),
                    headers_guard="createItem.201.headers",
                ),
                BAD_REQUEST,
                UNAUTHORIZED,
                FORBIDDEN,
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNPROCESSABLE_CONTENT,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("items:write",)),),),
            rate_limit="default",
        ),
        items,
    )
    version.operation(
        declare.Operation(
            key="getItem",
            method="GET",
            path="/items/{itemId}",
            group="items",
            function="get_item",
            parameters=(
                declare.Parameter(
                    name="itemId",
                    argument="item_id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
                declare.Parameter(name="If-None-Match", argument="if_none_match", location="header"),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.GetItemOk,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="getItem.200.application/json",
                            type=lambda: models.Item,
                        ),
                    ),
                    headers=(
                        declare.ResponseHeader(name="ETag", attribute="etag", required=True),
                        declare.ResponseHeader(
                            name="Cache-Control", attribute="cache_control", required=True
                        ),
                    ),
                    headers_guard="getItem.200.headers",
                ),
                NOT_MODIFIED,
                UNAUTHORIZED,
                FORBIDDEN,
                NOT_FOUND,
                UNPROCESSABLE_CONTENT,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("items:read",)),),),
            rate_limit="default",
        ),
        items,
    )
    version.operation(
        declare.Operation(
            key="replaceItem",
            method="PUT",
            path="/items/{itemId}",
            group="items",
            function="replace_item",
            parameters=(
                declare.Parameter(
                    name="itemId",
                    argument="item_id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
                declare.Parameter(name="If-Match", argument="if_match", location="header"),
            ),
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="replaceItem.body.application/json",
                        type=lambda: models.NewItem,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.ReplaceItemOk,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="replaceItem.200.application/json",
                            type=lambda: models.Item,
                        ),
                    ),
                    headers=(declare.ResponseHeader(name="ETag", attribute="etag", required=True),),
                    headers_guard="replaceItem.200.headers",
                ),
                BAD_REQUEST,
                UNAUTHORIZED,
                FORBIDDEN,
                NOT_FOUND,
                EDIT_CONFLICT,
                PRECONDITION_FAILED,
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNPROCESSABLE_CONTENT,
                PRECONDITION_REQUIRED,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("items:write",)),),),
            rate_limit="default",
        ),
        items,
    )
    version.operation(
        declare.Operation(
            key="updateItem",
            method="PATCH",
            path="/items/{itemId}",
            group="items",
            function="update_item",
            parameters=(
                declare.Parameter(
                    name="itemId",
                    argument="item_id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
                declare.Parameter(name="If-Match", argument="if_match", location="header"),
            ),
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/merge-patch+json",
                        guard="updateItem.body.application/merge-patch+json",
                        type=lambda: models.ItemPatch,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.UpdateItemOk,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="updateItem.200.application/json",
                            type=lambda: models.Item,
                        ),
                    ),
                    headers=(declare.ResponseHeader(name="ETag", attribute="etag", required=True),),
                    headers_guard="updateItem.200.headers",
                ),
                BAD_REQUEST,
                UNAUTHORIZED,
                FORBIDDEN,
                NOT_FOUND,
                EDIT_CONFLICT,
                PRECONDITION_FAILED,
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNPROCESSABLE_CONTENT,
                PRECONDITION_REQUIRED,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("items:write",)),),),
            rate_limit="default",
        ),
        items,
    )
    version.operation(
        declare.Operation(
            key="deleteItem",
            method="DELETE",
            path="/items/{itemId}",
            group="items",
            function="delete_item",
            parameters=(
                declare.Parameter(
                    name="itemId",
                    argument="item_id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
                declare.Parameter(name="If-Match", argument="if_match", location="header"),
            ),
            responses=(
                declare.Response(status=204, cls=lambda: responses.DeleteItemNoContent, bare=True),
                UNAUTHORIZED,
                FORBIDDEN,
                NOT_FOUND,
                EDIT_CONFLICT,
                PRECONDITION_FAILED,
                UNPROCESSABLE_CONTENT,
                PRECONDITION_REQUIRED,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("items:write",)),),),
            rate_limit="default",
        ),
        items,
    )
    version.operation(
        declare.Operation(
            key="registerUser",
            method="POST",
            path="/users",
            group="users",
            function="register_user",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="registerUser.body.application/json",
                        type=lambda: models.UserWrite,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=201,
                    cls=lambda: responses.RegisterUserCreated,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="registerUser.201.application/json",
                            type=lambda: models.User,
                        ),
                    ),
                    headers=(declare.ResponseHeader(name="Location", attribute="location", required=True),),
                    headers_guard="registerUser.201.headers",
                ),
                BAD_REQUEST,
                USERNAME_TAKEN,
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNPROCESSABLE_CONTENT,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            rate_limit="register",
        ),
        users,
    )
    version.operation(
        declare.Operation(
            key="getCurrentUser",
            method="GET",
            path="/users/me",
            group="users",
            function="get_current_user",
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="getCurrentUser.200.application/json",
                            type=lambda: models.User,
                        ),
                    ),
                ),
                UNAUTHORIZED,
                FORBIDDEN,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("profile:read",)),),),
            rate_limit="default",
        ),
        users,
    )
    version.operation(
        declare.Operation(
            key="updateCurrentUser",
            method="PATCH",
            path="/users/me",
            group="users",
            function="update_current_user",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/merge-patch+json",
                        guard="updateCurrentUser.body.application/merge-patch+json",
                        type=lambda: models.UserPatch,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="updateCurrentUser.200.application/json",
                            type=lambda: models.User,
                        ),
                    ),
                ),
                BAD_REQUEST,
                UNAUTHORIZED,
                FORBIDDEN,
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNPROCESSABLE_CONTENT,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("profile:write",)),),),
            rate_limit="default",
        ),
        users,
    )
    version.operation(
        declare.Operation(
            key="issueToken",
            method="POST",
            path="/token",
            group="tokens",
            function="issue_token",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/x-www-form-urlencoded",
                        guard="issueToken.body.application/x-www-form-urlencoded",
                        type=lambda: models.TokenGrantWrite,
                        form=(
                            declare.FormField(name="grant_type"),
                            declare.FormField(name="username"),
                            declare.FormField(name="password"),
                            declare.FormField(name="scope"),
                            declare.FormField(name="refresh_token"),
                        ),
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.IssueTokenOk,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="issueToken.200.application/json",
                            type=lambda: models.Token,
                        ),
                    ),
                    headers=(
                        declare.ResponseHeader(
                            name="Cache-Control", attribute="cache_control", required=True
                        ),
                    ),
                    headers_guard="issueToken.200.headers",
                ),
                declare.Response(
                    status=400,
                    cls=lambda: responses.IssueTokenBadRequest,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="issueToken.400.application/json",
                            type=lambda: models.TokenError,
                        ),
                    ),
                ),
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            rate_limit="login",
        ),
        tokens,
    )
    version.operation(
        declare.Operation(
            key="revokeToken",
            method="POST",
            path="/token/revocation",
            group="tokens",
            function="revoke_token",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/x-www-form-urlencoded",
                        guard="revokeToken.body.application/x-www-form-urlencoded",
                        type=lambda: models.RevocationRequestWrite,
                        form=(declare.FormField(name="token"), declare.FormField(name="token_type_hint")),
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(status=200, cls=lambda: responses.RevokeTokenOk, bare=True),
                declare.Response(
                    status=400,
                    cls=lambda: responses.RevokeTokenBadRequest,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="revokeToken.400.application/json",
                            type=lambda: models.TokenError,
                        ),
                    ),
                ),
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            rate_limit="default",
        ),
        tokens,
    )
    version.operation(
        declare.Operation(
            key="createPriceReport",
            method="POST",
            path="/reports/prices",
            group="reports",
            function="create_price_report",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="createPriceReport.body.application/json",
                        type=lambda: models.PriceReportRequest,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="createPriceReport.200.application/json",
                            type=lambda: models.PriceReport,
                        ),
                    ),
                ),
                BAD_REQUEST,
                UNAUTHORIZED,
                FORBIDDEN,
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNPROCESSABLE_CONTENT,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("reports:create",)),),),
            rate_limit="costly",
        ),
        reports,
    )
    version.operation(
        declare.Operation(
            key="streamChat",
            method="POST",
            path="/chat",
            group="chat",
            function="stream_chat",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="streamChat.body.application/json",
                        type=lambda: models.ChatRequest,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="text/event-stream",
                            guard="streamChat.200.text/event-stream",
                            type=lambda: models.ChatEvent,
                            events=declare.Events(),
                        ),
                    ),
                ),
                BAD_REQUEST,
                UNAUTHORIZED,
                FORBIDDEN,
                NOT_ACCEPTABLE,
                CONTENT_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNPROCESSABLE_CONTENT,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=OAUTH2, scopes=("chat:create",)),), (declare.Use(scheme=API_KEY),)),
            rate_limit="costly",
        ),
        chat,
    )
    version.operation(
        declare.Operation(
            key="getStatus",
            method="GET",
            path="/status",
            group="system",
            function="get_status",
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="getStatus.200.application/json",
                            type=lambda: models.Status,
                        ),
                    ),
                ),
                UNAUTHORIZED,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((), (declare.Use(scheme=OAUTH2),)),
            rate_limit="default",
        ),
        system,
    )
    version.operation(
        declare.Operation(
            key="getUsage",
            method="GET",
            path="/usage",
            group="system",
            function="get_usage",
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="getUsage.200.application/json",
                            type=lambda: models.Usage,
                        ),
                    ),
                ),
                UNAUTHORIZED,
                KEY_REFUSED,
                TOO_MANY_REQUESTS,
                INTERNAL_SERVER_ERROR,
                SERVICE_UNAVAILABLE,
            ),
            security=((declare.Use(scheme=API_KEY),),),
            rate_limit="default",
        ),
        system,
    )
    version.open()
