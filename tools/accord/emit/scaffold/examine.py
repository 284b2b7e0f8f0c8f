"""One hand-written class against its protocol: what is missing, what changed, what left, and what has a new name."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import libcst as cst

from accord.diagnostics import Diagnostic, Severity, Span, warning
from accord.emit.scaffold.annotations import AnnotationReader
from accord.emit.scaffold.before import Before, FormerMethod
from accord.emit.scaffold.classes import Base, ClassIndex, OwnClass, OwnMethod
from accord.emit.scaffold.signatures import Change, Readers, compare, used_arguments
from accord.emit.scaffold.wanted import WantedClass, WantedMethod
from accord.emit.scaffold.words import need_of

Known: TypeAlias = Mapping[str, tuple[OwnClass, OwnMethod]]
"""Methods of a class with the class that has them, which may be a base."""

UPDATE_HINT: Final = "To apply the patch, run: accord scaffold --update-signatures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a class is held against: all classes, all protocols of its version, and the former contract."""

    index: ClassIndex
    classes: Sequence[WantedClass]
    before: Before
    generated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A method whose ``def`` has to change; ``owner`` is the class that has it."""

    owner: OwnClass
    method: OwnMethod
    wanted: WantedMethod
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of it. ``missing`` pairs each new method with the class that gets it, ``rebased`` are bases that have to
    name a principal, or may no more. ``pending`` findings are settled by an update, ``missing_findings`` by insertions."""

    missing: tuple[tuple[OwnClass, WantedMethod], ...]
    updates: tuple[Update, ...]
    findings: tuple[Diagnostic, ...]
    pending: tuple[Diagnostic, ...]


def examine(cls: OwnClass, wanted: WantedClass, context: Context, given: set[tuple[str, str]]) -> Examined:
    """Hold *cls* against *wanted*; *given* are methods that other classes get already, by class and name."""
    line = context.index.line(cls)
    known: dict[str, tuple[OwnClass, OwnMethod]] = {}
    for owner in line:
        for name, method in owner.methods.items():
            known.setdefault(name, (owner, method))
    absent = [
        method
        for method in wanted.methods
        if method.name not in known and not any((owner.qualified, method.name) in given for owner in line)
    ]
    orphans = _orphans(cls, wanted, context, known)
    renamed = _renamed(wanted, absent, orphans, context)
    new = [wanted_method for wanted_method in absent if wanted_method.name not in renamed]
    blind = _unseen_base(cls, wanted, context)
    findings = [*_left(wanted, orphans, renamed, context)]
    if blind is not None:
        findings += [_inherited(cls, wanted_method, blind) for wanted_method in new]
        new = []
    updates = [*_updates(wanted, known, context), *_renames(renamed, context)]
    findings += [use for update in updates for use in _uses(update)]
    findings += _rerouted(wanted, known, context)
    return Examined(
        missing=tuple((_receiver(cls, wanted, known, method.name, context.index), method) for method in new),
        updates=tuple(updates),
        findings=tuple(findings),
        pending=tuple(_pending(update) for update in updates),
    )


def _receiver(cls: OwnClass, wanted: WantedClass, known: Known, name: str, index: ClassIndex) -> OwnClass:
    """The class that gets a method: the one with the method before it, or else *cls*, the examined one. A base may get it
    if it implements the protocol too, and none of its heirs has one of that name, which the new one could hide."""
    order = [method.name for method in wanted.methods]
    before = next((text for text in reversed(order[: order.index(name)]) if text in known), None)
    owner = cls if before is None else known[before][0]
    place = (wanted.protocol, wanted.folder)
    if owner is cls or owner.is_protocol or index.protocol_base(owner, *place) is None:
        return cls
    heirs = [index.line(implementation) for implementation in index.implementations(*place)]
    hides = any(name in own_class.methods for line in heirs if owner in line for own_class in line)
    return cls if hides else owner


def _orphans(cls: OwnClass, wanted: WantedClass, context: Context, known: Known) -> Orphans:
    """Methods that were operations: the former contract says so, or ``@override`` does where nothing else can be meant."""
    others = _unseen_base(cls, wanted, context) is not None
    found: list[tuple[OwnClass, OwnMethod, FormerMethod | None]] = []
    for name, (owner, method) in known.items():
        if method.node is None or name.startswith("_") or wanted.method(name) is not None:
            continue
        former = context.before.method(wanted.name, name)
        line = context.index.line(owner)
        overrides = method.marked and not others and not any(name in base.methods for base in line[1:])
        if former is not None or overrides:
            found.append((owner, method, former))
    return found


