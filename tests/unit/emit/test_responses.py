"""``responses.py``: a class for each response that is more than a bare body."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.unit.emit.operations import generate_all, write_spec
from tests.unit.emit.printed import SPEC

EXPECTED = '''\
# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import ErrorResponse, Response

from . import models


@dataclass(kw_only=True, eq=False)
class MakeThingCreated(Response):
    """201: It was made."""

    status: int = field(default=201, init=False)
    body: models.Thing
    location: str
    x_left: int | None = None


@dataclass(kw_only=True, eq=False)
class Conflict(ErrorResponse):
    """409, 422: It cannot be."""

    status: int
    body: str


@dataclass(kw_only=True, eq=False)
class MakeThingStatus5XX(ErrorResponse):
    """5XX: Broken."""

    status: int
'''


def test_the_module_reads_as_expected(tmp_path: Path) -> None:
    write_spec(tmp_path, {"v1/openapi.yaml": SPEC})
    assert generate_all(tmp_path).tree["v1/responses.py"] == EXPECTED


def test_headers_do_not_hide_what_a_response_has_already(tmp_path: Path) -> None:
    headers = "".join(
        f"            {name}: {{required: true, schema: {{type: string}}}}\n"
        for name in (
            "Status",
            "Body",
            "Args",
            "Add-Note",
            "With-Traceback",
            "Class",
            "1st",
            "X-A",
            "x_a",
            "List",
            "Int",
        )
    )
    start = (
        "paths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '404':\n"
        "          description: none\n          headers:\n"
    )
    write_spec(tmp_path, {"v1/openapi.yaml": start + headers})
    namespace: dict[str, object] = {}
    exec(generate_all(tmp_path).tree["v1/responses.py"], namespace)
    cls = namespace["ANotFound"]
    assert isinstance(cls, type)
    names = [field.name for field in dataclasses.fields(cls)]
    assert len(names) == len(set(names)) == 12
    made = cls(**{name: name for name in names[1:]})
    assert made.status == 404
    assert made.args == ()
    assert all(getattr(made, name) == name for name in names[1:])
