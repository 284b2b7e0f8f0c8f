"""Document -> Api. OpenAPI 3.0, 3.1 and 3.2 meet here.

One bad part never fails the document: it becomes a finding at its place, and an operation with such a part keeps
existing with ``faults``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from accord.contract.load_context import At, Context
from accord.contract.load_faults import break_cycles, spread_faults
from accord.contract.load_links import LinkResolver
from accord.contract.load_media import MediaLoader
from accord.contract.load_names import Names, Section
from accord.contract.load_operations import Inherited, OperationLoader
from accord.contract.load_parameters import ParameterLoader
from accord.contract.load_responses import ResponseLoader
from accord.contract.load_schema import SchemaLoader
from accord.contract.load_security import load_requirements, load_scheme
from accord.contract.load_servers import load_servers
from accord.contract.model import Api, Info, SecurityScheme, Tag
from accord.diagnostics import Diagnostic
from accord.source.document import Document
from accord.source.node import Entry, MappingNode, ScalarNode
from accord.source.pointer import join


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A contract and what is wrong with it. ``names`` says what the bundle calls each target of a reference."""

    api: Api
    diagnostics: tuple[Diagnostic, ...]
    names: Names


def load_api(document: Document, *, name: str) -> Loaded:
    """Load the whole contract. ``diagnostics`` does not repeat those of the document's own text."""
    return _Loader(document).load(name)


class _Loader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.root = document.root_node
        self.at = At(node=document.root_node, base=document.base)
        self.context = Context(document)
        self.schemas = SchemaLoader(self.context)
        self.media = MediaLoader(self.context, self.schemas)
        self.parameters = ParameterLoader(self.context, self.media)
        self.responses = ResponseLoader(self.context, self.media)
        components = self.context.mapping(self.root.get("components"), "`components`")
        self.components = MappingNode({}, document.entry, 1, 1) if components is None else components

    def load(self, name: str) -> Loaded:
        context, root = self.context, self.root
        self._dialect()
        security = load_requirements(context, root.get("security")) or ()
        servers = load_servers(context, root.get("servers")) or ()
        loader = OperationLoader(
            context=context,
            parameters=self.parameters,
            responses=self.responses,
            inherited=Inherited(security=security, servers=servers),
        )
        self._declared_schemas()
        schemes = self._security_schemes()
        self._declared_shared(loader)
        operations = loader.paths(self._child("paths"))
        webhooks = loader.webhooks(self._child("webhooks"))
        self.schemas.drain()
        links = LinkResolver(self.document, loader, operations)
        broken = break_cycles(context, self.schemas)
        api = Api(
            name=name,
            spec_version=self.document.version,
            openapi=self.document.openapi,
            info=self._info(),
            servers=servers,
            operations=links.operations(operations),
            webhooks=links.webhooks(webhooks),
            schemas=MappingProxyType(broken),
            responses=MappingProxyType({key: links.response(r) for key, r in self.responses.shared.items()}),
            parameters=MappingProxyType(self.parameters.shared),
            security_schemes=MappingProxyType(schemes),
            security=security,
            tags=self._tags(),
            extensions=context.extensions(root),
            span=root.span,
        )
        api = spread_faults(api, self.schemas.faults)
        return Loaded(api=api, diagnostics=tuple(context.diagnostics), names=context.names)

    def _child(self, key: str) -> At:
        node = self.root.get(key)
        return self.at.to(MappingNode({}, self.document.entry, 1, 1) if node is None else node)

    def _dialect(self) -> None:
        dialect = self.root.get("jsonSchemaDialect")
        if isinstance(dialect, ScalarNode):
            self.schemas.check_dialect(dialect)

    def _section(self, section: Section) -> Iterator[Entry]:
        yield from self.context.entries(self.components.get(section), f"`components.{section}`")

    def _declared_schemas(self) -> None:
        for entry in self._section("schemas"):
            self.schemas.require(self.context.names.entry_component("schemas", entry))

    def _security_schemes(self) -> dict[str, SecurityScheme]:
        schemes: dict[str, SecurityScheme] = {}
        for entry in self._section("securitySchemes"):
            scheme = load_scheme(self.context, entry, self.at.to(entry.value))
            if scheme is not None:
                schemes[entry.key] = replace(scheme, name=entry.key)
        return schemes

    def _declared_shared(self, loader: OperationLoader) -> None:
        """Load every shared object of the entry, so that faults in unused ones are found too."""
        media = self.media
        for entry in self._section("parameters"):
            self.parameters.parameter(self._declared("parameters", entry))
        for entry in self._section("responses"):
            self.responses.response(entry, self._declared("responses", entry))
        for entry in self._section("requestBodies"):
            self.parameters.body(self._declared("requestBodies", entry))
        for entry in self._section("headers"):
            media.header(entry, self._declared("headers", entry))
        for entry in self._section("examples"):
            media.example(entry, self._declared("examples", entry))
        for entry in self._section("links"):
            self.responses.link(entry, self._declared("links", entry))
        for entry in self._section("callbacks"):
            loader.callback(entry, self._declared("callbacks", entry))
        for entry in self._section("mediaTypes"):
            media.media_type(entry, self._declared("mediaTypes", entry))
        for entry in self._section("pathItems"):
            pointer = join("/components/pathItems", entry.key)
            loader.path_item(entry, self._declared("pathItems", entry), pointer)

    def _declared(self, section: Section, entry: Entry) -> At:
        """A component as its users will see it: with its name."""
        return At(
            node=entry.value,
            base=self.at.base,
            target=self.context.names.entry_component(section, entry),
        )

    def _info(self) -> Info:
        context = self.context
        node = context.mapping(self.root.get("info"), "`info`")
        if node is None:
            return Info(title="", version="", span=self.root.span)
        return Info(
            title=context.text(node, "title") or "",
            version=context.text(node, "version") or "",
            summary=context.text(node, "summary"),
            description=context.text(node, "description"),
            terms_of_service=context.text(node, "termsOfService"),
            contact=context.plain_object(node, "contact"),
            license=context.plain_object(node, "license"),
            extensions=context.extensions(node),
            span=node.span,
        )

    def _tags(self) -> tuple[Tag, ...]:
        context = self.context
        tags: list[Tag] = []
        for item in context.items(self.root.get("tags"), "`tags`"):
            node = context.mapping(item, "a tag")
            name = None if node is None else context.required_text(node, "name", "the tag")
            if node is None or name is None:
                continue
            tags.append(
                Tag(
                    name=name,
                    summary=context.text(node, "summary"),
                    description=context.text(node, "description"),
                    parent=context.text(node, "parent"),
                    kind=context.text(node, "kind"),
                    span=node.span,
                )
            )
        return tuple(tags)
