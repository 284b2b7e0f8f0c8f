"""Responses and their links."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from accord.contract.load_context import At, Context, Found
from accord.contract.load_media import MediaLoader, component_of, overridden
from accord.contract.model import Link, Response
from accord.contract.schema import UNSET
from accord.source.data import to_data
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode


class ResponseLoader:
    """Loads responses. The targets of links are filled in when every operation is known: see ``load_links``."""

    def __init__(self, context: Context, media: MediaLoader) -> None:
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
        context, node = self.context, found.node
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
        self.link_bases[entry.span.file, entry.line, entry.column] = found.base
        return link


def canonical_status(key: str) -> str:
    """Ranges in capitals: ``4xx`` is ``4XX``; everything else as written."""
    return key.upper() if len(key) == 3 and key[1:].lower() == "xx" else key
