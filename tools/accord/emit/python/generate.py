"""``accord generate``: contracts in, one tree with a package for each version out."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from accord.config import TypeMapping
from accord.contract.model import Api
from accord.contract.schema import JsonValue
from accord.diagnostics import Diagnostic, sort_diagnostics
from accord.emit.python.audit import audit
from accord.emit.python.custom_types import FORMAT, findings
from accord.emit.python.format import format_sources
from accord.emit.python.guard import Formats, Guard
from accord.emit.python.naming import Names, snake
from accord.emit.python.package import json_text, manifest, print_init, print_package, published
from accord.emit.python.plain_formats import without_restricting_formats
from accord.emit.python.plan import PyVersion, ResponseClass
from accord.emit.python.planner import Plan, plan_version
from accord.emit.python.protocols import print_protocols
from accord.emit.python.responses import print_responses
from accord.emit.python.routers import print_routers
from accord.emit.python.security import print_security
from accord.emit.python.types import SchemaTypes
from accord.emit.python.webhooks import print_webhooks
from accord.emit.tree import MANIFEST, Tree

COMMON = "common"
"""Folder of what several versions share, in ``spec/`` and in ``generated/``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSource:
    """A contract to generate from.

    ``bundle`` is the bundled document, ``files`` the texts of its files by their path below the folder of all
    contracts, ``source`` what the header of generated files calls it (``spec/v1/``, ``petstore.yaml``).
    """

    api: Api
    bundle: Mapping[str, JsonValue]
    files: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateOptions:
    """``formats`` says whether ``format`` is asserted. ``common`` and ``root`` are what headers call the folder of
    shared parts and the folder of all contracts. ``types`` are types of the project's own."""

    formats: Formats = "assert"
    common: str = "spec/common/"
    root: str = "spec/"
    types: tuple[TypeMapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateResult:
    """The tree of the generated folder, the versions with the names of their packages, and everything found."""

    tree: Tree
    versions: tuple[PyVersion, ...]
    packages: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def generate(contracts: Sequence[ContractSource], options: GenerateOptions | None = None) -> GenerateResult:
    """Generate a package for each of *contracts*, and one of what they share.

    Contracts that share files are generated together: ``generated/common`` is made from all of them.

    Raises:
        EnvironmentFaultError: the formatter is not installed.
    """
    options = options or GenerateOptions()
    if options.formats == "annotate":
        contracts = _unrestricted(contracts, options)
    apis = [contract.api for contract in contracts]
    shared = SchemaTypes.for_common(apis, source=options.common, mappings=options.types)
    types = [
        SchemaTypes(contract.api, shared=shared, source=contract.source, mappings=options.types)
        for contract in contracts
    ]
    plans = [
        plan_version(
            contract.api,
            source=contract.source,
            types=own,
            guard=Guard(contract.api, options.formats, own_types=bool(options.types)),
        )
        for contract, own in zip(contracts, types, strict=True)
    ]
    versions, common = _share([plan.version for plan in plans])
    packages = package_names([contract.api.name for contract in contracts])
    files: dict[str, str] = {
        "__init__.py": print_package(options.root, f"Packages generated from {options.root}")
    }
    for index, package in enumerate(packages):
        own_files = _version_files(versions[index], common, plans[index], types[index])
        files.update({f"{package}/{path}": text for path, text in own_files.items()})
    common_models = shared.modules()
    if len(common_models) > 1 or common:  # more than the empty package
        own_files = _common_files(common, common_models, options)
        files.update({f"{COMMON}/{path}": text for path, text in own_files.items()})
    formatted = format_sources(files)
    audit(formatted, modules=[type_.module.partition(".")[0] for type_ in options.types])
    for contract, package in zip(contracts, packages, strict=True):
        formatted[f"{package}/openapi.json"] = published(contract.bundle)
        formatted[f"{package}/{MANIFEST}"] = _manifest(formatted, package, contract.files)
    if any(path.startswith(f"{COMMON}/") for path in formatted):
        shared_files = {
            path: text
            for contract in contracts
            for path, text in contract.files.items()
            if path.startswith(f"{COMMON}/")
        }
        formatted[f"{COMMON}/{MANIFEST}"] = _manifest(formatted, COMMON, shared_files)
    found = [diagnostic for plan in plans for diagnostic in plan.diagnostics]
    found += [diagnostic for each in (shared, *types) for diagnostic in each.diagnostics]
    found += findings(options.types, apis)
    return GenerateResult(
        tree=Tree(formatted),
        versions=tuple(versions),
        packages=packages,
        diagnostics=sort_diagnostics(found),
    )


def package_names(contracts: Sequence[str]) -> tuple[str, ...]:
    """The package of each contract: its name where that is an identifier, otherwise one made from it."""
    names = Names(COMMON)
    given: list[str] = []
    for contract in contracts:
        name = contract if contract.isidentifier() else snake(contract, prefix="api")
        given.append(names.give(f"{name}_" if keyword.iskeyword(name) else name, source=contract))
    return tuple(given)


def _version_files(
    version: PyVersion, common: Sequence[ResponseClass], plan: Plan, types: SchemaTypes
) -> dict[str, str]:
    own = [cls for cls in version.responses if not cls.common]
    names = {cls.name for cls in version.responses if cls.common}
    return {
        "__init__.py": print_init(version.source, version.title),
        "py.typed": "",
        "guard.json": json_text(plan.guard.document()),
        "protocols.py": print_protocols(version),
        "responses.py": print_responses(
            own, source=version.source, common=[cls for cls in common if cls.name in names]
        ),
        "routers.py": print_routers(version),
        "security.py": print_security(version),
        **({"webhooks.py": print_webhooks(plan.sent, source=version.source)} if plan.sent else {}),
        **types.modules(),
    }


def _common_files(
    classes: Sequence[ResponseClass], models: Mapping[str, str], options: GenerateOptions
) -> dict[str, str]:
    return {
        "__init__.py": print_package(options.common, f"What the versions share, from {options.common}"),
        "py.typed": "",
        "responses.py": print_responses(classes, source=options.common),
        **models,
    }


def _unrestricted(contracts: Sequence[ContractSource], options: GenerateOptions) -> list[ContractSource]:
    mapped = {type_.key.removeprefix(FORMAT) for type_ in options.types if type_.key.startswith(FORMAT)}
    return [
        replace(contract, api=without_restricting_formats(contract.api, mapped)) for contract in contracts
    ]


def _share(versions: Sequence[PyVersion]) -> tuple[list[PyVersion], list[ResponseClass]]:
    """Merge the classes of common responses over all versions, by name.

    A class that a version describes differently from the first one stays with that version.
    """
    merged: dict[str, ResponseClass] = {}
    shared: list[PyVersion] = []
    for version in versions:
        responses: list[ResponseClass] = []
        for cls in version.responses:
            known = merged.get(cls.name)
            if not cls.common or (known is not None and replace(known, statuses=cls.statuses) != cls):
                responses.append(replace(cls, common=False))
                continue
            statuses = {*cls.statuses, *(() if known is None else known.statuses)}
            merged[cls.name] = replace(cls, statuses=tuple(sorted(statuses)))
            responses.append(cls)
        shared.append(replace(version, responses=tuple(responses)))
    return shared, [merged[name] for name in sorted(merged)]


def _manifest(files: Mapping[str, str], package: str, contract: Mapping[str, str]) -> str:
    start = f"{package}/"
    own = {path.removeprefix(start): text for path, text in files.items() if path.startswith(start)}
    return manifest(contracts=contract, files=own)
