# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Models, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...common.models.chat_done import ChatDone as ChatDone
    from ...common.models.chat_done_event import ChatDoneEvent as ChatDoneEvent
    from ...common.models.chat_error_event import ChatErrorEvent as ChatErrorEvent
    from ...common.models.chat_event import ChatEvent as ChatEvent
    from ...common.models.chat_event_id import ChatEventId as ChatEventId
    from ...common.models.chat_message import ChatMessage as ChatMessage
    from ...common.models.chat_request import ChatRequest as ChatRequest
    from ...common.models.chat_retry import ChatRetry as ChatRetry
    from ...common.models.chat_token import ChatToken as ChatToken
    from ...common.models.chat_token_event import ChatTokenEvent as ChatTokenEvent
    from ...common.models.cursor import Cursor as Cursor
    from ...common.models.display_name import DisplayName as DisplayName
    from ...common.models.invalid_part import InvalidPart as InvalidPart
    from ...common.models.item_description import ItemDescription as ItemDescription
    from ...common.models.item_id import ItemId as ItemId
    from ...common.models.item_name import ItemName as ItemName
    from ...common.models.password_grant import PasswordGrantWrite as PasswordGrantWrite
    from ...common.models.problem import Problem as Problem
    from ...common.models.refresh_grant import RefreshGrantWrite as RefreshGrantWrite
    from ...common.models.revocation_request import RevocationRequestWrite as RevocationRequestWrite
    from ...common.models.status import Status as Status
    from ...common.models.tag import Tag as Tag
    from ...common.models.tags import Tags as Tags
    from ...common.models.token import Token as Token
    from ...common.models.token_error import TokenError as TokenError
    from ...common.models.token_grant import TokenGrantWrite as TokenGrantWrite
    from ...common.models.usage import Usage as Usage
    from ...common.models.user import User as User, UserWrite as UserWrite
    from ...common.models.user_patch import UserPatch as UserPatch
    from ...common.models.username import Username as Username
    from ...common.models.validation_problem import ValidationProblem as ValidationProblem
    from .item import Item as Item
    from .item_page import ItemPage as ItemPage
    from .item_patch import ItemPatch as ItemPatch
    from .new_item import NewItem as NewItem
    from .price import Price as Price
    from .price_report import PriceReport as PriceReport
    from .price_report_request import PriceReportRequest as PriceReportRequest

__all__ = [
    "Tag",
    "Cursor",
    "Problem",
    "ValidationProblem",
    "ItemId",
    "User",
    "UserWrite",
    "UserPatch",
    "TokenGrantWrite",
    "Token",
    "TokenError",
    "RevocationRequestWrite",
    "ChatRequest",
    "ChatEvent",
    "Status",
    "Usage",
    "InvalidPart",
    "ItemName",
    "ItemDescription",
    "Tags",
    "Username",
    "DisplayName",
    "PasswordGrantWrite",
    "RefreshGrantWrite",
    "ChatMessage",
    "ChatTokenEvent",
    "ChatDoneEvent",
    "ChatErrorEvent",
    "ChatEventId",
    "ChatToken",
    "ChatRetry",
    "ChatDone",
    "ItemPage",
    "NewItem",
    "Item",
    "ItemPatch",
    "PriceReportRequest",
    "PriceReport",
    "Price",
]

if not TYPE_CHECKING:
    from importlib import import_module

    _MODULES = {
        "Tag": "...common.models.tag",
        "Cursor": "...common.models.cursor",
        "Problem": "...common.models.problem",
        "ValidationProblem": "...common.models.validation_problem",
        "ItemId": "...common.models.item_id",
        "User": "...common.models.user",
        "UserWrite": "...common.models.user",
        "UserPatch": "...common.models.user_patch",
        "TokenGrantWrite": "...common.models.token_grant",
        "Token": "...common.models.token",
        "TokenError": "...common.models.token_error",
        "RevocationRequestWrite": "...common.models.revocation_request",
        "ChatRequest": "...common.models.chat_request",
        "ChatEvent": "...common.models.chat_event",
        "Status": "...common.models.status",
        "Usage": "...common.models.usage",
        "InvalidPart": "...common.models.invalid_part",
        "ItemName": "...common.models.item_name",
        "ItemDescription": "...common.models.item_description",
        "Tags": "...common.models.tags",
        "Username": "...common.models.username",
        "DisplayName": "...common.models.display_name",
        "PasswordGrantWrite": "...common.models.password_grant",
        "RefreshGrantWrite": "...common.models.refresh_grant",
        "ChatMessage": "...common.models.chat_message",
        "ChatTokenEvent": "...common.models.chat_token_event",
        "ChatDoneEvent": "...common.models.chat_done_event",
        "ChatErrorEvent": "...common.models.chat_error_event",
        "ChatEventId": "...common.models.chat_event_id",
        "ChatToken": "...common.models.chat_token",
        "ChatRetry": "...common.models.chat_retry",
        "ChatDone": "...common.models.chat_done",
        "ItemPage": ".item_page",
        "NewItem": ".new_item",
        "Item": ".item",
        "ItemPatch": ".item_patch",
        "PriceReportRequest": ".price_report_request",
        "PriceReport": ".price_report",
        "Price": ".price",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
