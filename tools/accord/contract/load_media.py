"""``content`` and what stands in it: media types, examples, encodings, headers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final, cast, get_args

from accord.contract.load_context import At, Found, LoadContext
from accord.contract.load_names import Named
from accord.contract.load_schema import SchemaLoader
from accord.contract.model import ComponentName, Encoding, Example, Header, MediaType, Style
from accord.contract.schema import UNSET
from accord.source.data import to_data
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode, ScalarNode

_STYLES: Final[tuple[str, ...]] = get_args(Style)
_STYLES_HINT: Final = "Styles are " + ", ".join(_STYLES) + "."
# The specification takes these response headers from elsewhere and ignores a declaration.
_IGNORED_HEADERS: Final = frozenset({"content-type"})


class MediaLoader:
    """Loads ``content`` and headers; parameters, bodies and responses share it."""

    def __init__(self, context: LoadContext, schemas: SchemaLoader) -> None:
        self.context = context
        self.schemas = schemas

    def content(self, mapping: MappingNode, base: Base) -> tuple[MediaType, ...]:
        """The media types under ``content``, in order."""
        node = mapping.get("content")
        loaded = [
            self.media_type(entry, At(node=entry.value, base=base))
            for entry in self.context.entries(node, "`content`")
        ]
        return tuple(item for item in loaded if item is not None)

    def media_type(self, entry: Entry, at: At) -> MediaType | None:
        """One entry of ``content``; 3.2 allows a reference here."""
        found = self.context.follow(at, "mediaTypes", "a media type")
        if found is None:
            return None
        loaded = self.context.cached("mediaTypes", found.key, lambda: self._media_type(found))
        if loaded is None:
            self._endless(entry)
            return None
        return replace(loaded, name=entry.key, span=entry.span)

    def _media_type(self, found: Found) -> MediaType:
        """A Media Type object, still without its name: a shared one has a name in each place of use."""
        node, base, context = found.node, found.base, self.context
        encodings = [
            self._encoding(entry.key, found.to(entry.value), entry)
            for entry in context.entries(node.get("encoding"), "`encoding`")
        ]
        prefix = [
            self._encoding("", found.to(item), None)
            for item in context.items(node.get("prefixEncoding"), "`prefixEncoding`")
        ]
        item_encoding = node.get("itemEncoding")
        return MediaType(
            name="",
            schema=self.schemas.optional(node.get("schema"), base, 0),
            item_schema=self.schemas.optional(node.get("itemSchema"), base, 0),
            examples=self.examples(node, base),
            encoding=tuple(item for item in encodings if item is not None),
            item_encoding=None
            if item_encoding is None
            else self._encoding("", found.to(item_encoding), None),
            prefix_encoding=tuple(item for item in prefix if item is not None),
            extensions=context.extensions(node),
            span=node.span,
        )

    def examples(self, node: MappingNode, base: Base) -> tuple[Example, ...]:
        """``example``, which gets the name ``example``, and ``examples``."""
        found: list[Example] = []
        single = node.entries.get("example")
        if single is not None:
            found.append(Example(name="example", value=to_data(single.value), span=single.span))
        # Examples are for readers: a broken one must not make an operation answer 501.
        named = self.context.aside(partial(self._named_examples, node, base))
        return (*found, *(example for example in named if example is not None))

    def _named_examples(self, node: MappingNode, base: Base) -> list[Example | None]:
        """The entries of ``examples``."""
        entries = self.context.entries(node.get("examples"), "`examples`")
        return [self.example(entry, At(node=entry.value, base=base)) for entry in entries]

    def example(self, entry: Entry, at: At) -> Example | None:
        """One named example, behind its reference if it is one."""
        context = self.context
        found = context.follow(at, "examples", "an example")
        if found is None:
            return None
        node = found.node
        # 3.2 splits `value` into the data and its serialized form, and keeps `value` for old documents.
        value = node.get("dataValue") if context.version == "3.2" else None
        if value is None:
            value = node.get("value")
        serialized = context.text(node, "serializedValue") if context.version == "3.2" else None
        return Example(
            name=entry.key,
            summary=overridden(context, found, "summary"),
            description=overridden(context, found, "description"),
            value=UNSET if value is None else to_data(value),
            external_value=context.text(node, "externalValue"),
            serialized_value=serialized,
            span=entry.span,
        )

    def _encoding(self, name: str, at: At, entry: Entry | None) -> Encoding | None:
        """An Encoding object; *entry* is its key where it has one."""
        context = self.context
        node = context.mapping(at.node, "an encoding")
        if node is None:
            return None
        for keyword in ("encoding", "prefixEncoding", "itemEncoding"):
            nested = node.entries.get(keyword)
            if nested is not None:
                message = f"{keyword!r} inside of an encoding is not supported and has no effect"
                context.warn(
                    "encoding-nested", message, nested.span, "Describe the parts by their schema alone."
                )
        content_type = context.text(node, "contentType") or ""
        style = context.text(node, "style")
        if style is not None and style not in _STYLES:
            message = f"{style!r} is not a style"
            context.error("structure-value", message, node.entries["style"].value.span, _STYLES_HINT)
            style = None
        return Encoding(
            property_name=name,
            content_types=tuple(part.strip() for part in content_type.split(",") if part.strip()),
            headers=self.headers(node, at.base),
            style=cast("Style | None", style),
            explode=context.flag(node, "explode"),
            allow_reserved=context.flag(node, "allowReserved") or False,
            span=node.span if entry is None else entry.span,
        )

    def headers(self, node: MappingNode, base: Base) -> tuple[Header, ...]:
        """The entries of ``headers``."""
        loaded: list[Header] = []
        for entry in self.context.entries(node.get("headers"), "`headers`"):
            if entry.key.lower() in _IGNORED_HEADERS:
                message = f"a header {entry.key!r} is ignored: the media types under `content` say it"
                self.context.warn("header-ignored", message, entry.span, "Remove it.")
                continue
            header = self.header(entry, At(node=entry.value, base=base))
            if header is not None:
                loaded.append(header)
        return tuple(loaded)

    def header(self, entry: Entry, at: At) -> Header | None:
        """One header, behind its reference if it is one."""
        context = self.context
        found = context.follow(at, "headers", "a header")
        if found is None:
            return None
        loaded = context.cached("headers", found.key, lambda: self._header(found))
        if loaded is None:
            self._endless(entry)
            return None
        return replace(
            loaded,
            name=entry.key,
            description=overridden(context, found, "description"),
            component=component_of(found.named),
            span=entry.span,
        )

    def _header(self, found: Found) -> Header:
        """A Header object, still without its name."""
        context, node = self.context, found.node
        style = node.get("style")
        # OpenAPI, Header Object: `in` is `header`, whose one style is simple.
        if isinstance(style, ScalarNode) and style.value != "simple":
            context.error(
                "structure-value", "the style of a header is always simple", style.span, "Remove `style`."
            )
        schema = self.schemas.optional(node.get("schema"), found.base, 0)
        content = self.content(node, found.base)
        if schema is None and not content and "content" not in node.entries:
            context.warn(
                "header-without-schema",
                "the header has neither a schema nor content",
                node.span,
                hint="Give it a schema, such as `type: string`.",
            )
        return Header(
            name="",
            required=context.flag(node, "required") or False,
            deprecated=context.flag(node, "deprecated") or False,
            explode=context.flag(node, "explode") or False,
            schema=schema,
            content=content,
            examples=self.examples(node, found.base),
            extensions=context.extensions(node),
            span=node.span,
        )

    def _endless(self, entry: Entry) -> None:
        """Report an object that is part of itself."""
        message = f"{entry.key!r} contains itself and has no end"
        self.context.error("ref-cycle", message, entry.span, "Remove the reference that leads back.")


def overridden(context: LoadContext, found: Found, key: str) -> str | None:
    """Text that may stand beside a ``$ref`` as well as in its target; beside it wins (OpenAPI 3.1)."""
    entry = found.siblings.get(key)
    if entry is not None:
        return context.as_text(entry.value, f"`{key}`")
    return context.text(found.node, key)


def component_of(named: Named | None) -> ComponentName | None:
    """Where a shared object was declared; ``None`` for one that stands in its place of use."""
    return None if named is None else ComponentName(name=named.name, origin=named.target.origin)
