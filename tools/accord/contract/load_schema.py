"""Schema objects of OpenAPI 3.0, 3.1 and 3.2 become the types of :mod:`accord.contract.schema`."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Final

from typing_extensions import override

from accord.contract.load_assertions import SubschemaLoader, load_groups
from accord.contract.load_context import At, LoadContext
from accord.contract.load_dynamic import DynamicScopes, dynamic_name, unit_of, write_out
from accord.contract.load_names import NAME_KEY, Named
from accord.contract.schema import (
    NO_ANNOTATIONS,
    UNSET,
    Annotations,
    Assertions,
    BooleanSchema,
    Conditional,
    Discriminator,
    JsonValue,
    NamedSchema,
    Ref,
    Schema,
)
from accord.contract.schemas.keywords import SINCE_31
from accord.diagnostics import Diagnostic
from accord.source.data import to_data
from accord.source.document import Document, Resolved
from accord.source.identifiers import Base
from accord.source.node import MappingNode, Node, ScalarNode
from accord.source.pointer import to_fragment
from accord.source.refs import suggest

_ANNOTATIONS: Final = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"}
) | {"$comment", "xml", "externalDocs"}
_IDENTITY: Final = frozenset({"$ref", "$id", "$anchor", "$schema", "$defs", "definitions", "$vocabulary"})
_DEFINITIONS: Final = ("$defs", "definitions")
_COMPOSITION: Final = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "discriminator", "const", "enum"}
)
_DYNAMIC: Final = frozenset({"$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"})
# Not in OpenAPI 3.0, whose validators pass over them.
_SINCE_31: Final = frozenset(SINCE_31) - _ANNOTATIONS - _IDENTITY
_OLD_KEYWORDS: Final[Mapping[str, str]] = {
    "nullable": 'Add "null" to the types.',
    "dependencies": "Use dependentRequired or dependentSchemas.",
    "additionalItems": "Use prefixItems with items.",
    "$recursiveRef": "Use $dynamicRef.",
}
_DIALECTS: Final = ("https://json-schema.org/draft/2020-12/", "https://spec.openapis.org/oas/3.")


class SchemaLoader(SubschemaLoader):
    """Loads schemas. Those that a reference names are put into a queue, so that recursion ends at each reference."""

    def __init__(self, context: LoadContext) -> None:
        super().__init__(context)
        self.named: dict[str, NamedSchema] = {}
        self.faults: dict[str, tuple[Diagnostic, ...]] = {}
        # A queue and not a recursion: chains of references may be as long as a contract has schemas.
        self._queue: deque[Named] = deque()
        self._known: set[str] = set()
        self._is_dynamic = False
        self._scopes = DynamicScopes()

    def require(self, target: Resolved) -> str:
        """The name of *target*, which is loaded later."""
        return self._queued(self.context.names.of("schemas", target))

    def _queued(self, named: Named) -> str:
        """The name of *named*, which is put into the queue on its first use."""
        if named.name not in self._known:
            self._known.add(named.name)
            self._queue.append(named)
        return named.name

    def _anchored(self, target: Resolved, unit: str) -> str:
        """The name of a schema that only dynamic references reach, made of its unit and its anchor."""
        anchor = self.context.names.unclaimed(
            "schemas", target, f"{unit}.{target.pointer.rpartition('/')[2]}"
        )
        return self._queued(anchor)

    def drain(self) -> None:
        """Load everything that was required, and what that requires; dynamic references become plain ones."""
        while self._queue or self._require_anchors():
            named = self._queue.popleft()
            target = named.target
            self._scopes.units[named.name] = unit_of(target, self.context.document)

            def load(target: Resolved = target) -> Schema:
                return self._load(At(node=target.node, base=target.base), 0)

            schema, faults = self.context.collecting(load)
            if faults:
                self.faults[named.name] = faults
            self.named[named.name] = NamedSchema(
                name=named.name,
                schema=schema,
                origin=target.origin,
                pointer=target.pointer,
                component=named.component,
                span=target.span,
            )

        if self._is_dynamic:
            write_out(self.context, self._scopes, self.named, self.faults)

    def _require_anchors(self) -> bool:
        """Require the anchors that dynamic references may lead to; whether one of them is not loaded yet."""
        if self._is_dynamic:
            self._scopes.find_anchors(self.context.document, self._anchored)
        return bool(self._queue)

    @override
    def load(self, at: At, depth: int = 0) -> Schema:
        resource = self.context.document.resource(at.node, at.base)
        if resource is not None:
            return Ref(target=self.require(resource), span=at.node.span)
        return self._load(at, depth)

    def _load(self, at: At, depth: int) -> Schema:
        """The same for what is loaded under a name of its own, or has none."""
        node = at.node
        if not isinstance(node, MappingNode):
            return self._not_an_object(node)
        if depth > self.context.document.limits.schema_depth:
            message = f"schemas stand inside of each other more than {depth - 1} levels deep"
            self.context.error(
                "limit-depth", message, node.span, "Name the inner ones as components and refer to them."
            )
            return Assertions(span=node.span)
        base = self.context.document.enter(node, at.base)
        if (
            any(key in node.entries for key in _DEFINITIONS)
            and base.origin == self.context.document.entry.origin
        ):
            # They may be used by nobody, so their faults are nobody's.
            self.context.aside(partial(self._definitions, node, base, depth + 1))
        if "$ref" in node.entries:
            return self._reference(node, base, depth)
        return self._assertions(node, base, depth)

    def _definitions(self, node: MappingNode, base: Base, depth: int) -> None:
        """Look into definitions that may not be used: they stay in the bundle, with what they refer to."""
        for key in _DEFINITIONS:
            for _ in self.map_of(node, key, base, depth):
                pass

    def _not_an_object(self, node: Node) -> Schema:
        """A boolean schema, or (reported) one that allows everything in place of what is no schema."""
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return BooleanSchema(value=node.value, span=node.span)
        self.context.wrong_type(node, "an object", "a schema")
        return Assertions(span=node.span)

    def _reference(self, node: MappingNode, base: Base, depth: int) -> Schema:
        """A schema with ``$ref``: a reference alone, or assertions that begin with it."""
        context = self.context
        ref = node.entries["$ref"].value
        target = context.resolve(ref, base, "schemas")
        name = None if target is None else self.require(target)
        siblings = [entry for key, entry in node.entries.items() if key not in _IDENTITY]
        if context.version == "3.0":
            # OpenAPI 3.0, Reference Object: properties beside `$ref` are ignored; since 3.1 they hold as
            # well.
            meaningful = [entry for entry in siblings if not entry.key.startswith("x-")]
            if meaningful:
                context.ignored_sibling(meaningful[0])
            siblings = []
        asserting = any(e.key not in _ANNOTATIONS and not e.key.startswith("x-") for e in siblings)
        if name is None:
            return self._assertions(node, base, depth) if siblings else Assertions(span=node.span)
        # Annotations beside a reference describe this place of use; the schema stays the referenced one.
        if not asserting:
            annotations = self._annotations(node) if siblings else NO_ANNOTATIONS
            return Ref(target=name, annotations=annotations, span=ref.span)
        return self._assertions(node, base, depth, Ref(target=name, span=ref.span))

    def _assertions(self, node: MappingNode, base: Base, depth: int, *first: Schema) -> Assertions:
        """A schema of keywords; *first* applies beside them."""
        context, deeper = self.context, depth + 1
        node = self._of_this_version(node)
        entries = node.entries
        types, groups = load_groups(self, node, base, deeper)
        dynamic_anchor = None
        all_of = first
        if not _DYNAMIC.isdisjoint(entries):
            dynamic_anchor = context.text(node, "$dynamicAnchor")
            all_of += self._dynamic_ref(node, base)
        annotations = self._annotations(node)
        # Most schemas are plain, and large contracts have a hundred thousand of them.
        if _COMPOSITION.isdisjoint(entries):
            return Assertions(
                types=types,
                format=context.text(node, "format") if "format" in entries else None,
                **groups,
                all_of=all_of,
                dynamic_anchor=dynamic_anchor,
                annotations=annotations,
                span=node.span,
            )
        enum, is_const, extra = self._values(node)
        return Assertions(
            types=types,
            enum=enum,
            is_const=is_const,
            format=context.text(node, "format"),
            **groups,
            all_of=all_of + self.list_of(node, "allOf", base, deeper) + extra,
            any_of=self.list_of(node, "anyOf", base, deeper),
            one_of=self.list_of(node, "oneOf", base, deeper),
            not_=self.optional(node.get("not"), base, deeper),
            conditional=self._conditional(node, base, deeper),
            discriminator=self._discriminator(node, base),
            dynamic_anchor=dynamic_anchor,
            annotations=annotations,
            span=node.span,
        )

    def _values(self, node: MappingNode) -> tuple[tuple[JsonValue, ...] | None, bool, tuple[Schema, ...]]:
        """``enum`` and ``const``; a schema with both must match both."""
        listed = node.get("enum")
        enum = None if listed is None else tuple(to_data(i) for i in self.context.items(listed, "`enum`"))
        if (
            enum is not None
            and self.context.version == "3.0"
            and isinstance(nullable := node.get("nullable"), ScalarNode)
            and nullable.value is True
            # OpenAPI 3.0.3: `nullable: true` adds null to the type, and authors mean it for the enum as
            # well.
            and None not in enum
        ):
            enum = (*enum, None)
        const = node.get("const")
        if const is None:
            return enum, False, ()
        value = (to_data(const),)
        return value, True, () if enum is None else (Assertions(enum=enum, span=node.span),)

    def _conditional(self, node: MappingNode, base: Base, depth: int) -> Conditional | None:
        """``if`` with its branches; these alone have no effect."""
        condition = node.get("if")
        if condition is None:
            return None
        return Conditional(
            condition=self.load(At(node=condition, base=base), depth),
            then=self.optional(node.get("then"), base, depth),
            otherwise=self.optional(node.get("else"), base, depth),
        )

    def _dynamic_ref(self, node: MappingNode, base: Base) -> tuple[Schema, ...]:
        """What ``$dynamicRef`` points to without a dynamic scope, marked with the anchor that it names.

        One that leads to anything but a ``$dynamicAnchor`` is a plain ``$ref``, as JSON Schema says.
        """
        ref = node.get("$dynamicRef")
        target = None if ref is None else self.context.resolve(ref, base, "schemas")
        if ref is None or target is None:
            return ()
        name = dynamic_name(ref, target)
        self._is_dynamic = self._is_dynamic or name is not None
        return (Ref(target=self.require(target), dynamic=name, span=ref.span),)

    def _of_this_version(self, node: MappingNode) -> MappingNode:
        """*node* without the keywords that have no effect in this version of OpenAPI; they are reported."""
        entries = node.entries
        if self.context.version == "3.0":
            if _SINCE_31.isdisjoint(entries):
                return node
            hint = "Use OpenAPI 3.1, or say it another way."
            for keyword in SINCE_31:
                if keyword in _SINCE_31 and keyword in entries:
                    message = f"{keyword!r} is not in OpenAPI 3.0 and has no effect"
                    self.context.warn("schema-keyword-ignored", message, entries[keyword].span, hint)
            kept = {key: entry for key, entry in entries.items() if key not in _SINCE_31}
            return MappingNode(kept, node.file, node.line, node.column)
        for keyword, hint in _OLD_KEYWORDS.items():
            if keyword in entries:
                message = f"{keyword!r} is not a keyword of JSON Schema 2020-12 and has no effect"
                self.context.warn("schema-keyword-ignored", message, entries[keyword].span, hint)
        dialect = node.entries.get("$schema")
        if dialect is not None and isinstance(dialect.value, ScalarNode):
            self.check_dialect(dialect.value)
        return node

    def check_dialect(self, dialect: ScalarNode) -> None:
        """Report a dialect of JSON Schema other than 2020-12 and OpenAPI's."""
        if not str(dialect.value).startswith(_DIALECTS):
            message = f"the dialect {dialect.raw!r} is read as JSON Schema 2020-12"
            self.context.warn("schema-dialect", message, dialect.span, "Remove it, or rewrite the schema.")

    def _annotations(self, node: MappingNode) -> Annotations:
        """What the schema says without restricting anything."""
        entries, context = node.entries, self.context
        has_extensions = any(key.startswith("x-") and key != NAME_KEY for key in entries)
        if not has_extensions and _ANNOTATIONS.isdisjoint(entries):
            return NO_ANNOTATIONS
        default = node.get("default")
        examples: tuple[JsonValue, ...] = ()
        if "example" in entries:
            examples = (to_data(entries["example"].value),)
        # In 3.0 a schema has `example` only.
        if "examples" in entries and context.version != "3.0":
            items = context.aside(partial(context.items, entries["examples"].value, "`examples` of a schema"))
            examples += tuple([to_data(item) for item in items])
        return Annotations(
            title=context.text(node, "title"),
            description=context.text(node, "description"),
            default=UNSET if default is None else to_data(default),
            examples=examples,
            deprecated=context.flag(node, "deprecated") or False,
            read_only=context.flag(node, "readOnly") or False,
            write_only=context.flag(node, "writeOnly") or False,
            comment=context.text(node, "$comment"),
            xml=context.plain_object(node, "xml"),
            external_docs=context.external_docs(node),
            extensions=context.extensions(node),
        )

    def _discriminator(self, node: MappingNode, base: Base) -> Discriminator | None:
        """The discriminator, its mapping resolved to names of schemas."""
        context = self.context
        found = context.mapping(node.get("discriminator"), "`discriminator`")
        if found is None:
            return None
        name = context.required_text(found, "propertyName", "the discriminator")
        if name is None:
            return None
        pairs: list[tuple[str, str]] = []
        for entry in context.entries(found.get("mapping"), "`mapping`"):
            target = self._mapped(entry.value, base)
            if target is not None:
                pairs.append((entry.key, target))
        default = found.get("defaultMapping")
        return Discriminator(
            property_name=name,
            mapping=tuple(pairs),
            default_mapping=None if default is None else self._mapped(default, base),
            span=found.span,
        )

    def _mapped(self, value: Node, base: Base) -> str | None:
        """The name of the schema that a mapping value names or refers to."""
        text = self.context.as_text(value, "a mapping value")
        if text is None:
            return None
        target = mapping_target(self.context.document, text, base, value)
        if target is not None:
            return self.require(target)
        self.context.error(
            "discriminator-mapping",
            f"the mapping names {text!r}, which is no schema of this contract",
            value.span,
            hint=suggest(text.rpartition("/")[2], self.context.document.components("schemas"))
            or "Write `#/components/schemas/Name`.",
        )
        return None


def mapping_target(document: Document, text: str, base: Base, value: Node) -> Resolved | None:
    """A mapping value is the name of a component (of its own file, then of the entry) or a reference."""
    refs: list[tuple[str, Base]] = []
    if "#" not in text and "/" not in text:
        fragment = to_fragment(f"/components/schemas/{text}")
        # OpenAPI leaves open whether a bare name is a component or a file: a component is by far the usual
        # case.
        refs = [(fragment, Base.of_file(base.origin)), (fragment, document.base)]
    if not refs or "." in text:
        refs.append((text, base))
    for ref, origin in refs:
        found = document.resolve(ref, origin, at=value.span)
        if isinstance(found, Resolved):
            return found
    return None
