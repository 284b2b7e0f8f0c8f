"""Python types as values: a small tree for each type expression, which becomes text only where it is printed.

Modules of models name models bare (``render("")``); signatures name them behind their package (``expr``), and without
constraints: a person writes them so, and the guard has checked them already. The imports follow from the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Final, TypeAlias, assert_never

from accord.contract.schema import SchemaType

MODELS_IMPORT: Final = "from . import models"
_TYPING: Final = "from typing import {}"
_RUNTIME: Final = "from accord.runtime import {}"


class Conversion(IntEnum):
    """When JSON data has to be converted to be a value of a type; of several parts the highest counts."""

    NEVER = 0
    FROM_JSON = 1
    """Only where it was JSON: text spells an integer in one way, JSON may spell it ``1.0``."""
    ALWAYS = 2


@dataclass(frozen=True, slots=True)
class Name:
    """A type by its name, with the statement that imports it (empty for a builtin)."""

    name: str
    statement: str = ""
    conversion: Conversion = field(default=Conversion.NEVER, compare=False)


@dataclass(frozen=True, slots=True)
class Model:
    """A class or an alias of the models; *owner* is ``v`` for the version itself and ``c`` for what versions share."""

    owner: str
    name: str
    conversion: Conversion = field(default=Conversion.ALWAYS, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """Strings, integers or booleans of an ``enum``."""

    values: tuple[str | int | bool, ...]

    def __eq__(self, other: object) -> bool:
        """Whether both are spelled alike: ``1`` and ``True`` are equal, and yet two literals."""
        return isinstance(other, Literal) and repr(self.values) == repr(other.values)

    def __hash__(self) -> int:
        return hash(repr(self.values))


@dataclass(frozen=True, slots=True)
class Generic:
    """``origin[arguments]``."""

    origin: Name
    arguments: tuple[PyType, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """``Annotated[type, metadata]``; *metadata* is an expression and *statement* imports it."""

    type: PyType
    metadata: str
    statement: str


@dataclass(frozen=True, slots=True)
class Constrained:
    """``Annotated[type, Field(arguments)]`` of a type of one member."""

    type: PyType
    arguments: tuple[tuple[str, str | int | float], ...]


TypeMember: TypeAlias = Name | Model | Literal | Generic | Annotated | Constrained
"""A part of a union."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PyType:
    """A type: the union of *members* in order, ``nullable`` with ``None`` at its end.

    With ``untyped`` values of other JSON kinds pass as they are: the schema names no ``type``.
    """

    members: tuple[TypeMember, ...]
    nullable: bool = False
    untyped: bool = False

    @property
    def expr(self) -> str:
        """The expression in a signature."""
        return self.render("models.")

    @property
    def imports(self) -> frozenset[str]:
        """The statements that a signature with it needs, for a module beside the package of models."""
        return self.statements | frozenset({MODELS_IMPORT} if self.models else ())

    @property
    def needs_adapter(self) -> bool:
        """Whether a guarded JSON value may have to be converted."""
        return self.conversion != Conversion.NEVER

    @property
    def text_needs_adapter(self) -> bool:
        """The same of values that a ``Wire`` reads from text."""
        return self.conversion == Conversion.ALWAYS

    @property
    def conversion(self) -> Conversion:
        """When JSON data has to be converted."""
        return max((_conversion(member) for member in self.members), default=Conversion.NEVER)

    @property
    def models(self) -> frozenset[Model]:
        """The models that it names."""
        return frozenset(part for part in _parts(self) if isinstance(part, Model))

    @property
    def statements(self) -> frozenset[str]:
        """The imports that it needs, without those of models."""
        return frozenset(_statements(self))

    def render(self, qualifier: str) -> str:
        """The expression with *qualifier* in front of each model."""
        members = [_rendered(member, qualifier) for member in self.members]
        if self.untyped and members:
            return f"Annotated[{' | '.join(members)} | Any, UNTYPED]"
        return " | ".join([*members, *(["None"] if self.nullable else [])])

    def without_constraints(self) -> PyType:
        """The type as signatures have it."""
        return replace(self, members=tuple(_without_constraints(member) for member in self.members))

    def as_untyped(self) -> PyType:
        """The type, or a value of any other JSON kind."""
        return ANY if self.members in {(), ANY.members} else replace(self, untyped=True)

    def as_typed(self) -> PyType:
        """The type without values of other kinds."""
        return replace(self, untyped=False)

    def among(self, types: tuple[SchemaType, ...] | None) -> PyType:
        """The type without the kinds of JSON that *types* around it exclude, where these leave one kind."""
        if not self.untyped or types is None or len(set(types) - {"null"}) != 1:
            return self
        return self.as_typed().with_null() if "null" in types else self.as_typed()

    def with_null(self) -> PyType:
        """The type, or ``None``."""
        return self if self == ANY else replace(self, nullable=True)