def _unseen_base(cls: OwnClass, wanted: WantedClass, context: Context) -> Base | None:
    """A base whose methods cannot be seen, because it lies outside of the implementations."""
    for owner in context.index.line(cls):
        for base in owner.bases:
            top = (base.target or "").split(".", maxsplit=1)[0]
            if (
                base.node.keyword is None
                and context.index.get(base.target) is None
                and base.last not in {wanted.name, "object"}
                and not (base.target or "").startswith(f"{context.generated}.")
                and top not in sys.stdlib_module_names | {"typing_extensions"}
                and not any(own_class.name == base.last for own_class in context.index.line(owner)[1:])
            ):
                return base
    return None


def not_implemented(cls: OwnClass, method: WantedMethod, hint: str) -> Diagnostic:
    """The finding about a class that lacks a method, and what to do about it."""
    message = f"{method.shown} has no method {method.name!r} in {cls.name}"
    return warning("operation-not-implemented", message, cls.module.place(cls.node), hint)


def _inherited(cls: OwnClass, method: WantedMethod, base: Base) -> Diagnostic:
    hint = (
        f"If it does not inherit one from {base.last or 'its base'}, which is not seen here, add it by hand."
    )
    return not_implemented(cls, method, hint)


Orphans: TypeAlias = Sequence[tuple[OwnClass, OwnMethod, FormerMethod | None]]
Renamed: TypeAlias = Mapping[str, tuple[OwnClass, OwnMethod, WantedMethod]]


def _renamed(
    wanted: WantedClass, absent: Sequence[WantedMethod], orphans: Orphans, context: Context
) -> dict[str, tuple[OwnClass, OwnMethod, WantedMethod]]:
    """Orphans that are operations under a new name, by that name: of the same route, or of the same signature where the
    former route is not known and no other orphan or operation comes into question."""
    routes = {wanted_method.route: wanted_method for wanted_method in absent if wanted_method.route}
    found: dict[str, tuple[OwnClass, OwnMethod, WantedMethod]] = {}
    open_orphans: list[tuple[OwnClass, OwnMethod]] = []
    for owner, method, former in orphans:
        if former is None or not former.route:
            open_orphans.append((owner, method))
        elif former.route in routes:
            found[routes[former.route].name] = (owner, method, routes[former.route])
    free = [wanted_method for wanted_method in absent if wanted_method.name not in found]
    pairs = [
        (owner, method, wanted_method)
        for owner, method in open_orphans
        for wanted_method in free
        if _alike(owner, method, wanted_method, context, wanted)
    ]
    for owner, method, now in pairs:
        if sum(pair[1] is method for pair in pairs) == sum(pair[2] is now for pair in pairs) == 1:
            found[now.name] = (owner, method, now)
    return found


def _alike(
    owner: OwnClass, method: OwnMethod, wanted: WantedMethod, context: Context, group: WantedClass
) -> bool:
    """Whether the signatures are equal, up to the classes that are named after the operation."""
    signature = wanted.signature
    if method.node is None or method.node.returns is None:
        return False
    if not signature.arguments and signature.returns == "None":
        return False  # nothing that could be alike
    own = readers(owner, group, context, ours=_pascal(method.name), theirs=_pascal(wanted.name))
    return not compare(method.node, signature, own)


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def readers(
    owner: OwnClass, group: WantedClass, context: Context, *, ours: str = "", theirs: str = ""
) -> Readers:
    """How to read the annotations of a file and of the contract. *ours* and *theirs* are beginnings of class names that
    stand for the same operation."""
    package = group.protocol.rsplit(".", maxsplit=2)[0]
    targets = {"models": f"{package}.models", "responses": f"{package}.responses", "dt": "datetime"}
    targets |= {"Literal": "typing.Literal", "EventStream": "accord.runtime.EventStream"}
    for wanted in context.classes:
        for method in wanted.methods:
            for statement in method.imports:
                targets |= {need.bound: need.target for need in need_of(statement)}

    def contract(name: str) -> str | None:
        first, _, rest = name.partition(".")
        target = targets.get(first)
        return None if target is None else f"{target}.{rest}" if rest else target

    def own(name: str) -> str | None:
        target = context.index.resolve(owner.module, name)
        if target is None or not ours or not target.startswith(f"{context.generated}."):
            return target
        front, _, last = target.rpartition(".")
        return f"{front}.{theirs}{last.removeprefix(ours)}" if last.startswith(ours) else target

    return Readers(
        own=AnnotationReader(own, context.generated), contract=AnnotationReader(contract, context.generated)
    )


