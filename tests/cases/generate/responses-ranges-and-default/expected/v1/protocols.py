# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Protocol

from accord.runtime import not_implemented as not_implemented

from . import models, responses


class JobsApi(Protocol):
    """Operations of jobs"""

    async def get_job(
        self, *, id: int
    ) -> models.Job | responses.GetJobStatus3XX | responses.Problem | responses.GetJobDefault:
        """GET /jobs/{id}"""
        ...

    async def head_job(self, *, id: int) -> None | responses.HeadJobOk:
        """HEAD /jobs/{id}"""
        ...

    async def put_job(self, *, id: int, body: models.Job) -> None | responses.PutJobNoContent:
        """PUT /jobs/{id}"""
        ...

    async def delete_job(self, *, id: int) -> responses.DeleteJobStatus2XX:
        """DELETE /jobs/{id}"""
        ...

    async def start_job(self, *, id: int) -> None:
        """POST /jobs/{id}"""
        ...
