"""Python type expressions as values: text, the imports it needs, and whether JSON data needs conversion to be one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.schema import SchemaType

_MODEL: Final = re.compile("\x00(.)([^\x00]*)\x00")
_OPEN, _COMMA, _CLOSE = "\x01", "\x02", "\x03"
"""Marks of ``Annotated[type, constraints]``, which only models carry: see :meth:`TypeText.render`."""
_CONSTRAINTS: Final = re.compile(f"{_COMMA}[^{_CLOSE}]*{_CLOSE}")
_UNTYPED_IMPORTS: Final = frozenset(
    {"from typing import Annotated", "from typing import Any", "from accord.runtime import UNTYPED"}
)
_AROUND_IMPORTS: Final = frozenset({"from pydantic import Field", *_UNTYPED_IMPORTS})
"""Imports of what stands around a type, and goes with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PyType:
    """A type expression for annotations outside of the models.

    ``expr`` names models as ``models.Item``; ``imports`` are the import lines it needs. Without ``needs_adapter`` a
    guarded JSON value already is a value of the type; ``text_needs_adapter`` says the same of values read from text by
    a ``Wire``, where an integer is never spelled ``1.0``.
    """

    expr: str
    imports: frozenset[str] = frozenset()
    needs_adapter: bool = False
    text_needs_adapter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeText:
    """A type expression in which models are marked, so that each place can name them in its own way.

    ``members`` are the parts of a union in order, without ``None``; ``nullable`` puts ``None`` at the end.
    """

    members: tuple[str, ...]
    nullable: bool = False
    imports: frozenset[str] = frozenset()
    exact_json: bool = True
    """A JSON value is a Python value of the type already."""
    exact_text: bool = True
    """The same where integers are spelled as integers."""
    untyped: bool = False
    """Values of other JSON kinds pass as they are: the schema names no ``type``."""

    @property
    def expr(self) -> str:
        """The expression with its marks."""
        if self.untyped and self.members:
            return f"Annotated[{' | '.join(self.members)} | Any, UNTYPED]"
        return " | ".join((*self.members, *(("None",) if self.nullable else ()))) or "Any"

    @property
    def models(self) -> frozenset[tuple[str, str]]:
        """Marked models as (owner, name)."""
        return frozenset((owner, name) for owner, name in _MODEL.findall(self.expr))

    def render(self, qualifier: str) -> str:
        """The expression with *qualifier* in front of each model, and with its constraints."""
        text = self.expr.replace(_OPEN, "Annotated[").replace(_COMMA, ", ").replace(_CLOSE, "]")
        return _MODEL.sub(lambda match: qualifier + match[2], text)

    def without_constraints(self) -> TypeText:
        """The bare type, for signatures: what a person writes, and what the guard has checked already."""
        members = tuple(without_marks(member) for member in self.members)
        return replace(self, members=members).with_used_imports()

    def with_used_imports(self) -> TypeText:
        """The type without imports that nothing in it names any more."""
        names = set(re.findall(r"\w+", self.render("")))
        unused = {line for line in self.imports & _AROUND_IMPORTS if line.rpartition(" ")[2] not in names}
        return replace(self, imports=self.imports - unused) if unused else self

    def as_untyped(self) -> TypeText:
        """The type, or a value of any other JSON kind."""
        if self.members in {(), ("Any",)}:
            return ANY
        return replace(self, untyped=True, imports=self.imports | _UNTYPED_IMPORTS)

    def as_typed(self) -> TypeText:
        """The type without values of other kinds."""
        return replace(self, untyped=False).with_used_imports() if self.untyped else self

    def among(self, types: tuple[SchemaType, ...] | None) -> TypeText:
        """The type without the kinds of JSON that *types* around it exclude, where these leave one kind."""
        if not self.untyped or types is None or len(set(types) - {"null"}) != 1:
            return self
        return self.as_typed().with_null() if "null" in types else self.as_typed()

    def with_null(self) -> TypeText:
        """The type, or ``None``."""
        return self if self.members == ("Any",) else replace(self, nullable=True)


def marked(owner: str, name: str) -> str:
    """A model in an expression; *owner* is ``v`` for the version itself and ``c`` for what versions share."""
    return f"\x00{owner}{name}\x00"


def text(expr: str, *imports: str, exact: bool = True) -> TypeText:
    """A type of one member."""
    return TypeText(members=(expr,), imports=frozenset(imports), exact_json=exact, exact_text=exact)


ANY: Final = text("Any", "from typing import Any")
NULL: Final = TypeText(members=(), nullable=True)


_MOST: Final = 250
"""Members of a union beyond which it is ``Any``: no reader and no checker is served by more, and the guard knows them."""

_LITERAL: Final = "Literal["


def _joined(members: Iterable[str]) -> tuple[str, ...]:
    """*members* with all literals in one, where the first stood."""
    given = tuple(members)
    literals = [one for one in given if one.startswith(_LITERAL)]
    if len(literals) < 2:
        return given
    values = dict.fromkeys(one.removeprefix(_LITERAL).removesuffix("]") for one in literals)
    joined = f"{_LITERAL}{', '.join(values)}]"
    return tuple(
        joined if one == literals[0] else one for one in given if one == literals[0] or one not in literals
    )


def union(types: Iterable[TypeText]) -> TypeText:
    """The union of *types*, each member once; ``Any`` swallows everything."""
    given = list(types)
    members = _joined(dict.fromkeys(member for one in given for member in one.members))
    if not given or "Any" in members or len(members) > _MOST:
        return ANY
    return TypeText(
        members=members,
        nullable=any(one.nullable for one in given),
        imports=frozenset[str]().union(*(one.imports for one in given)),
        exact_json=all(one.exact_json for one in given),
        exact_text=all(one.exact_text for one in given),
        untyped=any(one.untyped for one in given),
    )


def container(template: str, *inner: TypeText, imports: Iterable[str] = ()) -> TypeText:
    """A generic type: *template* with ``{}`` for the inner expressions."""
    return TypeText(
        members=(template.replace("{}", ", ".join(one.expr for one in inner)),),
        imports=frozenset(imports).union(*(one.imports for one in inner)),
        exact_json=all(one.exact_json for one in inner),
        exact_text=all(one.exact_text for one in inner),
    )


def without_marks(member: str) -> str:
    """*member* without its constraints."""
    return _CONSTRAINTS.sub("", member.replace(_OPEN, ""))


def base_name(member: str) -> str:
    """The name that a member of a union starts with: ``list`` of ``Annotated[list[int], ...]``."""
    return re.split(rf"[\[,{_COMMA}]", member.removeprefix(_OPEN).removeprefix("Annotated["), maxsplit=1)[
        0
    ].strip()


def annotated(inner: TypeText, arguments: dict[str, int | float]) -> TypeText:
    """*inner* with constraints; unchanged without any."""
    if not arguments:
        return inner
    given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    return container(
        f"{_OPEN}{{}}{_COMMA}Field({given}){_CLOSE}",
        inner,
        imports=("from typing import Annotated", "from pydantic import Field"),
    )
