"""What the planning of one operation needs at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accord.contract.json_schema import View
from accord.contract.model import Api, Header, Parameter, Response
from accord.contract.schema import Assertions, BooleanSchema, ObjectAssertions, Property, Schema
from accord.contract.schemas.walk import children, references
from accord.contract.visit import schema_of
from accord.diagnostics import Diagnostic, Span
from accord.emit.python.builder import COMMON
from accord.emit.python.defaults import Defaults
from accord.emit.python.guard import Guard
from accord.emit.python.pytype import PyType
from accord.emit.python.support import unsupported
from accord.emit.python.types import SchemaTypes
from accord.runtime.declare import File, Scalar, Wire


@dataclass(slots=True, kw_only=True)
class OperationContext:
    """One operation of a contract. ``key`` is how guard keys and messages name it, ``prefix`` what the names of its own
    classes start with, ``shared_names`` the classes of shared responses by component name.

    ``faults`` collects the findings that keep the operation from being served, ``found`` all others.
    """

    api: Api
    types: SchemaTypes
    guards: Guard
    defaults: Defaults
    shared_names: dict[str, str]
    key: str
    prefix: str
    faults: list[Diagnostic] = field(default_factory=list[Diagnostic])
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def annotation(self, schema: Schema | None, *, view: View, name: str) -> PyType:
        """The Python type of *schema* (of anything, if there is none); *name* is for an inline object."""
        return self.types.annotation(schema or _anything(), view=view, name=name)

    def wire(self, schema: Schema, code: str, what: str) -> Wire | Diagnostic:
        """How text becomes a value of *schema*; otherwise a finding with *code* at its place about *what*."""
        return self._text_only(self.types.wire(schema), code, what)

    def text_wire(self, schema: Schema, code: str, what: str, *, is_read: bool = True) -> Wire | Diagnostic:
        """As :meth:`wire`, for a parameter or a header: where text may mean several things, they are its alternatives, and
        values inside of others are JSON."""
        return self._text_only(self.types.text_wire(schema, is_read=is_read), code, what)

    def _text_only(self, wire: Wire | Diagnostic, code: str, what: str) -> Wire | Diagnostic:
        if isinstance(wire, Diagnostic):
            return unsupported(code, f"{what}: {wire.message}", wire.span)
        # Bytes stay bytes in a body only; where text stands (a URL, a header), `format: binary` says no more than a string.
        return Scalar() if isinstance(wire, File) else wire

    def guard(self, key: str, schema: Schema | None, view: View) -> None:
        """Check values under *key* against *schema*."""
        self.guards.add(key, schema or _anything(), view)

    def guard_headers(self, key: str, headers: Sequence[Header]) -> None:
        """Check ``{name: value}`` under *key* against the schemas of *headers*."""
        properties = tuple(
            Property(name=header.name, schema=schema_of(header) or _anything(), span=header.span)
            for header in headers
        )
        required = tuple(header.name for header in headers if header.required)
        schema = Assertions(
            object=ObjectAssertions(properties=properties, required=required), span=headers[0].span
        )
        self.guards.add(key, schema, "response")

    def shared(self, response: Response) -> str | None:
        """The class of a shared response, ``None`` for one of the operation's own."""
        return None if response.component is None else self.shared_names[response.component.name]

    def is_common(self, response: Response) -> bool:
        """Whether the class of *response* can stand in ``generated/common``: it is declared there, and everything that
        its types name is, too. An inline object has its class in the version."""
        if response.component is None or not response.component.origin.startswith(COMMON):
            return False
        schemas = [schema for header in response.headers if (schema := schema_of(header)) is not None]
        for media in response.content:
            schemas += [part for part in (media.schema, media.item_schema) if part is not None]
        return all(self._names_common_only(schema) for schema in schemas)

    def _names_common_only(self, schema: Schema) -> bool:
        waiting, seen = list(references(schema)), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            named = self.api.schemas.get(name)
            if named is None or not named.origin.startswith(COMMON):
                return False
            waiting.extend(references(named.schema))
        return not _has_inline_object(schema)


def _has_inline_object(schema: Schema) -> bool:
    """Whether *schema* may need a class of its own."""
    if not isinstance(schema, Assertions):
        return False
    composed = schema.object.properties or schema.all_of or schema.any_of or schema.one_of
    return bool(composed) or any(_has_inline_object(child) for child in children(schema))


def _anything() -> BooleanSchema:
    return BooleanSchema(value=True, span=Span("", 1, 1))


def parameter_schemas(parameters: Iterable[Parameter]) -> dict[str, dict[str, tuple[Schema, bool]]]:
    """What the guard checks of *parameters*: by location and name the schema, and whether it is required."""
    found: dict[str, dict[str, tuple[Schema, bool]]] = {}
    for parameter in parameters:
        schema = schema_of(parameter) or BooleanSchema(value=True, span=parameter.span)
        found.setdefault(parameter.location, {})[parameter.name] = (schema, parameter.required)
    return found