@dataclass(frozen=True, slots=True)
class Thunk:
    """Stands in declarations where generated code has ``lambda: <type>``."""

    type: PyType

    def __call__(self) -> Any:  # Any: as of every ``declare.TypeThunk``
        """Nothing can be had here: the type exists once its code is printed."""
        raise TypeError(f"{self.type.expr} is a type of code that is not generated yet")


def text(expr: str, statement: str = "", *, exact: bool = True) -> PyType:
    """The type called *expr*, which *statement* imports. With *exact* JSON data needs no conversion."""
    return PyType(members=(Name(expr, statement, Conversion.NEVER if exact else Conversion.ALWAYS),))


def model(owner: str, name: str, conversion: Conversion = Conversion.ALWAYS) -> PyType:
    """The type of a model."""
    return PyType(members=(Model(owner, name, conversion),))


def runtime(name: str, *arguments: PyType) -> PyType:
    """The type *name* of ``accord.runtime``, generic in *arguments*."""
    origin = Name(name, _RUNTIME.format(name))
    return PyType(members=(Generic(origin, arguments) if arguments else origin,))


ANY: Final = text("Any", _TYPING.format("Any"))
NULL: Final = PyType(members=(), nullable=True)
STRING: Final = text("str")
_NONE: Final = Name("None")
_LIST: Final = Name("list")
_DICT: Final = Name("dict")
_TUPLE: Final = Name("tuple", conversion=Conversion.ALWAYS)

_MOST: Final = 250
"""Members of a union beyond which it is ``Any``: no reader and no checker is served by more, and the guard knows them."""


def union(types: Iterable[PyType]) -> PyType:
    """The union of *types* as a schema means it: each member once, all literals in one, and ``Any`` swallows everything."""
    given = list(types)
    members = _with_one_literal(dict.fromkeys(member for type_ in given for member in type_.members))
    if not given or ANY.members[0] in members or len(members) > _MOST:
        return ANY
    return PyType(
        members=members,
        nullable=any(type_.nullable for type_ in given),
        untyped=any(type_.untyped for type_ in given),
    )


def _with_one_literal(members: Iterable[TypeMember]) -> tuple[TypeMember, ...]:
    """*members* with all literals in one, where the first stood."""
    given = tuple(members)
    literals = [member for member in given if isinstance(member, Literal)]
    if len(literals) < 2:
        return given
    joined = Literal(tuple(value for literal in literals for value in literal.values))
    return tuple(
        joined if member is literals[0] else member
        for member in given
        if member is literals[0] or not isinstance(member, Literal)
    )


def either(*types: PyType) -> PyType:
    """Any of *types* as a person reads a signature: in this order, each part once, and none swallows another."""
    members: dict[TypeMember, None] = {}
    for type_ in types:
        if type_.untyped:
            inner = PyType(members=(*type_.members, *ANY.members))
            members[Annotated(inner, "UNTYPED", _RUNTIME.format("UNTYPED"))] = None
        else:
            members.update(dict.fromkeys(type_.members))
            if type_.nullable:
                members[_NONE] = None
    return PyType(members=tuple(members))


def optional(type_: PyType) -> PyType:
    """*type_*, or ``None`` where nothing is given."""
    return either(type_, NULL)


def list_of(item: PyType) -> PyType:
    """``list[item]``."""
    return PyType(members=(Generic(_LIST, (item,)),))


def dict_of(value: PyType) -> PyType:
    """``dict[str, value]``."""
    return PyType(members=(Generic(_DICT, (STRING, value)),))


