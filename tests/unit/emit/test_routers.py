"""``routers.py``: importing it declares nothing; ``install`` hands every operation to the runtime."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from accord.emit.tree import write_tree
from accord.runtime import declare
from tests.unit.emit.operations import generate_all, write_spec
from tests.unit.emit.printed import SPEC


class Recorder:
    """Stands in for ``accord.runtime.Version``."""

    def __init__(self, app: FastAPI, **arguments: Any) -> None:  # Any: whatever is given
        self.arguments = arguments
        self.operations: dict[str, tuple[declare.Operation, object]] = {}
        self.opened = False
        Recorder.last = self

    last: Recorder

    def operation(self, operation: declare.Operation, provider: object) -> None:
        self.operations[operation.key] = (operation, provider)

    def open(self) -> None:
        self.opened = True


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    write_spec(tmp_path / "spec", {"v1/openapi.yaml": SPEC})
    write_tree(generate_all(tmp_path / "spec").tree, tmp_path / "routers_case")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("accord.runtime.Version", Recorder)
    package = importlib.import_module("routers_case.v1")
    package.install(FastAPI(), things="things", ticks="ticks", security="security", errors="errors")
    for name in [name for name in sys.modules if name.startswith("routers_case")]:
        monkeypatch.delitem(sys.modules, name)
    return Recorder.last


def test_the_version_is_named_and_opened(recorded: Recorder) -> None:
    assert recorded.opened
    assert recorded.arguments == {
        "name": "v1",
        "package": "routers_case.v1",
        "prefix": "/api/v1",
        "security": "security",
        "errors": "errors",
        "settings": None,
    }
    assert {key: provider for key, (_, provider) in recorded.operations.items()} == {
        "listThings": "things",
        "makeThing": "things",
        "ticks": "ticks",
        "getPicture": None,
    }


def test_parameters_and_bare_responses(recorded: Recorder) -> None:
    operation, _ = recorded.operations["listThings"]
    after, limit = operation.parameters
    assert (after.argument, after.location, after.wire, after.required) == (
        "after",
        "query",
        declare.Scalar(),
        False,
    )
    assert after.type is not None
    assert after.type().__name__ == "date"
    assert (limit.wire, limit.default, limit.type) == (declare.Scalar(("integer",)), 20, None)
    assert operation.security == ()
    (response,) = operation.responses
    assert response.bare
    assert response.cls is None
    assert response.content[0].type is not None
    assert repr(response.content[0].type()) == "list[routers_case.v1.models.thing.Thing]"


def test_bodies_classes_headers_and_security(recorded: Recorder) -> None:
    operation, _ = recorded.operations["makeThing"]
    assert operation.body is not None
    assert operation.body.required
    assert operation.body.content[0].guard == "makeThing.body.application/json"
    created, conflict, other, broken = operation.responses
    assert (created.status, created.bare, created.headers_guard) == (201, False, "makeThing.201.headers")
    assert [(header.name, header.attribute, header.required) for header in created.headers] == [
        ("Location", "location", True),
        ("X-Left", "x_left", False),
    ]
    assert (conflict.status, other.status, broken.status) == (409, 422, "5XX")
    assert conflict.cls is not None
    assert other.cls is not None
    assert conflict.cls() is other.cls()
    assert [[(use.scheme.name, use.scopes) for use in uses] for uses in operation.security] == [
        [("token", ("read", "write"))],
        [("token", ()), ("key", ())],
    ]
    scheme = operation.security[1][1].scheme
    assert (scheme.kind, scheme.location, scheme.parameter, scheme.method) == (
        "apiKey",
        "query",
        "api_key",
        "key",
    )


def test_streams_policies_and_what_is_not_supported(recorded: Recorder) -> None:
    operation, _ = recorded.operations["ticks"]
    assert operation.responses[0].content[0].events == declare.Events(json_data=False)
    assert (operation.deprecated_at, operation.rate_limit) == ("2026-01-31", "slow")
    rejected, _ = recorded.operations["getPicture"]
    assert rejected.unsupported == ("unsupported-response-media-type: 'image' is no media type",)
    assert (rejected.parameters, rejected.body, rejected.security) == ((), None, ())
