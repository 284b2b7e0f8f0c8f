"""What the core rejects, as exceptions that know nothing of HTTP.

    DomainError
    ├── InvalidToken          the access token is malformed, forged, expired or names nobody
    ├── InvalidApiKey         the API key is not one that was issued
    ├── NotPermitted          the caller is known, but the operation is for a person and the caller is none
    ├── TokenRefused          the token endpoint issues no token (RFC 6749, section 5.2)
    ├── ItemNotFound          no such item, or it belongs to somebody else
    ├── UsernameTaken         somebody else registered with the username
    ├── PreconditionRequired  a change came without the ETag that it needs
    ├── PreconditionFailed    the item has another ETag than the change expects
    ├── EditConflict          another request changed the item at the same moment
    ├── IdempotencyKeyReused  the key came with another request before
    ├── ReportsBusy           no capacity for another report at the moment
    ├── ModelUnavailable      the language model cannot be reached or failed
    └── StorageUnavailable    the database cannot be reached, is busy for too long, or has no room

An adapter maps each to a documented status once. The message is for a client to read: it never holds what the
client sent.
"""

from enum import StrEnum


class DomainError(Exception):
    """The core rejects; `str(error)` may be shown to the client."""

    message = "The request was refused."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class InvalidToken(DomainError):
    """The access token is malformed, forged or expired, or its user is gone."""

    message = "The access token is not valid."


class InvalidApiKey(DomainError):
    """The API key is not one that was issued."""

    message = "The API key is not valid."


class NotPermitted(DomainError):
    """The caller is known but is not a person."""

    message = "Only a user may do this."


class TokenErrorCode(StrEnum):
    """The kinds of token error that RFC 6749, section 5.2 names and this service tells."""

    INVALID_REQUEST = "invalid_request"
    INVALID_GRANT = "invalid_grant"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"


class TokenRefused(DomainError):
    """The token endpoint issues no token."""

    def __init__(self, code: TokenErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class ItemNotFound(DomainError):
    """There is no such item among those of the caller."""

    message = "There is no such item."


class UsernameTaken(DomainError):
    """Somebody else registered with the username."""

    message = "The username is taken."


class PreconditionRequired(DomainError):
    """A change came without the ETag that it needs."""

    message = "Send the ETag of the item as If-Match."


class PreconditionFailed(DomainError):
    """The item has another ETag than the change expects."""

    message = "The item has changed since it was read."


class EditConflict(DomainError):
    """Another request changed the item between the reading and the writing of this one."""

    message = "The item was changed at the same moment."


class IdempotencyKeyReused(DomainError):
    """The key of a request that may be repeated came with another request before."""

    message = "was used for another request before"


class ReportsBusy(DomainError):
    """Every worker is busy and the queue is full, or a worker died."""

    message = "Too many reports are being computed. Try again in a moment."


class ModelUnavailable(DomainError):
    """The language model cannot be reached or failed."""

    message = "The language model is not available."


class StorageUnavailable(DomainError):
    """The database cannot be reached, is busy for too long, or has no room. What was acknowledged is safe."""

    message = "The database does not answer at the moment. Try again."
