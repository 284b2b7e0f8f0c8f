# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import TypeAlias

from .strings_own import StringsOwn


StringsList: TypeAlias = list[StringsOwn]
