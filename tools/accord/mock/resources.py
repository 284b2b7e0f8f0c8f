"""What a mock pretends to have: the ETag of a resource, where a new one lies, and which ones were deleted.

ETags and locations follow from the path and the seed, so that the same request gets the same response on every machine. The only
thing that is remembered is what was deleted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.requests import Request

from accord.contract.model import Api, Header, Operation, Parameter
from accord.contract.schemas.samples import NoSampleError, Sampler
from accord.mock.bodies import Bodies, Preference


class Conditions:
    """Compares the conditions of requests with the ETags of what they ask for."""

    def __init__(self, api: Api, bodies: Bodies, seed: int) -> None:
        self._readers: Mapping[str, Operation] = {o.path: o for o in api.operations if o.method == "GET"}
        self._bodies = bodies
        self._seed = seed

    def preference(self, path: str) -> Preference:
        """What the ETag of the resource at *path* is made from, whichever operation sends it."""
        return Preference(seed=f"{self._seed} {path} etag")

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
        headers = (
            header
            for response in (() if reader is None else reader.responses)
            if response.status in {"200", "2XX"}
            for header in response.headers
            if header.name.lower() == "etag"
        )
        header = next(headers, None)
        if header is None:
            return None
        try:
            value = self._bodies.header(header, self.preference(path))
        except NoSampleError:
            return None
        return value if isinstance(value, str) else None


# A mock may run for weeks under a load test; the oldest path is forgotten.
_KEPT: Final = 10_000


class Deleted:
    """Paths of resources that were deleted. A POST or PUT to a path, below it or above it brings it back."""

    def __init__(self) -> None:
        self._paths: dict[str, None] = {}

    def holds(self, path: str) -> bool:
        """Whether *path*, or what it lies below, was deleted."""
        pieces = path.split("/")
        return bool(self._paths) and any(
            "/".join(pieces[:count]) in self._paths for count in range(2, len(pieces) + 1)
        )

    def note(self, method: str, path: str, status: int) -> None:
        """Note what a response with *status* means for *path*."""
        if not 200 <= status < 300:
            return
        if method == "DELETE":
            self._paths[path] = None
            if len(self._paths) > _KEPT:
                self._paths.pop(next(iter(self._paths)))
        elif method in {"POST", "PUT"} and self._paths:
            pieces = path.split("/")
            above = {"/".join(pieces[:count]) for count in range(2, len(pieces) + 1)}
            # Creating `/items/1/tags` means that `/items/1` is there again.
            for known in [p for p in self._paths if p in above or p.startswith(f"{path.rstrip('/')}/")]:
                del self._paths[known]


class Locations:
    """Finds where the resource lies that an operation creates: one segment below its own path, and readable."""

    def __init__(self, api: Api, *, formats: bool, seed: int) -> None:
        self._readers: Mapping[str, Operation] = {o.path: o for o in api.operations if o.method == "GET"}
        self._sampler = Sampler(api.schemas, view="request", formats=formats)
        self._seed = seed

    def of(self, operation: Operation, request: Request, header: Header) -> str | None:
        """The path of what *request* creates; ``None`` where the contract has none that the header may name."""
        start = operation.path.rstrip("/") + "/"
        below = re.compile(re.escape(start) + r"\{([^{}]+)\}")
        found = (
            (reader, match[1]) for path, reader in self._readers.items() if (match := below.fullmatch(path))
        )
        reader, name = next(found, (None, ""))
        if reader is None:
            return None
        parameter = next(p for p in reader.parameters if p.location == "path" and p.name == name)
        value = self._value(parameter, request)
        if value is None:
            return None
        location = f"{request.url.path.rstrip('/')}/{quote(value, safe='')}"
        if header.schema is None or self._sampler.is_valid(header.schema, location):
            return location
        return None

    def _value(self, parameter: Parameter, request: Request) -> str | None:
        """A value for the path parameter; ``None`` where none can be sampled."""
        if parameter.schema is None:
            return None
        seed = f"{self._seed} {request.url.path} {parameter.name}"
        try:
            value = self._sampler.sample(parameter.schema, seed=seed)
        except NoSampleError:
            return None
        # An object or a list has no plain spelling there.
        text = value if isinstance(value, str) else json.dumps(value)
        return None if isinstance(value, dict | list) else text or None
