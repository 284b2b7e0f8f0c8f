# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Models, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .job import Job as Job
    from .problem_body import ProblemBody as ProblemBody

__all__ = [
    "Job",
    "ProblemBody",
]

if not TYPE_CHECKING:
    from importlib import import_module

    _MODULES = {
        "Job": ".job",
        "ProblemBody": ".problem_body",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
