"""The whole scaffold: what is new, what existing files get, what would change in them, and what is to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst

from accord.diagnostics import Diagnostic, Span, warning
from accord.emit.python.format import format_sources
from accord.emit.python.generate import GenerateResult
from accord.emit.python.plan import PyVersion
from accord.emit.python.text import docstring
from accord.emit.scaffold.before import Before, former_contract
from accord.emit.scaffold.classes import Base, ClassIndex, OwnClass
from accord.emit.scaffold.examine import UPDATE_HINT, Context, examine, not_implemented
from accord.emit.scaffold.fresh import (
    PRINCIPAL_MODULE,
    Packages,
    install_call,
    print_app,
    print_group,
    print_security,
)
from accord.emit.scaffold.rewrite import Principals, Rewriter, Work
from accord.emit.scaffold.source import SourceModule, Unreadable, module_name
from accord.emit.scaffold.wanted import WantedClass, wanted_classes
from accord.emit.scaffold.wiring import install_arguments, install_calls, unbound
from accord.emit.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaffoldOptions:
    """Where the scaffold goes.

    ``folder`` is the folder of implementations as findings show it, ``package`` its import name, ``generated`` the
    import name of the generated code, ``former`` the folder of the code that was generated last (``None``: there is none).
    """

    folder: Path
    package: str = "impl"
    generated: str = "generated"
    former: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """What is to be written and told.

    ``tree`` holds new files and files with methods of new operations, ``updated`` the same with changed headers of
    existing methods. ``added`` are the methods by file. ``missing`` is settled by ``tree``, ``pending`` by ``updated``,
    ``unbound`` and ``diagnostics`` only by hand. A file that cannot be read leaves both trees empty.
    """

    tree: Tree
    updated: Tree
    kept: tuple[str, ...]
    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    missing: tuple[Diagnostic, ...] = ()
    pending: tuple[Diagnostic, ...] = ()
    unbound: tuple[Diagnostic, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def scaffold(result: GenerateResult, options: ScaffoldOptions) -> Scaffold:
    """Plan the scaffold for what was generated.

    Raises:
        OSError: an existing file cannot be read.
        EnvironmentFaultError: the formatter is not installed.
    """
    modules, broken = _read(options)
    if broken:
        return Scaffold(tree=Tree({}), updated=Tree({}), kept=(), diagnostics=tuple(broken))
    planner = _ScaffoldPlanner(result, options, modules)
    return planner.plan()


def _read(options: ScaffoldOptions) -> tuple[list[SourceModule], list[Diagnostic]]:
    """Every file below the folder of implementations, and a finding for each that is no Python."""
    modules: list[SourceModule] = []
    broken: list[Diagnostic] = []
    root = options.folder
    for file in sorted(root.rglob("*.py")) if root.is_dir() else ():
        try:
            modules.append(SourceModule.read(file, root=root, package=options.package))
        except Unreadable as error:
            place = Span(file.as_posix(), error.line, error.column)
            hint = "Repair it and scaffold again; nothing was written."
            broken.append(Diagnostic(code="python-unreadable", message=str(error), span=place, hint=hint))
    return modules, broken


class _ScaffoldPlanner:
    def __init__(
        self, result: GenerateResult, options: ScaffoldOptions, modules: Sequence[SourceModule]
    ) -> None:
        self._result = result
        self._options = options
        self._modules = modules
        self._index = ClassIndex(modules)
        self._principals = Principals(index=self._index, package=options.package)
        self._defaults: dict[str, str] = {}
        self._work: dict[str, Work] = {}
        self._kept: set[str] = set()
        self._providers: dict[str, str] = {}
        self._missing: list[Diagnostic] = []
        self._pending: list[Diagnostic] = []
        self._found: list[Diagnostic] = []

    def plan(self) -> Scaffold:
        """The scaffold."""
        fresh: dict[str, str] = {}
        unbound_: list[Diagnostic] = []
        wired = True
        for version, folder in zip(self._result.versions, self._result.packages, strict=True):
            fresh |= self._version(version, folder)
            calls = install_calls(self._index, self._modules, f"{self._options.generated}.{folder}")
            known = install_arguments(version)
            unbound_ += [diagnostic for call in calls for diagnostic in unbound(call, known, self._providers)]
            wired = wired and bool(calls)
        if not wired:
            fresh |= self._application()
        # A package of its own, not a namespace: another one of the same name elsewhere must not hide it.
        fresh["__init__.py"] = docstring("Implementations of the contracts", indent=0)
        existing = {path for path in fresh if (self._options.folder / path).exists()}
        others = ["app.py", *(f"{folder}/principal.py" for folder in self._result.packages)]
        self._kept |= {*existing, *(path for path in others if (self._options.folder / path).exists())}
        new = format_sources({path: text for path, text in fresh.items() if path not in existing})
        rewriter = Rewriter(self._options.folder, self._principals, self._defaults, self._options.generated)
        inserted = {
            path: rewriter.text(work, update=False) for path, work in self._work.items() if work.inserts
        }
        updated = {path: rewriter.text(work, update=True) for path, work in self._work.items()}
        return self._scaffold({**new, **inserted}, {**new, **updated}, unbound_)

    def _scaffold(
        self, tree: Mapping[str, str], updated: Mapping[str, str], unbound_: Sequence[Diagnostic]
    ) -> Scaffold:
        added = {
            path: tuple(method.name for _cls, _wanted, method in work.inserts)
            for path, work in self._work.items()
            if work.inserts and path in tree
        }
        places = [Span((self._options.folder / path).as_posix(), 1, 1) for path in tree if path not in added]
        absent = [
            warning("implementation-file-missing", "the file is missing", place, "run: accord scaffold")
            for place in places
        ]
        return Scaffold(
            tree=Tree(tree),
            updated=Tree(updated),
            kept=tuple(sorted(self._kept)),
            added=added,
            missing=(*self._missing, *absent),
            pending=tuple(self._pending),
            unbound=tuple(unbound_),
            diagnostics=tuple(self._found),
        )

    def _version(self, version: PyVersion, folder: str) -> dict[str, str]:
        """The fresh files of a version; what existing classes lack is noted on the way."""
        options = self._options
        package = f"{options.generated}.{folder}"
        classes = list(wanted_classes(version, folder=folder, package=package))
        self._defaults[folder] = self._principals.default(classes, folder)
        before = Before()
        if options.former is not None:
            protocols = self._result.tree[f"{folder}/protocols.py"]
            before = former_contract(options.former, folder, protocols)
        context = Context(
            index=self._index,
            classes=classes,
            before=before,
            generated=options.generated,
        )
        given: set[tuple[str, str]] = set()
        fresh: dict[str, str] = {
            f"{folder}/__init__.py": docstring(f"Implementation of {version.source}", indent=0)
        }
        groups = {group.argument: group for group in version.groups}
        self._providers = {}
        vanished = self._index.of_vanished_protocol(
            f"{package}.protocols", [wanted.protocol for wanted in classes]
        )
        heirs = self._regrouped(vanished, classes)
        for wanted in classes:
            if wanted.protocol not in heirs and not self._existing(wanted, context, given):
                principal = self._defaults[folder]
                if wanted.name == "Security" and wanted.argument not in groups:
                    fresh[wanted.file] = print_security(version, package, principal)
                else:
                    fresh[wanted.file] = print_group(version, groups[wanted.argument], package, principal)
        uses = any("principal" in text for text in fresh.values()) or any(
            work.inserts or work.rebases for work in self._work.values()
        )
        if uses and version.schemes and self._defaults[folder] == self._principals.own(folder):
            fresh[f"{folder}/principal.py"] = PRINCIPAL_MODULE
        return fresh

    def _existing(self, wanted: WantedClass, context: Context, given: set[tuple[str, str]]) -> bool:
        """Look at the classes that implement *wanted*; whether there is one, or a file in the way of a fresh one."""
        found = self._index.implementations(wanted.protocol, wanted.folder)
        for cls in found:
            self._kept.add(cls.module.path)
            self._class(cls, wanted, context, given)
            if wanted.argument in cls.module.taken:
                self._providers[wanted.argument] = cls.module.name
        place = self._options.folder / wanted.file
        if not found and place.exists():
            self._kept.add(wanted.file)
            self._found.append(_without_class(wanted, place))
            return True
        if not found:
            self._providers[wanted.argument] = module_name(wanted.file, self._options.package)
        return bool(found)

    def _regrouped(
        self, vanished: Sequence[tuple[OwnClass, Base]], classes: Sequence[WantedClass]
    ) -> set[str]:
        """Tell which classes implement protocols that are gone; the protocols that such a class implements under
        another name are not to be started anew."""
        heirs: set[str] = set()
        for cls, base in vanished:
            heirless = (
                heir for heir in classes if not self._index.implementations(heir.protocol, heir.folder)
            )
            wanted = next(
                (heir for heir in heirless if any(method.name in cls.methods for method in heir.methods)),
                None,
            )
            self._kept.add(cls.module.path)
            place = cls.module.place(cls.node)
            if wanted is None:
                message = (
                    f"the contract has no operations for {base.last} any more, which {cls.name} implements"
                )
                hint = "Remove the class, or what is left of it; nothing is removed for you."
                self._found.append(warning("protocol-unknown", message, place, hint))
                continue
            heirs.add(wanted.protocol)
            value = base.node.value
            value = value.value if isinstance(value, cst.Subscript) else value
            then = "then scaffold again"
            if isinstance(value, cst.Attribute) and not self._is_link(cls.module.path):
                self._for(cls.module).regroups.append((value.attr, wanted.name))
                then = "or run: accord scaffold --update-signatures"
            message = f"{base.last} was renamed to {wanted.name}, which {cls.name} has to implement"
            hint = f"Change the base to {wanted.name}, {then}"
            self._pending.append(warning("protocol-renamed", message, place, hint))
        return heirs

    def _class(
        self, cls: OwnClass, wanted: WantedClass, context: Context, given: set[tuple[str, str]]
    ) -> None:
        done = examine(cls, wanted, context, given)
        self._found += done.findings
        self._pending += done.pending
        for owner, method in done.missing:
            if self._is_link(owner.module.path):
                hint = "Add it by hand: a symbolic link is not written."
                self._found.append(not_implemented(owner, method, hint))
                continue
            self._missing.append(not_implemented(owner, method, "run: accord scaffold"))
            given.add((owner.qualified, method.name))
            self._for(owner.module).inserts.append((owner, wanted, method))
        for update in done.updates:
            if not self._is_link(update.owner.module.path):
                self._for(update.owner.module).updates.append((wanted, update))
        self._rebase(cls, wanted)

    def _rebase(self, cls: OwnClass, wanted: WantedClass) -> None:
        """Note a base that has to name a principal since an operation is protected, or may not since none is."""
        found = self._index.protocol_base(cls, wanted.protocol, wanted.folder)
        if found is None or (found[1].argument is not None) == wanted.generic:
            return
        owner, base = found
        self._for(owner.module).rebases.append((wanted, base))
        self._pending.append(_rebased(owner, base, wanted))

    def _for(self, module: SourceModule) -> Work:
        return self._work.setdefault(module.path, Work(module=module))

    def _is_link(self, path: str) -> bool:
        return (self._options.folder / path).is_symlink()

    def _application(self) -> dict[str, str]:
        """A fresh application; one that exists is told what it does not serve."""
        options, result = self._options, self._result
        place = options.folder / "app.py"
        if place.exists():
            self._found += self._not_installed(place)
        errors = [
            folder
            for folder in result.packages
            for module in self._modules
            if module.path == f"{folder}/errors.py" and "errors" in module.aliases
        ]
        places = Packages(implementation=options.package, generated=options.generated)
        return {"app.py": print_app(result.versions, result.packages, places, errors)}

    def _not_installed(self, app: Path) -> Iterator[Diagnostic]:
        for version, folder in zip(self._result.versions, self._result.packages, strict=True):
            if not install_calls(self._index, self._modules, f"{self._options.generated}.{folder}"):
                place = Span(app.as_posix(), 1, 1)
                hint = f"Add: {install_call(version, folder)}"
                yield warning("version-not-installed", f"{version.source} is not served here", place, hint)


def _rebased(cls: OwnClass, base: Base, wanted: WantedClass) -> Diagnostic:
    message = (
        f"{wanted.name} takes a principal now, which the base of {cls.name} does not name"
        if base.argument is None
        else f"{wanted.name} takes no principal any more, which the base of {cls.name} names"
    )
    return warning("signature-changed", message, cls.module.place(cls.node), UPDATE_HINT)


def _without_class(wanted: WantedClass, file: Path) -> Diagnostic:
    return Diagnostic(
        code="implementation-missing",
        message=f"no class here implements {wanted.name}",
        span=Span(file.as_posix(), 1, 1),
        hint=f"Subclass {wanted.protocol.split('.')[-2]}.{wanted.name}, or move the file away and scaffold again.",
    )
