"""Which contract is compared with which, and the report on a version that was added or removed as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from accord.contract.model import Api
from accord.diff import (
    Change,
    Compatible,
    DiffReport,
    OperationRef,
    OperationSummary,
    Place,
    Site,
    VersionAdvice,
    diff,
    fingerprint,
)
from accord.errors import UsageError
from accord.review.sides import Side
from accord.source.discover import ContractFile

Pair = tuple[ContractFile | None, ContractFile | None]


def pair(old: Side, new: Side, versions: Sequence[str]) -> tuple[Pair, ...]:
    """The contracts to compare. Of two folders of versions each is paired with the one of its name, or with ``None``.

    Two single contracts are one pair, whatever their names.

    Raises:
        UsageError: a single contract against several, folders with no version in common, or an unknown version.
    """
    before = {entry.name: entry for entry in old.contracts}
    after = {entry.name: entry for entry in new.contracts}
    # A base in which the contract does not exist yet: everything in it was added.
    if not before and not new.is_set:
        return tuple((None, entry) for entry in new.contracts)
    if len(before) == len(after) == 1 and not (old.is_set and new.is_set and before.keys() != after.keys()):
        pairs: tuple[Pair, ...] = ((old.contracts[0], new.contracts[0]),)
    elif not (old.is_set and new.is_set):
        raise _unpaired(old, new)
    else:
        if before and not before.keys() & after.keys():
            raise _unpaired(old, new)
        names = dict.fromkeys((*before, *after))
        pairs = tuple((before.get(name), after.get(name)) for name in names)
    return _chosen(pairs, versions)


def _chosen(pairs: tuple[Pair, ...], versions: Sequence[str]) -> tuple[Pair, ...]:
    names = [{entry.name for entry in entries if entry is not None} for entries in pairs]
    known = set[str]().union(*names)
    for version in versions:
        if version not in known:
            raise UsageError(
                f"no version {version!r} on either side", hint=f"versions there: {', '.join(sorted(known))}"
            )
    return tuple(
        entries
        for entries, known_as in zip(pairs, names, strict=True)
        if not versions or known_as.intersection(versions)
    )


def _unpaired(old: Side, new: Side) -> UsageError:
    holds = [", ".join(entry.name for entry in side.contracts) for side in (old, new)]
    return UsageError(
        f"{old.shown} holds {holds[0]}, but {new.shown} holds {holds[1]}: these cannot be paired",
        hint="Name one version on each side, such as spec/v1 and spec/v2.",
    )


def version_removed(api: Api, *, today: date) -> DiffReport:
    """The report on a version that was removed: one change, with the verdict of removing its operations."""
    report = diff(api, replace(api, operations=(), webhooks=()), today=today)
    worst = next(iter(report.changes), None)
    lost = tuple(dict.fromkeys(ref for change in report.changes for ref in change.operations))
    change = Change(
        code="version-removed",
        channel="wire",
        direction="request",
        message=f"the version {api.name} was removed, with {_operations(len(lost))}",
        old=Place(span=api.info.span),
        new=None,
        site=Site(location="document"),
        operations=lost,
        verdict=worst.verdict if worst is not None else Compatible(proof="it had no operation"),
        acceptance=worst.acceptance if worst is not None else None,
        fingerprint=fingerprint("version-removed", api.name),
    )
    return _report(change, old=api)


def version_added(api: Api) -> DiffReport:
    """The report on a version that was added."""
    operations = (*api.operations, *(operation for hook in api.webhooks for operation in hook.operations))
    refs = tuple(OperationRef(method=o.method, path=o.path) for o in operations)
    change = Change(
        code="version-added",
        channel="wire",
        direction=None,
        message=f"the version {api.name} was added, with {_operations(len(refs))}",
        old=None,
        new=Place(span=api.info.span),
        site=Site(location="document"),
        operations=refs,
        verdict=Compatible(proof="nobody uses it yet"),
        fingerprint=fingerprint("version-added", api.name),
    )
    return _report(change, new=api)


def _report(change: Change, *, old: Api | None = None, new: Api | None = None) -> DiffReport:
    """The report on one change of a whole version, which requires nothing of ``info.version``."""
    versions = ["" if api is None else api.info.version for api in (old, new)]
    return DiffReport(
        old="" if old is None else old.name,
        new="" if new is None else new.name,
        changes=(change,),
        summary=tuple(OperationSummary(operation=ref, **{change.status: 1}) for ref in change.operations),
        version=VersionAdvice(old=versions[0], new=versions[1], required="none", satisfied=None),
    )


def _operations(number: int) -> str:
    return "1 operation" if number == 1 else f"{number} operations"
