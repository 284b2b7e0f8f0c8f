"""Python types of schemas: the face of everything about schemas towards the rest of the generator.

::

    types = SchemaTypes(api, shared=shared)
    body = types.annotation(schema, view="request", name="CreateItemBody")   # PyType("models.ItemWrite", ...)
    files = types.modules()                                                  # after all annotations were asked for

What ``spec/common`` declares belongs to one more instance, made by :meth:`SchemaTypes.for_common` from all versions and
handed to each of them as ``shared``: its models stand once in ``generated/common`` and versions import them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, assert_never

from accord.config import TypeMapping
from accord.contract.json_schema import View
from accord.contract.model import Api
from accord.contract.schema import NamedSchema, Schema
from accord.contract.schemas.walk import references
from accord.diagnostics import Diagnostic
from accord.emit.python.builder import COMMON, TypeBuilder
from accord.emit.python.context import TypeContext
from accord.emit.python.custom_types import custom_types
from accord.emit.python.modules import ModelPackage, print_package
from accord.emit.python.pytype import (
    Annotated,
    Constrained,
    Generic,
    Literal,
    Model,
    Name,
    PyType,
    TypeMember,
    base_name,
)
from accord.emit.python.views import Views, plain_uses
from accord.emit.python.wire import alternatives_of, wire_of
from accord.runtime.declare import Wire

_NUMBERS: Final = frozenset({"int", "float", "bool"})
_TOO_DEEP: Final = 10
"""Aliases of aliases after which the classes of a type count as unknown."""


class _UnknownError(Exception):
    """A type of which ``isinstance`` tells nothing."""


class SchemaTypes:
    """The types of one contract."""

    def __init__(
        self,
        api: Api,
        *,
        shared: SchemaTypes | None = None,
        source: str | None = None,
        mappings: Sequence[TypeMapping] = (),
    ) -> None:
        """*source*: what the header of generated files names, ``spec/<version>/`` by default; *mappings*: types of the
        project's own."""
        self._schemas = api.schemas
        self._source = f"spec/{api.name}/" if source is None else source
        self._shared = shared
        self.uses = plain_uses([api])
        self._builder = TypeBuilder(
            api.schemas,
            self._views(),
            owner="v",
            shared=None if shared is None else shared.builder,
            mapped=custom_types(mappings, api.schemas),
        )

    @classmethod
    def for_common(
        cls, apis: Sequence[Api], *, source: str = "spec/common/", mappings: Sequence[TypeMapping] = ()
    ) -> SchemaTypes:
        """The types of what *apis* (at least one) share: schemas declared under ``common/``."""
        merged, diagnostics = _merge_common(apis)
        common = replace(apis[0], schemas=merged, operations=())
        self = cls(common, source=source)
        self.uses = plain_uses(apis)
        mapped = custom_types(mappings, merged)
        self._builder = TypeBuilder(merged, self._views(), owner="c", shared=None, mapped=mapped)
        self._builder.diagnostics.extend(diagnostics)
        return self

    def _views(self) -> Views:
        inherited = frozenset[str]() if self._shared is None else self._shared.uses
        return Views(self._schemas, plain_uses=self.uses | inherited)

    @property
    def builder(self) -> TypeBuilder:
        """What builds the types; versions build shared ones through it."""
        return self._builder

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings so far."""
        return tuple(dict.fromkeys(self._builder.diagnostics))

    def annotation(self, schema: Schema, *, view: View, name: str) -> PyType:
        """The type of *schema* in *view*. *name* is for the class of an inline object, in Pascal case."""
        return self._builder.build(schema, TypeContext(view=view, hint=name)).without_constraints()

    def classes(self, schema: Schema | None, *, name: str) -> frozenset[str] | None:
        """What ``isinstance`` tells about values of *schema* in a request: the names of their classes; ``None`` where they
        are not known. Numbers count as one class: Python mixes them. *name* as in :meth:`annotation`."""
        if schema is None:
            return None
        built = self._builder.build(schema, TypeContext(view="request", hint=name))
        try:
            return frozenset([*self._classes(built.members), *(["None"] if built.nullable else [])])
        except _UnknownError:
            return None

    def _classes(self, members: Iterable[TypeMember], depth: int = 0) -> Iterator[str]:
        if depth > _TOO_DEEP + 1:
            raise _UnknownError
        for member in members:
            match member:
                case Model(name=name):
                    aliased = self._builder.members_of(name)
                    yield from self._classes(aliased, depth + 1) if aliased else [f"models.{name}"]
                case Name(name="Any" | "object"):
                    raise _UnknownError
                case Literal(values=values):
                    yield from {_class(type(value).__name__) for value in values}
                case Annotated(type=inner) | Constrained(type=inner):
                    yield from self._classes(inner.members, depth)
                case Name() | Generic():
                    yield _class(base_name(member))
                case _:
                    assert_never(member)

    def wire(self, schema: Schema, *, is_read: bool = False) -> Wire | Diagnostic:
        """How text of a parameter, header or form field becomes a value of *schema*, or the other way round."""
        return wire_of(schema, self._schemas, is_read=is_read)

    def text_wire(self, schema: Schema, *, is_read: bool) -> Wire | Diagnostic:
        """As :meth:`wire`, with every reading that the text of a parameter or header may have."""
        return alternatives_of(schema, self._schemas, is_read=is_read)

    def modules(self) -> dict[str, str]:
        """``models/...`` (POSIX path) to unformatted source, for all types that were asked for."""
        self._builder.finish()
        shared = None if self._shared is None else self._shared.package()
        return print_package(self.package(), shared=shared)

    def package(self) -> ModelPackage:
        """The definitions so far."""
        self._builder.finish()
        order = {name: index for index, name in enumerate(self._schemas)}
        return ModelPackage(
            owner=self._builder.owner, source=self._source, definitions=self._builder.definitions, order=order
        )


def _merge_common(apis: Iterable[Api]) -> tuple[dict[str, NamedSchema], list[Diagnostic]]:
    merged: dict[str, NamedSchema] = {}
    diagnostics: list[Diagnostic] = []
    for api in apis:
        for name, named in api.schemas.items():
            if not named.origin.startswith(COMMON):
                continue
            known = merged.setdefault(name, named)
            if (known.origin, known.pointer) != (named.origin, named.pointer):
                diagnostics.append(
                    Diagnostic(
                        code="common-name-clash",
                        message=f"Two schemas of spec/common are both called {name!r} (the other: {known.span}).",
                        span=named.span,
                        hint="Rename one of them: versions share one package of common models.",
                    )
                )
            diagnostics.extend(_references_out(named, api))
    # By name, so that the order does not depend on which version comes first.
    return dict(sorted(merged.items())), diagnostics


def _references_out(named: NamedSchema, api: Api) -> Iterator[Diagnostic]:
    """Findings for what a shared schema takes from a version: the other versions may have something else there."""
    for target in references(named.schema):
        found = api.schemas.get(target)
        if found is not None and not found.origin.startswith(COMMON):
            yield Diagnostic(
                code="common-refers-to-version",
                message=f"The shared schema {named.name!r} refers to {target!r} of {found.origin}.",
                span=named.span,
                hint=f"Move {target!r} to spec/common, or {named.name!r} to the version.",
            )


def _class(name: str) -> str:
    return "number" if name in _NUMBERS else name
