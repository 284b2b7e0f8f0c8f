# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING, ConfigDict

from accord.runtime import Model


class Closed(Model):
    model_config = ConfigDict(extra="forbid")
    a: str | MISSING = MISSING
