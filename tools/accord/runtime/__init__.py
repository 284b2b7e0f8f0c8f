"""What generated code imports: the runtime that serves a contract on a FastAPI application.

Takes the declarations of generated ``routers.py`` (plain values of :mod:`accord.runtime.declare`) and the package's
``guard.json``, gives an ASGI application that enforces the contract. Everything is compiled once, at start-up; a request then
runs through closures. Nothing else of Accord is imported, so that a service does not carry the toolchain.

Read :mod:`accord.runtime.declare` first, then :mod:`accord.runtime.operations` (the way of one request). ``docs/request.md``
follows a request from file to file.
"""

from accord.runtime import declare
from accord.runtime.application import add_outer_middleware, create_app
from accord.runtime.bodies import RequestBody
from accord.runtime.byte_stream import ByteStream
from accord.runtime.dispatch import InstallError
from accord.runtime.errors import Errors
from accord.runtime.handlers import respond_with_problems
from accord.runtime.model import AS_NUMBER, MISSING, Model, by_tag, tagged
from accord.runtime.problems import (
    PROBLEM_MEDIA_TYPE,
    InvalidPart,
    Rejection,
    RejectionKind,
    not_implemented,
    problem,
)
from accord.runtime.providers import Provider
from accord.runtime.responses import (
    ErrorResponse,
    Event,
    EventStream,
    Forbidden,
    ItemStream,
    Response,
    Unauthorized,
)
from accord.runtime.settings import Admission, RuntimeSettings, Violation
from accord.runtime.untyped import UNTYPED
from accord.runtime.uploads import Upload
from accord.runtime.version import Version

__all__ = [
    "AS_NUMBER",
    "MISSING",
    "PROBLEM_MEDIA_TYPE",
    "UNTYPED",
    "Admission",
    "ByteStream",
    "ErrorResponse",
    "Errors",
    "Event",
    "EventStream",
    "Forbidden",
    "InstallError",
    "InvalidPart",
    "ItemStream",
    "Model",
    "Provider",
    "Rejection",
    "RejectionKind",
    "RequestBody",
    "Response",
    "RuntimeSettings",
    "Unauthorized",
    "Upload",
    "Version",
    "Violation",
    "add_outer_middleware",
    "by_tag",
    "create_app",
    "declare",
    "not_implemented",
    "problem",
    "respond_with_problems",
    "tagged",
]
