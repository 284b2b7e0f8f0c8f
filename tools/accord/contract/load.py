"""The loader: a :class:`~accord.source.document.Document` becomes an :class:`~accord.contract.model.Api`. OpenAPI 3.0, 3.1
and 3.2 meet here.

One bad part never fails the document: it becomes a finding at its place, and an operation with such a part keeps
existing with ``faults``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from accord.contract.load_context import At, LoadContext
from accord.contract.load_faults import break_cycles, spread_faults
from accord.contract.load_media import MediaLoader
from accord.contract.load_names import Names, Section
from accord.contract.load_operations import Inherited, OperationLoader, ResponseLoader, load_servers
from accord.contract.load_parameters import ParameterLoader
from accord.contract.load_schema import SchemaLoader
from accord.contract.load_security import load_requirements, load_scheme
from accord.contract.model import Api, Info, Link, Operation, Response, SecurityScheme, Tag
from accord.contract.visit import with_operations
from accord.diagnostics import Diagnostic
from accord.source.document import Document
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode, ScalarNode
from accord.source.pointer import join


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A contract and what is wrong with it. ``names`` says what the bundle calls each target of a reference."""

    api: Api
    diagnostics: tuple[Diagnostic, ...]
    names: Names


def load_api(document: Document, *, name: str) -> Loaded:
    """Load the contract *document* under the name *name*. ``diagnostics`` does not repeat those of the document's own text."""
    return _Loader(document).load(name)


class _Loader:
    """One run of the loader: makes its parts, and calls them in the order in which they need each other."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.root = document.root_node
        self.at = At(node=document.root_node, base=document.base)
        self.context = LoadContext(document)
        self.schemas = SchemaLoader(self.context)
        self.media = MediaLoader(self.context, self.schemas)
        self.parameters = ParameterLoader(self.context, self.media)
        self.responses = ResponseLoader(self.context, self.media)
        components = self.context.mapping(self.root.get("components"), "`components`")
        # A stand-in, so that what follows need not ask whether there are components.
        self.components = MappingNode({}, document.entry, 1, 1) if components is None else components

    def load(self, name: str) -> Loaded:
        """The whole contract under the name *name*."""
        context, root = self.context, self.root
        dialect = root.get("jsonSchemaDialect")
        if isinstance(dialect, ScalarNode):
            self.schemas.check_dialect(dialect)
        security = load_requirements(context, root.get("security")) or ()
        servers = load_servers(context, root.get("servers")) or ()
        loader = OperationLoader(
            context=context,
            parameters=self.parameters,
            responses=self.responses,
            inherited=Inherited(security=security, servers=servers),
        )
        # Declared components claim their names before anything refers to them.
        for entry in self._section("schemas"):
            self.schemas.require(context.names.entry_component("schemas", entry))
        schemes = self._security_schemes()
        self._declared_shared(loader)
        operations = loader.paths(self._child("paths"))
        webhooks = loader.webhooks(self._child("webhooks"))
        # Only now: operations, webhooks and shared objects have named the schemas that they refer to.
        self.schemas.drain()
        # A link may name an operation that stands below it.
        links = LinkResolver(self.document, loader, operations)
        broken = break_cycles(context, self.schemas)
        api = Api(
            name=name,
            spec_version=self.document.version,
            openapi=self.document.openapi,
            info=self._info(),
            servers=servers,
            operations=tuple(map(links.operation, operations)),
            webhooks=with_operations(webhooks, links.operation),
            schemas=MappingProxyType(broken),
            responses=MappingProxyType({key: links.response(r) for key, r in self.responses.shared.items()}),
            parameters=MappingProxyType(self.parameters.shared),
            security_schemes=MappingProxyType(schemes),
            security=security,
            tags=self._tags(),
            extensions=context.extensions(root),
            span=root.span,
        )
        # A schema is loaded apart from the operations that use it, so its faults come to them in the end.
        api = spread_faults(api, self.schemas.faults)
        return Loaded(api=api, diagnostics=tuple(context.diagnostics), names=context.names)

    def _child(self, key: str) -> At:
        """A member of the root; an empty object where there is none, so that nothing is loaded."""
        node = self.root.get(key)
        return self.at.to(MappingNode({}, self.document.entry, 1, 1) if node is None else node)

    def _section(self, section: Section) -> Iterator[Entry]:
        """The entries of one section of ``components``."""
        yield from self.context.entries(self.components.get(section), f"`components.{section}`")

    def _security_schemes(self) -> dict[str, SecurityScheme]:
        """The security schemes by their keys, by which requirements name them."""
        schemes: dict[str, SecurityScheme] = {}
        for entry in self._section("securitySchemes"):
            scheme = load_scheme(self.context, entry, self.at.to(entry.value))
            if scheme is not None:
                schemes[entry.key] = replace(scheme, name=entry.key)
        return schemes

    def _declared_shared(self, loader: OperationLoader) -> None:
        """Load every shared object of the entry, so that faults in unused ones are found too."""
        load: dict[Section, Callable[[Entry, At], object]] = {
            "parameters": lambda _, at: self.parameters.parameter(at),
            "responses": self.responses.response,
            "requestBodies": lambda _, at: self.parameters.body(at),
            "headers": self.media.header,
            "examples": self.media.example,
            "links": self.responses.link,
            "callbacks": loader.callback,
            "mediaTypes": self.media.media_type,
            "pathItems": lambda entry, at: loader.path_item(
                entry, at, join("/components/pathItems", entry.key)
            ),
        }
        for section, load_entry in load.items():
            for entry in self._section(section):
                target = self.context.names.entry_component(section, entry)
                # As its users will see it: with its name.
                load_entry(entry, At(node=entry.value, base=self.at.base, target=target))

    def _info(self) -> Info:
        """The Info object; an empty one where it is missing, which the structure stage of lint reports."""
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
        """The declared tags that have a name."""
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


class LinkResolver:
    """Finds the operation that each link names and sets ``Link.target``; one that names nothing keeps ``None``, which a rule
    reports."""

    def __init__(
        self, document: Document, loader: OperationLoader, operations: tuple[Operation, ...]
    ) -> None:
        self._document = document
        self._places = loader.keys
        self._bases: Mapping[tuple[str, int, int], Base] = loader.responses.link_bases
        self._by_id: dict[str, tuple[str, str]] = {}
        for operation in operations:
            if operation.operation_id is not None:
                self._by_id.setdefault(operation.operation_id, (operation.method, operation.path))

    def response(self, response: Response) -> Response:
        """The same for one response."""
        if not response.links:
            return response
        return replace(
            response, links=tuple([replace(link, target=self._target(link)) for link in response.links])
        )

    def operation(self, operation: Operation) -> Operation:
        """*operation* with its links resolved, those of its callbacks included."""
        has_links = any(response.links for response in operation.responses)
        if not has_links and not operation.callbacks:
            return operation
        return replace(
            operation,
            responses=tuple([self.response(response) for response in operation.responses]),
            callbacks=with_operations(operation.callbacks, self.operation),
        )

    def _target(self, link: Link) -> tuple[str, str] | None:
        """Method and path of the operation that *link* names; ``None`` where it names none."""
        if link.operation_id is not None:
            return self._by_id.get(link.operation_id)
        if link.operation_ref is None:
            return None
        base = self._bases.get((link.span.file, link.span.line, link.span.column), self._document.base)
        found = self._document.resolve(link.operation_ref, base, at=link.span)
        if isinstance(found, Diagnostic):
            return None
        return self._places.get((found.span.file, found.span.line, found.span.column))
