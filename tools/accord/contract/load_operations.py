"""Paths, webhooks and callbacks: path items, and in them operations with their servers and responses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from accord.contract.load_context import At, Found, LoadContext
from accord.contract.load_media import MediaLoader, component_of, overridden
from accord.contract.load_parameters import ParameterLoader, merge_parameters
from accord.contract.load_security import load_requirements
from accord.contract.model import (
    Callback,
    Link,
    Operation,
    Parameter,
    Response,
    SecurityRequirement,
    Server,
    ServerVariable,
    Webhook,
)
from accord.contract.schema import UNSET
from accord.diagnostics import Diagnostic
from accord.source.data import to_data
from accord.source.grammar import METHODS
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode, Node
from accord.source.pointer import join


class ResponseLoader:
    """Loads responses. The targets of links are filled in when every operation is known, by
    :class:`~accord.contract.load.LinkResolver`."""

    def __init__(self, context: LoadContext, media: MediaLoader) -> None:
        self.context = context
        self.media = media
        self.shared: dict[str, Response] = {}
        self.link_bases: dict[tuple[str, int, int], Base] = {}

    def responses(self, mapping: MappingNode, at: At) -> tuple[Response, ...]:
        """The responses of an operation, in order."""
        loaded = [
            self.response(entry, at.to(entry.value))
            for entry in self.context.entries(mapping.get("responses"), "`responses`")
            if not entry.key.startswith("x-")
        ]
        return tuple(item for item in loaded if item is not None)

    def response(self, entry: Entry, at: At) -> Response | None:
        """One response, behind its reference if it is one."""
        context = self.context
        found = context.follow(at, "responses", "a response")
        if found is None:
            return None
        loaded = context.cached("responses", found.key, lambda: self._response(found))
        if loaded is None:
            return None
        component = component_of(found.named)
        if found.named is not None and found.named.component:
            shared = replace(loaded, component=component, span=found.named.target.span)
            self.shared.setdefault(found.named.name, shared)
        if found.siblings:
            loaded = replace(
                loaded,
                description=overridden(context, found, "description") or "",
                summary=overridden(context, found, "summary"),
            )
        return replace(loaded, status=canonical_status(entry.key), component=component, span=entry.span)

    def _response(self, found: Found) -> Response:
        """A Response object, still without its status."""
        context, node = self.context, found.node
        # No response is worse for a broken link.
        links = context.aside(partial(self._links, node, found))
        return Response(
            status="",
            description=context.text(node, "description") or "",
            summary=context.text(node, "summary"),
            headers=self.media.headers(node, found.base),
            content=self.media.content(node, found.base),
            links=links,
            extensions=context.extensions(node),
            span=node.span,
        )

    def _links(self, node: MappingNode, found: Found) -> tuple[Link, ...]:
        """The links of a response that can be read."""
        entries = self.context.entries(node.get("links"), "`links`")
        links = [self.link(entry, found.to(entry.value)) for entry in entries]
        return tuple(item for item in links if item is not None)

    def link(self, entry: Entry, at: At) -> Link | None:
        """One link, behind its reference if it is one."""
        context = self.context
        found = context.follow(at, "links", "a link")
        if found is None:
            return None
        node = found.node
        parameters = context.entries(node.get("parameters"), "`parameters` of a link")
        request_body = node.get("requestBody")
        link = Link(
            name=entry.key,
            operation_id=context.text(node, "operationId"),
            operation_ref=context.text(node, "operationRef"),
            parameters=tuple([(item.key, to_data(item.value)) for item in parameters]),
            request_body=UNSET if request_body is None else to_data(request_body),
            description=overridden(context, found, "description"),
            component=component_of(found.named),
            extensions=context.extensions(node),
            span=entry.span,
        )
        # `operationRef` is a URI, relative to the file that the link stands in.
        self.link_bases[entry.span.file, entry.line, entry.column] = found.base
        return link


def canonical_status(key: str) -> str:
    """Ranges in capitals: ``4xx`` is ``4XX``; everything else as written."""
    return key.upper() if len(key) == 3 and key[1:].lower() == "xx" else key


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """What the document says for operations that do not say otherwise."""

    security: tuple[SecurityRequirement, ...] = ()
    servers: tuple[Server, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """What a path item says for its operations."""

    path: Entry
    parameters: tuple[Parameter, ...]
    servers: tuple[Server, ...] | None
    summary: str | None
    description: str | None
    faults: tuple[Diagnostic, ...]


@dataclass(slots=True)
class OperationLoader:
    """Loads operations; ``keys`` maps the place of each path operation in its file to its method and path."""

    context: LoadContext
    parameters: ParameterLoader
    responses: ResponseLoader
    inherited: Inherited
    keys: dict[tuple[str, int, int], tuple[str, str]] = field(
        default_factory=dict[tuple[str, int, int], tuple[str, str]]
    )
    active: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """The path items that are being loaded: one of them inside of itself has no end."""

    def paths(self, at: At) -> tuple[Operation, ...]:
        """The operations under ``paths``, in order."""
        loaded: list[Operation] = []
        for entry in self.context.entries(at.node, "`paths`"):
            if entry.key.startswith("x-"):
                continue
            for operation in self.path_item(entry, at.to(entry.value), join("/paths", entry.key)):
                place = (operation.span.file, operation.span.line, operation.span.column)
                self.keys.setdefault(place, (operation.method, operation.path))
                loaded.append(operation)
        return tuple(loaded)

    def webhooks(self, at: At) -> tuple[Webhook, ...]:
        """The entries of ``webhooks``."""
        return tuple(
            Webhook(
                name=entry.key,
                operations=tuple(self.path_item(entry, at.to(entry.value), join("/webhooks", entry.key))),
                span=entry.span,
            )
            for entry in self.context.entries(at.node, "`webhooks`")
            if not entry.key.startswith("x-")
        )

    def path_item(self, entry: Entry, at: At, pointer: str) -> list[Operation]:
        """The operations of one path item, behind its reference if it has one.

        Keys beside the ``$ref`` count too, in place of the target's (OpenAPI leaves a conflict undefined).
        """
        context = self.context
        layers, keys = self._layers(at)
        if not self.active.isdisjoint(keys):
            message = "the path item contains itself, by a callback, and has no end"
            context.error("ref-cycle", message, entry.span, "Remove the reference that leads back.")
            return []
        # A callback holds path items, so one may lead back to the item that it stands in.
        self.active |= keys
        try:
            item, faults = context.collecting(lambda: self._shared(entry, layers))
            item = replace(item, faults=faults)
            loaded: list[Operation] = []
            for node, place in layers:
                for own, method, steps in self._methods(node):
                    operation = self._operation(own, method, place, item)
                    if operation is not None:
                        loaded.append(replace(operation, pointer=join(pointer, *steps) if pointer else ""))
        finally:
            self.active -= keys
        return loaded

    def _layers(self, at: At) -> tuple[list[tuple[MappingNode, At]], set[tuple[str, str]]]:
        """The path item and those behind its reference, each without the keys of those in front of it."""
        context = self.context
        layers: list[tuple[MappingNode, At]] = []
        keys: set[tuple[str, str]] = set()
        taken: set[str] = {"$ref"}
        if at.target is not None:
            declared = context.names.canonical("pathItems", at.target)
            keys.add(declared.key)
            at = At(node=declared.node, base=declared.base)
        while True:
            node = context.mapping(at.node, "a path item")
            if node is None:
                return layers, keys
            # OpenAPI leaves it undefined which of two equal keys counts. The one in front does, as with
            # other references since 3.1.
            own = {key: entry for key, entry in node.entries.items() if key not in taken}
            layers.append((MappingNode(own, node.file, node.line, node.column), at))
            taken |= own.keys()
            ref = node.get("$ref")
            target = None if ref is None else context.resolve(ref, at.base, "pathItems")
            if ref is None or target is None:
                return layers, keys
            if target.key in keys:
                context.error("ref-cycle", "this reference leads back to itself", ref.span)
                return layers, keys
            keys.add(target.key)
            at = At(node=target.node, base=target.base)

    def _shared(self, entry: Entry, layers: list[tuple[MappingNode, At]]) -> _Item:
        """What the layers of a path item say for all of its operations."""
        context = self.context
        parameters: tuple[Parameter, ...] = ()
        servers: tuple[Server, ...] | None = None
        summary = description = None
        for node, at in layers:
            parameters += self.parameters.parameters(node, at)
            own = load_servers(context, node.get("servers"))
            servers = servers if own is None else own
            summary = context.text(node, "summary") or summary
            description = context.text(node, "description") or description
        return _Item(
            path=entry,
            parameters=parameters,
            servers=servers,
            summary=summary,
            description=description,
            faults=(),
        )

    def _methods(self, node: MappingNode) -> Iterator[tuple[Entry, str, tuple[str, ...]]]:
        """The operations of a path item with their method and the steps of the pointer to them."""
        is_32 = self.context.version == "3.2"
        for entry in node.entries.values():
            # `query` is a fixed field since 3.2 only; before, the structure stage reports it.
            if entry.key in METHODS and (is_32 or entry.key != "query"):
                yield entry, entry.key.upper(), (entry.key,)
            elif is_32 and entry.key == "additionalOperations":
                for other in self.context.entries(entry.value, "`additionalOperations`"):
                    if other.key.lower() in METHODS:
                        message = f"{other.key!r} has a key of its own in a path item"
                        hint = f"Move it out and call it {other.key.lower()!r}."
                        self.context.error("structure-value", message, other.span, hint)
                        continue
                    yield other, other.key, ("additionalOperations", other.key)

    def _operation(self, entry: Entry, method: str, at: At, item: _Item) -> Operation | None:
        """One operation with the faults of its own and of its path item."""
        context = self.context
        node = context.mapping(entry.value, "an operation")
        if node is None:
            return None
        operation, faults = context.collecting(lambda: self._load(entry, method, at.to(node), item))
        return replace(operation, faults=tuple(dict.fromkeys((*item.faults, *faults))))

    def _load(self, entry: Entry, method: str, at: At, item: _Item) -> Operation:
        """One operation, whose faults the caller collects."""
        context, node = self.context, at.node
        assert isinstance(node, MappingNode)
        security = load_requirements(context, node.get("security"))
        servers = load_servers(context, node.get("servers"))
        if servers is None:
            # OpenAPI, Operation Object: the nearest `servers` replaces those further out; lists are not
            # joined.
            servers = self.inherited.servers if item.servers is None else item.servers
        operation_id = node.entries.get("operationId")
        body = node.get("requestBody")
        # OpenAPI, Path Item Object: an operation can override these parameters, but not remove them.
        parameters = merge_parameters(item.parameters, self.parameters.parameters(node, at))
        return Operation(
            method=method,
            path=item.path.key,
            operation_id=context.text(node, "operationId"),
            # What only documentation shows is no reason to answer 501.
            summary=context.aside(partial(context.text, node, "summary")) or item.summary,
            description=context.text(node, "description") or item.description,
            tags=context.aside(partial(context.texts, node.get("tags"), "`tags`")),
            deprecated=context.aside(partial(context.flag, node, "deprecated")) or False,
            parameters=parameters,
            body=None if body is None else self.parameters.body(at.to(body)),
            responses=self.responses.responses(node, at),
            security=self.inherited.security if security is None else security,
            servers=servers,
            callbacks=context.aside(partial(self._callbacks, node.get("callbacks"), at)),
            external_docs=context.external_docs(node),
            extensions=context.extensions(node),
            span=entry.span,
            path_span=item.path.span,
            operation_id_span=None if operation_id is None else operation_id.value.span,
        )

    def _callbacks(self, node: Node | None, at: At) -> tuple[Callback, ...]:
        """The callbacks of an operation that can be read."""
        loaded = [
            self.callback(entry, at.to(entry.value)) for entry in self.context.entries(node, "`callbacks`")
        ]
        return tuple(item for item in loaded if item is not None)

    def callback(self, entry: Entry, at: At) -> Callback | None:
        """One callback, behind its reference if it is one."""
        context = self.context
        found = context.follow(at, "callbacks", "a callback")
        if found is None:
            return None
        loaded = context.cached("callbacks", found.key, lambda: self._callback(found))
        if loaded is None:
            message = f"the callback {entry.key!r} contains itself and has no end"
            context.error("ref-cycle", message, entry.span, "Remove the reference that leads back.")
            return None
        return replace(loaded, name=entry.key, component=component_of(found.named), span=entry.span)

    def _callback(self, found: Found) -> Callback:
        """A Callback object, still without its name."""
        operations: list[Operation] = []
        for entry in found.node.entries.values():
            if not entry.key.startswith("x-"):
                operations.extend(self.path_item(entry, found.to(entry.value), ""))
        return Callback(name="", operations=tuple(operations), span=found.node.span)


def load_servers(context: LoadContext, node: Node | None) -> tuple[Server, ...] | None:
    """The value of ``servers``; ``None`` where there is none."""
    if node is None:
        return None
    servers: list[Server] = []
    for item in context.items(node, "`servers`"):
        mapping = context.mapping(item, "a server")
        url = None if mapping is None else context.required_text(mapping, "url", "the server")
        if mapping is None or url is None:
            continue
        servers.append(
            Server(
                url=url,
                name=context.text(mapping, "name"),
                description=context.text(mapping, "description"),
                variables=_variables(context, mapping),
                span=mapping.span,
            )
        )
    return tuple(servers)


def _variables(context: LoadContext, server: MappingNode) -> tuple[ServerVariable, ...]:
    """The variables of a server that have a default."""
    variables: list[ServerVariable] = []
    for entry in context.entries(server.get("variables"), "`variables`"):
        node = context.mapping(entry.value, "a server variable")
        default = None if node is None else context.required_text(node, "default", "the server variable")
        if node is None or default is None:
            continue
        variables.append(
            ServerVariable(
                name=entry.key,
                default=default,
                enum=context.texts(node.get("enum"), "`enum`"),
                description=context.text(node, "description"),
                span=entry.span,
            )
        )
    return tuple(variables)
