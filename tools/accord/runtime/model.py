"""The base class of generated models."""

from __future__ import annotations

from pydantic import MISSING, BaseModel, ConfigDict

__all__ = ["MISSING", "Model"]


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
