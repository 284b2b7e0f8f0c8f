"""Types that a project gives formats, schemas and properties in its configuration, in the place of Accord's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from accord.config import TypeMapping
from accord.contract.model import Api
from accord.contract.schema import Assertions, NamedSchema, SchemaType
from accord.contract.schemas.walk import walk
from accord.contract.visit import all_operations, operation_schemas
from accord.diagnostics import Diagnostic, warning
from accord.emit.python.naming import MODEL_NAMES
from accord.emit.python.pytype import Name, PyType, text, with_metadata

FORMAT: Final = "format:"
_KNOWN: Final = frozenset({("decimal", "Decimal"), ("uuid", "UUID")})
"""Types that generated code knows under the same name."""
_NUMBERS: Final[frozenset[SchemaType]] = frozenset({"integer", "number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomTypes:
    """The mapped types of one contract, by format, by name of a schema, and by schema and property."""

    formats: Mapping[str, PyType] = field(default_factory=dict[str, PyType])
    schemas: Mapping[str, PyType] = field(default_factory=dict[str, PyType])
    properties: Mapping[tuple[str, str], PyType] = field(default_factory=dict[tuple[str, str], PyType])
    names: frozenset[str] = frozenset()
    """Names that modules import for them, and that nothing else in there may have."""

    def of_format(self, format_: str | None) -> PyType | None:
        """The type of strings and numbers of *format_*."""
        return None if format_ is None else self.formats.get(format_)

    def of_schema(self, name: str) -> PyType | None:
        """The type of the schema *name*."""
        return self.schemas.get(name)

    def of_property(self, schema: str | None, name: str) -> PyType | None:
        """The type of the property *name* that the schema *schema* declares."""
        return None if schema is None else self.properties.get((schema, name))


NO_MAPPING: Final = CustomTypes()


def custom_types(mappings: Sequence[TypeMapping], schemas: Mapping[str, NamedSchema]) -> CustomTypes:
    """What *mappings* say about a contract with *schemas*."""
    formats: dict[str, PyType] = {}
    named: dict[str, PyType] = {}
    properties: dict[tuple[str, str], PyType] = {}
    for mapping in mappings:
        type_ = text(mapping.name, f"from {mapping.module} import {mapping.name}", exact=False)
        if mapping.key.startswith(FORMAT):
            formats[mapping.key.removeprefix(FORMAT)] = type_
        elif mapping.key in schemas:
            named[mapping.key] = type_
        else:
            properties[_split(mapping.key)] = type_
    return CustomTypes(
        formats=formats,
        schemas=named,
        properties=properties,
        names=frozenset(mapping.name for mapping in mappings),
    )


def as_sent(type_: PyType, kinds: Iterable[SchemaType]) -> PyType:
    """*type_* where the contract has *kinds* of JSON: a ``Decimal`` is sent as a string unless it is told otherwise."""
    match type_.members:
        case (Name(name="Decimal"),) if set(kinds) & _NUMBERS:
            type_ = with_metadata(type_, "AS_NUMBER", "from accord.runtime import AS_NUMBER")
        case _:
            pass
    return type_.with_null() if "null" in kinds else type_


def findings(mappings: Sequence[TypeMapping], apis: Sequence[Api]) -> Iterator[Diagnostic]:
    """What is wrong with *mappings*: names that generated code cannot import, and keys that none of *apis* has."""
    first_mappings: dict[str, TypeMapping] = {}
    for mapping in mappings:
        first = first_mappings.setdefault(mapping.name, mapping)
        if first.module != mapping.module:
            message = (
                f"two types are called {mapping.name!r}, one of {first.module} and one of {mapping.module}"
            )
            yield _unusable(mapping, message)
        elif mapping.name in MODEL_NAMES and (mapping.module, mapping.name) not in _KNOWN:
            yield _unusable(mapping, f"generated code has another use for the name {mapping.name!r}")
    yield from _unknown_keys(mappings, apis)


def _unusable(mapping: TypeMapping, message: str) -> Diagnostic:
    hint = "Give the type another name in its module."
    return Diagnostic(code="type-mapping-name", message=message, span=mapping.span, hint=hint)


def _unknown_keys(mappings: Sequence[TypeMapping], apis: Sequence[Api]) -> Iterator[Diagnostic]:
    schemas = {name: named for api in apis for name, named in api.schemas.items()}
    formats: set[str] | None = None
    for mapping in mappings:
        if mapping.key.startswith(FORMAT):
            formats = set(_formats(apis)) if formats is None else formats
            if mapping.key.removeprefix(FORMAT) not in formats:
                yield _unknown(
                    mapping, "no schema has this format", sorted(f"{FORMAT}{name}" for name in formats)
                )
        elif mapping.key not in schemas:
            schema, name = _split(mapping.key)
            if schema not in schemas:
                yield _unknown(mapping, f"no contract has a schema {mapping.key!r}", schemas)
            elif name not in (known := list(_properties(schemas[schema]))):
                message = f"the schema {schema!r} declares no property {name!r}"
                yield _unknown(mapping, message, [f"{schema}.{other}" for other in known])


def _unknown(mapping: TypeMapping, message: str, known: Iterable[str]) -> Diagnostic:
    close = get_close_matches(mapping.key, list(known), n=1)
    hint = f"Did you mean {close[0]!r}?" if close else "A key is format:NAME, SCHEMA or SCHEMA.PROPERTY."
    message = f"nothing is mapped by {mapping.key!r}: {message}"
    return warning("type-mapping-unknown", message, mapping.span, hint)


def _split(key: str) -> tuple[str, str]:
    schema, _, name = key.rpartition(".")
    return schema, name


def _formats(apis: Iterable[Api]) -> Iterator[str]:
    for api in apis:
        roots = [named.schema for named in api.schemas.values()]
        for operation in all_operations(api):
            roots.extend(operation_schemas(operation))
        for schema in walk(*roots):
            if isinstance(schema, Assertions) and schema.format is not None:
                yield schema.format


def _properties(named: NamedSchema) -> Iterator[str]:
    """Properties that a schema declares itself, also inside of its ``allOf``."""
    for part in walk(named.schema):
        if isinstance(part, Assertions):
            yield from (prop.name for prop in part.object.properties)
