"""The command ``diff``: what a change of a contract means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from accord.api.contracts import Contract, find_contracts, near, read_contract
from accord.config import Config
from accord.diagnostics import Diagnostic, sort_diagnostics
from accord.errors import UsageError

if TYPE_CHECKING:
    from accord.diff import DiffReport


def diff(config: Config, old: Path, new: Path) -> tuple[DiffReport, ...]:
    """Compare the contract at *old* with the one at *new*; of two folders of versions, each version with its like.

    The reports carry what reading both sides found: an error in a contract hides a part of it from the comparison.

    Raises:
        ContractUnusableError: a side cannot be read at all; nothing is reported then.
        UsageError: there is nothing at a path, or the versions at both paths do not correspond.
    """
    from accord.diff import diff as compare

    before, after = find_contracts(config, (old,)), find_contracts(config, (new,))
    if len(before) == len(after) == 1:
        pairs = [(before[0], after[0])]
    else:
        names = [{entry.name for entry in side} for side in (before, after)]
        if names[0] != names[1]:
            shown = [", ".join(entry.name for entry in side) for side in (before, after)]
            raise UsageError(
                f"{near(old)} holds {shown[0]}, but {near(new)} holds {shown[1]}: these cannot be paired",
                hint="Name one version on each side, such as spec/v1 and spec/v2.",
            )
        partners = {entry.name: entry for entry in after}
        pairs = [(entry, partners[entry.name]) for entry in before]
    read = [(read_contract(one), read_contract(other)) for one, other in pairs]
    return tuple(
        replace(compare(one.loaded.api, other.loaded.api), diagnostics=_found(one, other))
        for one, other in read
    )


def _found(old: Contract, new: Contract) -> tuple[Diagnostic, ...]:
    return sort_diagnostics((*old.diagnostics, *new.diagnostics))
