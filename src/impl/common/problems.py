"""How what the core rejects is answered, once for all versions."""

from accord.runtime import Errors, Rejection, RejectionKind
from generated.common import models, responses
from impl.common.convert import to_problem
from impl.core.errors import (
    EditConflict,
    IdempotencyKeyReused,
    InvalidToken,
    ItemNotFound,
    ModelUnavailable,
    NotPermitted,
    PreconditionFailed,
    PreconditionRequired,
    ReportsBusy,
    StorageUnavailable,
    UsernameTaken,
)

# How the runtime begins to say that a value is none of an enumeration: the grant is another one, not malformed.
_NOT_LISTED = "must be one of"
# The operations whose errors OAuth 2.0 fixes.
_TOKEN_OPERATIONS = frozenset({"issueToken", "revokeToken"})
# Seconds after which a client may try again when the service was busy.
_RETRY_AFTER = 1


def common_errors() -> Errors:
    """Return the mapping that every version has; a version adds what only it answers."""
    errors = Errors()
    _add_refused_callers(errors)
    _add_refused_changes(errors)

    @errors.on(ReportsBusy)
    def _(error: ReportsBusy) -> responses.ServiceUnavailable:
        return responses.ServiceUnavailable(body=to_problem(503, str(error)), retry_after=_RETRY_AFTER)

    @errors.on(StorageUnavailable)
    def _(error: StorageUnavailable) -> responses.ServiceUnavailable:
        return responses.ServiceUnavailable(body=to_problem(503, str(error)), retry_after=_RETRY_AFTER)

    @errors.on(ModelUnavailable)
    def _(error: ModelUnavailable) -> responses.ServiceUnavailable:
        return responses.ServiceUnavailable(body=to_problem(503, str(error)), retry_after=_RETRY_AFTER)

    errors.rejection(token_error)
    return errors


def _add_refused_callers(errors: Errors) -> None:
    @errors.on(InvalidToken)
    def _(error: InvalidToken) -> responses.Unauthorized:
        # The user was removed between the check of the token and the work of the operation.
        return responses.Unauthorized(body=to_problem(401, str(error)), www_authenticate="Bearer")

    @errors.on(NotPermitted)
    def _(error: NotPermitted) -> responses.Forbidden:
        return responses.Forbidden(body=to_problem(403, str(error)))


def _add_refused_changes(errors: Errors) -> None:
    @errors.on(ItemNotFound)
    def _(error: ItemNotFound) -> responses.NotFound:
        return responses.NotFound(body=to_problem(404, str(error)))

    @errors.on(IdempotencyKeyReused)
    def _(error: IdempotencyKeyReused) -> responses.UnprocessableContent:
        part = models.InvalidPart(location="header.Idempotency-Key", reason=str(error))
        body = models.ValidationProblem(
            title="Unprocessable Content",
            status=422,
            detail="The key of the request names another one.",
            errors=[part],
        )
        return responses.UnprocessableContent(body=body)

    @errors.on(UsernameTaken)
    def _(error: UsernameTaken) -> responses.UsernameTaken:
        return responses.UsernameTaken(body=to_problem(409, str(error)))

    @errors.on(PreconditionRequired)
    def _(error: PreconditionRequired) -> responses.PreconditionRequired:
        return responses.PreconditionRequired(body=to_problem(428, str(error)))

    @errors.on(PreconditionFailed)
    def _(error: PreconditionFailed) -> responses.PreconditionFailed:
        return responses.PreconditionFailed(body=to_problem(412, str(error)))

    @errors.on(EditConflict)
    def _(error: EditConflict) -> responses.EditConflict:
        return responses.EditConflict(body=to_problem(409, str(error)))


def token_error(rejection: Rejection) -> models.TokenError | None:
    """Return the body of a rejection at the token endpoints, which OAuth 2.0 fixes: there everything is a token error."""
    if rejection.operation not in _TOKEN_OPERATIONS or rejection.kind not in {
        RejectionKind.MALFORMED,
        RejectionKind.INVALID,
    }:
        return None
    if any(
        part.pointer == "/grant_type" and part.reason.startswith(_NOT_LISTED) for part in rejection.errors
    ):
        return models.TokenError(
            error="unsupported_grant_type",
            error_description="This service knows the grants `password` and `refresh_token`.",
        )
    detail = "; ".join(_described(part.location, part.pointer, part.reason) for part in rejection.errors)
    return models.TokenError(error="invalid_request", error_description=detail or rejection.detail)


def _described(location: str, pointer: str, reason: str) -> str:
    return f"{pointer.removeprefix('/') or location} {reason}"
