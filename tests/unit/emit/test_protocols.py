"""``protocols.py``: a protocol for each group, in the order of the contract."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.unit.emit.operations import generate_all, write_spec
from tests.unit.emit.printed import SPEC

EXPECTED = '''\
# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

import datetime as dt
from typing import Protocol, TypeVar

from accord.runtime import EventStream, not_implemented as not_implemented

from . import models, responses

PrincipalT_contra = TypeVar("PrincipalT_contra", contravariant=True)


class ThingsApi(Protocol[PrincipalT_contra]):
    """What there is."""

    async def list_things(self, *, after: dt.date | None, limit: int) -> list[models.Thing]:
        """GET /things

        List things
        """
        ...

    async def make_thing(
        self,
        *,
        principal: PrincipalT_contra | tuple[PrincipalT_contra, PrincipalT_contra],
        body: models.Thing,
    ) -> responses.MakeThingCreated | responses.Conflict | responses.MakeThingStatus5XX:
        """POST /things

        Make a thing
        """
        ...


class TicksApi(Protocol[PrincipalT_contra]):
    """Operations of ticks"""

    async def ticks(self, *, principal: PrincipalT_contra) -> EventStream[models.Tick]:
        """GET /ticks

        Deprecated.
        """
        ...
'''


def test_the_module_reads_as_expected(tmp_path: Path) -> None:
    write_spec(tmp_path, {"v1/openapi.yaml": SPEC})
    assert generate_all(tmp_path).tree["v1/protocols.py"] == EXPECTED


def test_a_group_without_protected_operations_knows_no_principal(tmp_path: Path) -> None:
    write_spec(
        tmp_path,
        {"v1/openapi.yaml": "paths: {/a: {get: {operationId: a, responses: {'204': {description: ok}}}}}\n"},
    )
    text = generate_all(tmp_path).tree["v1/protocols.py"]
    assert "class AApi(Protocol):\n" in text
    assert "TypeVar" not in text
    assert "models" not in text


DESCRIBED = """\
paths:
  /a/{id}:
    put:
      operationId: a
      description: |
        Puts it there, and says so at length: this line is longer than what fits into the docstring of a method, so it is broken.

        - a list item that is far too long for one line of a docstring and goes on where its own text began, below it

        ```
        code = "that nobody breaks, however long the line is that it stands in, since that would change what it means"
        ```
      parameters:
        - {name: id, in: path, required: true, description: "Which one.\\n\\nIt \\"exists\\".", schema: {type: string}}
        - {name: silent, in: query, schema: {type: string}}
      requestBody: {description: "What to \\\\put there.", content: {application/json: {schema: {type: string}}}}
      responses: {'204': {description: ok}}
    get:
      operationId: b
      summary: Get it.
      description: Get  it.
      deprecated: true
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: ok}}
"""

DOCSTRINGS = [
    """\
PUT /a/{id}

Puts it there, and says so at length: this line is longer than what fits into the docstring of a
method, so it is broken.

- a list item that is far too long for one line of a docstring and goes on where its own text began,
  below it

```
code = "that nobody breaks, however long the line is that it stands in, since that would change what it means"
```

Args:
    id: Which one.

        It "exists".
    body: What to \\put there.""",
    """\
GET /a/{id}

Get it.

Deprecated.""",
]


def test_docstrings_say_what_the_contract_says(tmp_path: Path) -> None:
    write_spec(tmp_path, {"v1/openapi.yaml": DESCRIBED})
    tree = ast.parse(generate_all(tmp_path).tree["v1/protocols.py"])
    methods = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    assert [ast.get_docstring(method) for method in methods] == DOCSTRINGS
