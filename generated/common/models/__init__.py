# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.
"""Models, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chat_done import ChatDone as ChatDone
    from .chat_done_event import ChatDoneEvent as ChatDoneEvent
    from .chat_error_event import ChatErrorEvent as ChatErrorEvent
    from .chat_event import ChatEvent as ChatEvent
    from .chat_event_id import ChatEventId as ChatEventId
    from .chat_message import ChatMessage as ChatMessage
    from .chat_request import ChatRequest as ChatRequest
    from .chat_retry import ChatRetry as ChatRetry
    from .chat_token import ChatToken as ChatToken
    from .chat_token_event import ChatTokenEvent as ChatTokenEvent
    from .cursor import Cursor as Cursor
    from .display_name import DisplayName as DisplayName
    from .invalid_part import InvalidPart as InvalidPart
    from .item_description import ItemDescription as ItemDescription
    from .item_id import ItemId as ItemId
    from .item_name import ItemName as ItemName
    from .password_grant import PasswordGrantWrite as PasswordGrantWrite
    from .problem import Problem as Problem
    from .refresh_grant import RefreshGrantWrite as RefreshGrantWrite
    from .revocation_request import RevocationRequestWrite as RevocationRequestWrite
    from .status import Status as Status
    from .tag import Tag as Tag
    from .tags import Tags as Tags
    from .token import Token as Token
    from .token_error import TokenError as TokenError
    from .token_grant import TokenGrantWrite as TokenGrantWrite
    from .usage import Usage as Usage
    from .user import User as User, UserWrite as UserWrite
    from .user_patch import UserPatch as UserPatch
    from .username import Username as Username
    from .validation_problem import ValidationProblem as ValidationProblem

__all__ = [
    "ChatDone",
    "ChatDoneEvent",
    "ChatErrorEvent",
    "ChatEvent",
    "ChatEventId",
    "ChatMessage",
    "ChatRequest",
    "ChatRetry",
    "ChatToken",
    "ChatTokenEvent",
    "Cursor",
    "DisplayName",
    "InvalidPart",
    "ItemDescription",
    "ItemId",
    "ItemName",
    "PasswordGrantWrite",
    "Problem",
    "RefreshGrantWrite",
    "RevocationRequestWrite",
    "Status",
    "Tag",
    "Tags",
    "Token",
    "TokenError",
    "TokenGrantWrite",
    "Usage",
    "User",
    "UserWrite",
    "UserPatch",
    "Username",
    "ValidationProblem",
]

if not TYPE_CHECKING:
    from importlib import import_module

    _MODULES = {
        "ChatDone": ".chat_done",
        "ChatDoneEvent": ".chat_done_event",
        "ChatErrorEvent": ".chat_error_event",
        "ChatEvent": ".chat_event",
        "ChatEventId": ".chat_event_id",
        "ChatMessage": ".chat_message",
        "ChatRequest": ".chat_request",
        "ChatRetry": ".chat_retry",
        "ChatToken": ".chat_token",
        "ChatTokenEvent": ".chat_token_event",
        "Cursor": ".cursor",
        "DisplayName": ".display_name",
        "InvalidPart": ".invalid_part",
        "ItemDescription": ".item_description",
        "ItemId": ".item_id",
        "ItemName": ".item_name",
        "PasswordGrantWrite": ".password_grant",
        "Problem": ".problem",
        "RefreshGrantWrite": ".refresh_grant",
        "RevocationRequestWrite": ".revocation_request",
        "Status": ".status",
        "Tag": ".tag",
        "Tags": ".tags",
        "Token": ".token",
        "TokenError": ".token_error",
        "TokenGrantWrite": ".token_grant",
        "Usage": ".usage",
        "User": ".user",
        "UserWrite": ".user",
        "UserPatch": ".user_patch",
        "Username": ".username",
        "ValidationProblem": ".validation_problem",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
