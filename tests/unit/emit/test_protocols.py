"""``protocols.py``: a protocol for each group, in the order of the contract."""

from __future__ import annotations

from pathlib import Path

from tests.unit.emit.operations import generate_all, write_spec
from tests.unit.emit.printed import SPEC

EXPECTED = '''\
# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

import datetime as dt
from typing import Protocol, TypeVar

from accord.runtime import EventStream

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
