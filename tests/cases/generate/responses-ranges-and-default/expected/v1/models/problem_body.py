# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING

from accord.runtime import Model


class ProblemBody(Model):
    title: str | MISSING = MISSING