def tuple_type(items: Iterable[PyType]) -> PyType:
    """``tuple[items]``, which JSON never is."""
    return PyType(members=(Generic(_TUPLE, tuple(items)),))


def literal_of(values: Iterable[str | int | bool]) -> PyType:
    """``Literal[values]``."""
    return PyType(members=(Literal(tuple(values)),))


def with_metadata(inner: PyType, metadata: str, statement: str) -> PyType:
    """``Annotated[inner, metadata]``."""
    return PyType(members=(Annotated(inner, metadata, statement),))


def annotated(inner: PyType, constraints: Mapping[str, int | float]) -> PyType:
    """*inner*, a type of one member, with constraints; unchanged without any."""
    if not constraints:
        return inner
    return PyType(members=(Constrained(inner, tuple(constraints.items())),))


def bare(member: TypeMember) -> TypeMember:
    """*member* without what is annotated about it, where it is one type."""
    match member:
        case Constrained(type=PyType(members=(inner,))) | Annotated(type=PyType(members=(inner,))):
            return bare(inner)
        case _:
            return member


def base_name(member: TypeMember) -> str:
    """The name of the class that a member of a union is of; empty for models, and for literals."""
    match bare(member):
        case Name(name=name) | Generic(origin=Name(name=name)):
            return name
        case _:
            return ""


def _inner(member: TypeMember) -> tuple[PyType, ...]:
    """The types that stand in a member."""
    match member:
        case Name() | Model() | Literal():
            return ()
        case Generic(arguments=arguments):
            return arguments
        case Annotated(type=inner) | Constrained(type=inner):
            return (inner,)
        case _:
            assert_never(member)


def _conversion(member: TypeMember) -> Conversion:
    own = Conversion.NEVER
    match member:
        case Name(conversion=own) | Model(conversion=own) | Generic(origin=Name(conversion=own)):
            pass
        case Literal(values=values):
            integers = any(isinstance(value, int) and not isinstance(value, bool) for value in values)
            own = Conversion.FROM_JSON if integers else Conversion.NEVER
        case Annotated() | Constrained():
            pass
        case _:
            assert_never(member)
    return max([own, *(inner.conversion for inner in _inner(member))])


def _without_constraints(member: TypeMember) -> TypeMember:
    match member:
        case Name() | Model() | Literal():
            return member
        case Generic(arguments=arguments):
            return replace(member, arguments=tuple(argument.without_constraints() for argument in arguments))
        case Annotated(type=inner):
            return replace(member, type=inner.without_constraints())
        case Constrained():
            return _without_constraints(bare(member))
        case _:
            assert_never(member)


def _rendered(member: TypeMember, qualifier: str) -> str:
    inner = ", ".join(type_.render(qualifier) for type_ in _inner(member))
    match member:
        case Name(name=name):
            return name
        case Model(name=name):
            return f"{qualifier}{name}"
        case Literal(values=values):
            return f"Literal[{', '.join(repr(value) for value in values)}]"
        case Generic(origin=origin):
            return f"{origin.name}[{inner}]"
        case Annotated(metadata=metadata):
            return f"Annotated[{inner}, {metadata}]"
        case Constrained(arguments=given):
            return f"Annotated[{inner}, Field({', '.join(f'{key}={value!r}' for key, value in given)})]"
        case _:
            assert_never(member)


def _parts(type_: PyType) -> Iterator[PyType | TypeMember]:
    """*type_* and all that stands in it."""
    yield type_
    for member in type_.members:
        yield member
        if isinstance(member, Generic):
            yield member.origin
        for inner in _inner(member):
            yield from _parts(inner)


def _statements(type_: PyType) -> Iterator[str]:
    for part in _parts(type_):
        match part:
            case Name(statement=statement):
                if statement:
                    yield statement
            case Literal():
                yield _TYPING.format("Literal")
            case Annotated(statement=statement):
                yield _TYPING.format("Annotated")
                yield statement
            case Constrained():
                yield from (_TYPING.format("Annotated"), "from pydantic import Field")
            case PyType(untyped=True):
                yield from (_TYPING.format("Annotated"), _TYPING.format("Any"), _RUNTIME.format("UNTYPED"))
            case PyType() | Model() | Generic():
                pass
            case _:
                assert_never(part)
