"""Objects of the core as the models that every version has."""

from typing import assert_never

from accord.runtime import problem
from generated.common import models
from impl.core import users
from impl.core.chat import model as chat
from impl.core.errors import TokenRefused
from impl.core.tokens import IssuedToken


def to_user(user: users.User) -> models.User:
    """Write a profile."""
    return models.User(
        id=user.id, username=user.username, display_name=user.display_name, created_at=user.created_at
    )


def to_usage(usage: users.Usage) -> models.Usage:
    """Write how much the service holds."""
    return models.Usage(users=usage.users, items=usage.items)


def to_token(token: IssuedToken) -> models.Token:
    """Write an access token as OAuth 2.0 wants it."""
    return models.Token(
        access_token=token.access_token,
        token_type="Bearer",  # noqa: S106 - a kind, not a secret
        expires_in=token.expires_in,
        scope=" ".join(token.scopes),
        refresh_token=token.refresh_token,
    )


def to_token_error(error: TokenRefused) -> models.TokenError:
    """Write why no token was issued."""
    return models.TokenError(error=error.code.value, error_description=str(error))


def to_messages(request: models.ChatRequest) -> tuple[chat.Message, ...]:
    """Read a conversation."""
    return tuple(chat.Message(role=message.role, content=message.content) for message in request.messages)


def to_event(position: int, event: chat.ChatEvent) -> models.ChatEvent:
    """Write the event at a position of the stream, from 0."""
    number = str(position)
    match event:
        case chat.Token(index=index, text=text):
            token = models.ChatToken(index=index, text=text)
            return models.ChatTokenEvent(event="token", id=number, data=token)
        case chat.Done(reason=reason, tokens=tokens):
            done = models.ChatDone(finish_reason=reason, tokens=tokens)
            return models.ChatDoneEvent(event="done", id=number, data=done)
        case chat.Failed(message=message):
            return models.ChatErrorEvent(event="error", id=number, data=to_problem(503, message))
        case _:
            assert_never(event)


def stopping_event() -> models.ChatErrorEvent:
    """Write what ends a stream whose service stops."""
    return models.ChatErrorEvent(
        event="error", data=to_problem(503, "The service stops. Ask again in a moment.")
    )


def to_problem(status: int, detail: str) -> models.Problem:
    """Write why a request was rejected; `detail` is for the client to read."""
    return models.Problem.model_validate(problem(status, detail=detail))