def _updates(wanted: WantedClass, known: Known, context: Context) -> Iterator[Update]:
    for wanted_method in wanted.methods:
        owner, method = known.get(wanted_method.name, (None, None))
        if owner is not None and method is not None and method.node is not None:
            former = context.before.method(wanted.name, wanted_method.name)
            signature = None if former is None else former.signature
            own = readers(owner, wanted, context)
            change = compare(method.node, wanted_method.signature, own, signature)
            if change:
                yield Update(owner=owner, method=method, wanted=wanted_method, change=change)


def _renames(renamed: Renamed, context: Context) -> Iterator[Update]:
    for owner, method, wanted_method in renamed.values():
        assert method.node is not None
        group = next(group for group in context.classes if group.method(wanted_method.name) is wanted_method)
        change = compare(method.node, wanted_method.signature, readers(owner, group, context))
        yield Update(owner=owner, method=method, wanted=wanted_method, change=change)


def _pending(update: Update) -> Diagnostic:
    method, wanted = update.method, update.wanted
    assert method.node is not None
    span = update.owner.module.place(method.node)
    if method.name != wanted.name:
        also = f", and {update.change}" if update.change else ""
        message = f"{method.name} was renamed to {wanted.name} ({wanted.shown}){also}"
        hint = "Rename the method, or run: accord scaffold --update-signatures"
        return warning("operation-renamed", message, span, hint)
    return warning("signature-changed", f"{wanted.shown}: {update.change}", span, UPDATE_HINT)


def _uses(update: Update) -> Iterable[Diagnostic]:
    """Places in the body that still use what the contract took away."""
    node, change = update.method.node, update.change
    assert node is not None
    hint = "Change the body: nothing else is done for it."
    if len(change.added) == len(change.removed) == 1:
        hint = f"Use {change.added[0]!r}, if that is its new name."
    for use in used_arguments(node, change.removed):
        message = f"{update.method.name} still uses {use.value!r}, which the contract no longer has"
        yield warning("argument-removed", message, update.owner.module.place(use), hint)


def _left(wanted: WantedClass, orphans: Orphans, renamed: Renamed, context: Context) -> Iterator[Diagnostic]:
    done = {id(method) for _owner, method, _wanted in renamed.values()}
    for owner, method, former in orphans:
        if id(method) in done:
            continue
        assert method.node is not None
        span = owner.module.place(method.node)
        target = _moved_to(method.name, wanted, former, context)
        if target is not None:
            group, now = target
            message = f"{method.name} belongs to {group.label} now, as {now.name} ({now.shown})"
            hint = f"Move the method to the class that implements {group.name}{_there(group, context)}."
            yield warning("operation-moved", message, span, hint)
        else:
            message = f"the contract has no operation of {wanted.label} with the method {method.name!r}"
            hint = "Remove it, or rename it after the operation that it implements."
            yield warning("operation-unknown", message, span, hint)


def _moved_to(
    name: str, wanted: WantedClass, former: FormerMethod | None, context: Context
) -> tuple[WantedClass, WantedMethod] | None:
    route = "" if former is None else former.route
    others = (group for group in context.classes if group is not wanted)
    methods = ((group, method) for group in others for method in group.methods)
    return next(
        (found for found in methods if found[1].name == name or (route and route == found[1].route)), None
    )


def _there(group: WantedClass, context: Context) -> str:
    found = context.index.implementations(group.protocol, group.folder)
    if not found:
        return ""
    place: Span = found[0].module.place(found[0].node)
    return f" ({place.file}:{place.line})"


def _rerouted(wanted: WantedClass, known: Known, context: Context) -> Iterator[Diagnostic]:
    """Operations that kept their name and answer another route."""
    for wanted_method in wanted.methods:
        former = context.before.method(wanted.name, wanted_method.name)
        if (
            wanted_method.name in known
            and former is not None
            and former.route not in {"", wanted_method.route}
        ):
            owner, method = known[wanted_method.name]
            node: cst.CSTNode = method.node or method.statement
            yield Diagnostic(
                code="operation-rerouted",
                message=f"{wanted_method.name} answers {wanted_method.route} instead of {former.route}",
                span=owner.module.place(node),
                hint="The method stays; check that it still does what is asked.",
                severity=Severity.INFO,
            )
