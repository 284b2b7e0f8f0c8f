"""Servers and their variables."""

from __future__ import annotations

from accord.contract.load_context import Context
from accord.contract.model import Server, ServerVariable
from accord.source.node import MappingNode, Node


def load_servers(context: Context, node: Node | None) -> tuple[Server, ...] | None:
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


def _variables(context: Context, server: MappingNode) -> tuple[ServerVariable, ...]:
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
