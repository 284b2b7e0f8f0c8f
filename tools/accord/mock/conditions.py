"""Conditional requests: the ETag of a mocked resource follows from its path, so that 304 and 412 can be answered."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from accord.contract.model import Api, Header, Operation
from accord.contract.schemas.samples import NoSampleError
from accord.mock.bodies import Bodies, Wish


class Conditions:
    """Compares the conditions of requests with the ETags of what they ask for."""

    def __init__(self, api: Api, bodies: Bodies, seed: int) -> None:
        self._readers: Mapping[str, Operation] = {o.path: o for o in api.operations if o.method == "GET"}
        self._bodies = bodies
        self._seed = seed

    def wish(self, path: str) -> Wish:
        """What the ETag of the resource at *path* is made from, whichever operation sends it."""
        return Wish(seed=f"{self._seed} {path} etag")

    def status(self, operation: Operation, request: Request) -> int | None:
        """304 or 412 where the operation documents it and a condition asks for it."""
        documented = {response.status for response in operation.responses}
        method = operation.method.upper()
        if method in {"GET", "HEAD"} and "304" in documented:
            condition, met, status = "if-none-match", True, 304
        elif method in {"PUT", "PATCH", "DELETE"} and "412" in documented:
            condition, met, status = "if-match", False, 412
        else:
            return None
        given = request.headers.get(condition)
        etag = None if given is None else self._etag(operation, request.url.path)
        if given is None or etag is None:
            return None
        # RFC 9110, section 13.1.1; weak and strong tags are not told apart, since a mock makes each once.
        listed = {piece.strip() for piece in given.split(",")}
        return status if ("*" in listed or etag in listed) is met else None

    def _etag(self, operation: Operation, path: str) -> str | None:
        """The ETag that reading *path* would send; ``None`` where no operation documents one."""
        reader = self._readers.get(operation.path)
        header = None if reader is None else _etag_header(reader)
        if header is None:
            return None
        try:
            value = self._bodies.header(header, self.wish(path))
        except NoSampleError:
            return None
        return value if isinstance(value, str) else None


def _etag_header(reader: Operation) -> Header | None:
    """The ETag that an operation documents for its success."""
    return next(
        (
            header
            for response in reader.responses
            if response.status in {"200", "2XX"}
            for header in response.headers
            if header.name.lower() == "etag"
        ),
        None,
    )
