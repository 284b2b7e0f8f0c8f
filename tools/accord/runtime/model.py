"""The base class of generated models."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pydantic import MISSING, BaseModel, ConfigDict
from typing_extensions import override

__all__ = ["MISSING", "Model", "deep_recursion"]

_DEPTH: Final = 20_000


@contextmanager
def deep_recursion() -> Generator[None]:
    """Room for building a validator: Pydantic walks into every model that another one names, and the models of a large
    contract refer to each other in chains that are longer than Python's usual limit allows."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Model(BaseModel):
    """A schema of the contract.

    Python names construct it, wire names (aliases) read and write it. Its validator is built on first use: a contract
    has many models, a process uses few of them.
    """

    model_config = ConfigDict(
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    @classmethod
    @override
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,  # Any: names to whatever they stand for
    ) -> bool | None:
        """As Pydantic's, which calls it on first use, with room for long chains of models."""
        with deep_recursion():
            return super().model_rebuild(
                force=force,
                raise_errors=raise_errors,
                _parent_namespace_depth=_parent_namespace_depth + 1,
                _types_namespace=_types_namespace,
            )
