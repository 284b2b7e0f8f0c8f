"""Parameters and request bodies, with the defaults that hold for style and explode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, get_args

from accord.contract.load_context import At, Found, LoadContext
from accord.contract.load_media import MediaLoader, component_of, overridden
from accord.contract.model import Body, Location, MediaType, Parameter, Style
from accord.contract.schema import Schema
from accord.source.node import MappingNode
from accord.source.refs import suggest

_LOCATIONS: Final[Mapping[str, Location]] = {name: name for name in get_args(Location)}
# The styles of each location (OpenAPI 3.2, "Style Values"); the first is the default.
_STYLES: Final[Mapping[Location, tuple[Style, ...]]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
    "querystring": ("form",),
}
_EXPLODED: Final[frozenset[Style]] = frozenset({"form", "cookie"})
# A declaration of these request headers is ignored: other parts of the contract say it (OpenAPI 3.0 to 3.2).
_IGNORED_HEADERS: Final[Mapping[str, str]] = {
    "accept": "the media types of the responses say it",
    "content-type": "the media types of the request body say it",
    "authorization": "`security` says it",
}


class ParameterLoader:
    """Loads parameters and bodies."""

    def __init__(self, context: LoadContext, media: MediaLoader) -> None:
        self.context = context
        self.media = media
        self.shared: dict[str, Parameter] = {}

    def parameters(self, mapping: MappingNode, at: At) -> tuple[Parameter, ...]:
        """The list under ``parameters``, without those that cannot be used or stand there twice."""
        loaded: dict[tuple[str, str], Parameter] = {}
        for item in self.context.items(mapping.get("parameters"), "`parameters`"):
            parameter = self.parameter(at.to(item))
            if parameter is None:
                continue
            key = identity(parameter)
            if key in loaded:
                self.context.recoverable_error(
                    "parameter-duplicate",
                    f"the {parameter.location} parameter {parameter.name!r} stands twice in this list",
                    item.span,
                    hint="Remove one of them.",
                )
                continue
            # Of two the first counts.
            loaded[key] = parameter
        return tuple(loaded.values())

    def parameter(self, at: At) -> Parameter | None:
        """One parameter, behind its reference if it is one."""
        context = self.context
        found = context.follow(at, "parameters", "a parameter")
        if found is None:
            return None
        loaded = context.cached("parameters", found.key, lambda: self._parameter(found))
        if loaded is None:
            return None
        if found.named is not None and found.named.component:
            shared = replace(loaded, component=component_of(found.named))
            self.shared.setdefault(found.named.name, shared)
        description = overridden(context, found, "description") if found.siblings else loaded.description
        return replace(loaded, component=component_of(found.named), description=description)

    def _parameter(self, found: Found) -> Parameter | None:
        """A Parameter object; ``None`` (reported) where name or location cannot be used, or where OpenAPI ignores it."""
        context, node = self.context, found.node
        name = context.required_text(node, "name", "the parameter")
        location = self._location(node)
        if name is None or location is None:
            return None
        if location == "header" and name.lower() in _IGNORED_HEADERS:
            message = f"a header parameter {name!r} is ignored: {_IGNORED_HEADERS[name.lower()]}"
            context.warn("parameter-ignored", message, node.span, "Remove it.")
            return None
        schema = self.media.schemas.optional(node.get("schema"), found.base, 0)
        content = self.media.content(node, found.base)
        schema, content = self._one_of(node, schema, content)
        style, explode = self._style(node, location)
        return Parameter(
            name=name,
            location=location,
            required=self._required(node, location),
            deprecated=context.flag(node, "deprecated") or False,
            description=context.text(node, "description"),
            style=style,
            explode=explode,
            allow_reserved=context.flag(node, "allowReserved") or False,
            allow_empty_value=context.flag(node, "allowEmptyValue") or False,
            schema=schema,
            content=content,
            examples=self.media.examples(node, found.base),
            extensions=context.extensions(node),
            span=node.span,
        )

    def _location(self, node: MappingNode) -> Location | None:
        """The value of ``in``; ``None`` (reported) for what is none in this version of OpenAPI."""
        context = self.context
        text = context.required_text(node, "in", "the parameter")
        if text is None:
            return None
        location = _LOCATIONS.get(text)
        if location is None or (location == "querystring" and context.version != "3.2"):
            names = [name for name in _LOCATIONS if name != "querystring" or context.version == "3.2"]
            hint = suggest(text, names) or "It is one of " + ", ".join(names) + "."
            context.error(
                "structure-value", f"a parameter cannot be in {text!r}", node.entries["in"].value.span, hint
            )
            return None
        return location

    def _required(self, node: MappingNode, location: Location) -> bool:
        """Whether it is required; one of a path always is."""
        required = self.context.flag(node, "required")
        if location == "path" and required is not True:
            entry = node.entries.get("required")
            self.context.recoverable_error(
                "path-parameter-optional",
                "a path parameter is always required",
                node.span if entry is None else entry.value.span,
                hint="Add `required: true`.",
            )
        return location == "path" or required is True

    def _one_of(
        self, node: MappingNode, schema: Schema | None, content: tuple[MediaType, ...]
    ) -> tuple[Schema | None, tuple[MediaType, ...]]:
        """Exactly one of ``schema`` and ``content``, which has one entry; anything else is reported."""
        context = self.context
        if schema is not None and "content" in node.entries:
            message = "a parameter has a schema or content, not both"
            context.error("structure-value", message, node.entries["content"].span, "Remove one of them.")
            return schema, ()
        if schema is not None:
            return schema, ()
        if "content" not in node.entries:
            message = "the parameter has neither a schema nor content"
            context.error(
                "structure-required", message, node.span, "Add `schema: {type: string}` or what fits."
            )
        elif len(content) != 1:
            message = f"`content` of a parameter has one media type, not {len(content)}"
            context.error("structure-value", message, node.entries["content"].span)
        # OpenAPI, Parameter Object: `content` must contain exactly one entry.
        return None, content[:1]

    def _style(self, node: MappingNode, location: Location) -> tuple[Style, bool]:
        """Style and explode, with the defaults that depend on the location."""
        context = self.context
        allowed: tuple[Style, ...] = _STYLES[location]
        if context.version != "3.2" and location == "cookie":
            allowed = ("form",)
        written = context.text(node, "style")
        # A style that does not exist is reported, and the default is read in its place.
        style = allowed[0]
        for candidate in allowed:
            if candidate == written:
                style = candidate
        if written is not None and style != written:
            names = ", ".join(allowed)
            message = f"the style {written!r} does not exist for a {location} parameter"
            context.error(
                "parameter-style", message, node.entries["style"].value.span, f"Use one of {names}."
            )
        explode = context.flag(node, "explode")
        return style, style in _EXPLODED if explode is None else explode

    def body(self, at: At) -> Body | None:
        """The request body, behind its reference if it is one."""
        context = self.context
        found = context.follow(at, "requestBodies", "a request body")
        if found is None:
            return None
        loaded = context.cached("requestBodies", found.key, lambda: self._body(found))
        if loaded is None:
            return None
        description = overridden(context, found, "description") if found.siblings else loaded.description
        return replace(loaded, component=component_of(found.named), description=description)

    def _body(self, found: Found) -> Body:
        """A Request Body object."""
        context, node = self.context, found.node
        if "content" not in node.entries:
            hint = "Write `content: {application/json: {schema: ...}}`."
            context.error("structure-required", "the request body has no `content`", node.span, hint)
        return Body(
            required=context.flag(node, "required") or False,
            description=context.text(node, "description"),
            content=self.media.content(node, found.base),
            extensions=context.extensions(node),
            span=node.span,
        )


def identity(parameter: Parameter) -> tuple[str, str]:
    """What makes a parameter the same one: its place and its name; those of headers ignore case."""
    # RFC 9110, section 5.1: names of header fields ignore case.
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    return parameter.location, name


def merge_parameters(shared: tuple[Parameter, ...], own: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Those of the path item, each replaced by the operation's parameter of the same identity, then the others."""
    merged = {identity(parameter): parameter for parameter in shared}
    merged.update({identity(parameter): parameter for parameter in own})
    return tuple(merged.values())
