"""The commands ``diff`` and ``changelog``: what a change of a contract means."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from accord.api.contracts import Contract, Progress, near, read_contract, silent
from accord.config import Config
from accord.diagnostics import Diagnostic, sort_diagnostics
from accord.errors import UsageError

if TYPE_CHECKING:
    from accord.review.accepted import AcceptedChanges, AcceptRequest
    from accord.review.changelog import Release
    from accord.review.model import Comparison, Edition, Review
    from accord.review.sides import Side, Sides
    from accord.source.discover import ContractFile


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffArguments:
    """What is compared, and by what options.

    Without *new*, *old* is what is compared with its own past: a path with what it was where the working tree left the
    branch *base*, ``REV:PATH`` with ``PATH`` of the working tree. Without both, the folder of all contracts.
    *accepted* is the list of accepted changes (default: ``accepted-changes.yaml`` beside the new contracts). *semver*
    requires ``info.version`` to be raised as the changes require. *today* decides which dates have passed.
    """

    old: str | None = None
    new: str | None = None
    base: str | None = None
    versions: tuple[str, ...] = ()
    accepted: Path | None = None
    semver: bool = False
    accept: AcceptRequest | None = None
    today: date | None = None


def diff(config: Config, arguments: DiffArguments, *, progress: Progress = silent) -> Review:
    """Compare contracts, apply what was accepted, and append to it where that is asked for.

    Nothing is reported unless both sides of every version can be read.

    Raises:
        ContractUnusableError: a side cannot be read at all.
        UsageError: no such path, revision or repository, or versions that cannot be paired.
        WriteError: an entry cannot be added to the accepted changes.
    """
    from accord.review.accepted import accept
    from accord.review.model import Review

    today = arguments.today or datetime.now(UTC).date()
    with tempfile.TemporaryDirectory(prefix="accord-diff-") as workspace:
        sides = _sides(config, Path(workspace))
        old, new = _open(sides, config, arguments)
        comparisons = _compare(old, new, arguments.versions, today, progress)
        if arguments.accept is not None:
            _accept(new, arguments, arguments.accept, comparisons, today)
        accepted = _accepted(new, arguments, today)
        is_whole = not arguments.versions and _is_whole(new)
    by_fingerprint = {entry.fingerprint: entry for entry in accepted.entries}
    comparisons = tuple(accept(comparison, by_fingerprint) for comparison in comparisons)
    return Review(
        old=old.shown,
        new=new.shown,
        label=new.label,
        comparisons=comparisons,
        findings=_findings(comparisons, accepted, semver=arguments.semver, is_whole=is_whole),
    )


def changelog(
    config: Config,
    old: str | None = None,
    new: str | None = None,
    *,
    tags: str = "*",
    progress: Progress = silent,
) -> tuple[Release, ...]:
    """What changed from release to release, newest first: between *old* and *new*, or over the tags of git.

    *tags* is the pattern of the tags that are releases; what came after the last of them is unreleased.

    Raises:
        ContractUnusableError: a side cannot be read at all.
        UsageError: as for :func:`diff`, or no tag matches.
    """
    from accord.review.changelog import Release

    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory(prefix="accord-diff-") as workspace:
        sides = _sides(config, Path(workspace))
        if old is None:
            return _over_tags(sides, config, tags, today, progress)
        opened = _open(sides, config, DiffArguments(old=old, new=new))
        comparisons = _compare(*opened, (), today, progress)
    return (Release(name="", day="", comparisons=comparisons),)


def _over_tags(
    sides: Sides, config: Config, pattern: str, today: date, progress: Progress
) -> tuple[Release, ...]:
    from accord.review.changelog import Release

    found = sides.repository.tags(pattern)
    if not found:
        raise UsageError(
            f"no tag that HEAD can reach matches {pattern!r}",
            hint="Tag a release, or name two things to compare.",
        )
    before: Side | None = None
    releases: list[Release] = []
    for tag in found:
        side = sides.tagged(tag.name, config.spec)
        if before is None or not before.contracts:
            before = replace(side, contracts=(), shown="")
        comparisons = _compare(before, side, (), today, progress)
        releases.append(Release(name=tag.name, day=tag.day, comparisons=comparisons))
        before = side
    assert before is not None
    comparisons = _compare(before, sides.open(str(config.spec)), (), today, progress)
    releases.append(Release(name="Unreleased", day="", comparisons=comparisons))
    return tuple(reversed(releases))


def _sides(config: Config, workspace: Path) -> Sides:
    from accord.review.sides import Sides

    return Sides(folder=Path.cwd(), spec=config.spec, workspace=workspace)


def _open(sides: Sides, config: Config, arguments: DiffArguments) -> tuple[Side, Side]:
    old, new = arguments.old, arguments.new
    if old is not None and new is not None:
        if arguments.base is not None:
            raise UsageError(
                "--base is for a comparison with the past of one side, and two sides are named",
                hint="Leave out --base, or one of the sides.",
            )
        return sides.open(old), sides.open(new)
    if old is not None and sides.is_revision(old):
        return sides.open(old), sides.open(sides.path_of(old))
    path = Path(old) if old is not None else near(config.spec)
    present = sides.open(str(path))
    return sides.base(arguments.base, path), present


def _compare(
    old: Side, new: Side, versions: Sequence[str], today: date, progress: Progress
) -> tuple[Comparison, ...]:
    from accord.review.versions import pair

    read = [
        (_read(old, before, progress), _read(new, after, progress))
        for before, after in pair(old, new, versions)
    ]
    return tuple(_comparison(before, after, today, progress) for before, after in read)


def _read(side: Side, entry: ContractFile | None, progress: Progress) -> Contract | None:
    if entry is None:
        return None
    progress(f"reading {side.show(entry.path)}")
    return read_contract(entry, show=side.show)


def _comparison(old: Contract | None, new: Contract | None, today: date, progress: Progress) -> Comparison:
    from accord.diff import diff as compare
    from accord.review.model import Comparison
    from accord.review.versions import version_added, version_removed

    if old is not None and new is not None:
        progress(f"comparing {new.name}")
        report = compare(old.loaded.api, new.loaded.api, today=today)
    elif old is not None:
        report = version_removed(old.loaded.api, today=today)
    else:
        assert new is not None
        report = version_added(new.loaded.api)
    both = [contract for contract in (old, new) if contract is not None]
    found = sort_diagnostics(d for contract in both for d in contract.diagnostics)
    return Comparison(
        old=_edition(old),
        new=_edition(new),
        report=replace(report, diagnostics=found),
        texts={
            tree.source.display: tree.source.text
            for contract in both
            for tree in contract.document.files.values()
        },
    )


def _edition(contract: Contract | None) -> Edition | None:
    from accord.diagnostics import Span
    from accord.review.model import Edition
    from accord.source.node import MappingNode

    if contract is None:
        return None
    entry = Span(contract.document.entry.display, 1, 1)
    info = contract.document.root_node.get("info")
    version = info.get("version") if isinstance(info, MappingNode) else None
    return Edition(name=contract.name, entry=entry, version=version.span if version is not None else entry)


def _list_of(new: Side, arguments: DiffArguments) -> tuple[Path, str] | None:
    """The list of accepted changes with the name that people call it by."""
    from accord.review.accepted import FILE_NAME

    if arguments.accepted is not None:
        return arguments.accepted, str(near(arguments.accepted))
    if new.root is None:
        return None
    path = new.root / FILE_NAME
    return path, new.show(path)


def _accepted(new: Side, arguments: DiffArguments, today: date) -> AcceptedChanges:
    from accord.review.accepted import AcceptedChanges, read_accepted

    place = _list_of(new, arguments)
    if place is None:
        return AcceptedChanges()
    path, display = place
    if arguments.accepted is not None and not path.is_file():
        raise UsageError(
            f"{display}: there is no such file", hint="--accepted names a list of accepted changes."
        )
    return read_accepted(path, display=display, today=today)


def _findings(
    comparisons: Sequence[Comparison], accepted: AcceptedChanges, *, semver: bool, is_whole: bool
) -> tuple[Diagnostic, ...]:
    from accord.review.accepted import unused
    from accord.review.gate import version_findings

    found = list(accepted.findings)
    if is_whole:  # another version may have what an entry accepts
        found += unused(accepted.entries, comparisons)
    if semver:
        found += (finding for comparison in comparisons for finding in version_findings(comparison))
    return sort_diagnostics(found)


def _is_whole(new: Side) -> bool:
    """Whether every contract that the list of accepted changes is for was compared."""
    from accord.source.discover import find_contracts

    if new.is_set or new.root is None:
        return True
    try:
        beside = find_contracts(new.root)
    except UsageError:
        return True
    return {entry.name for entry in beside} <= {entry.name for entry in new.contracts}


def _accept(
    new: Side, arguments: DiffArguments, entry: AcceptRequest, comparisons: Sequence[Comparison], today: date
) -> None:
    from accord.emit.tree import Tree, write_tree
    from accord.review.accepted import append

    place = _list_of(new, arguments)
    if place is None or (new.label and arguments.accepted is None):
        raise UsageError(
            "nothing can be accepted in a revision of git", hint="Compare with the working tree."
        )
    changes = [change for comparison in comparisons for change in comparison.report.changes]
    named = [change for change in changes if change.fingerprint == entry.fingerprint]
    change = next((candidate for candidate in named if candidate.status != "compatible"), None)
    if change is None:
        why = "is a compatible change" if named else "is not the fingerprint of a change"
        raise UsageError(
            f"{entry.fingerprint} {why}", hint="`accord diff` prints the fingerprint of each change."
        )
    if not entry.reason.strip():
        raise UsageError("a reason is missing", hint="Say by --reason why the change is accepted.")
    if entry.until is not None and entry.until < today:
        raise UsageError(f"{entry.until} has passed", hint="Give a future date by --until.")
    path, display = place
    text = append(path, change, entry, display=display, today=today)
    write_tree(Tree({path.name: text}), path.parent)
