"""The serialization styles of OpenAPI, read: raw text of a path, query, header or cookie becomes JSON data.

The styles are those of RFC 6570 (URI templates) under OpenAPI's names. Delimiters are looked for before percent-decoding, so an
encoded comma is part of an item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, assert_never

from accord.runtime.alternatives import alternatives_of
from accord.runtime.brackets import compile_tree
from accord.runtime.declare import (
    ABSENT,
    Array,
    Either,
    File,
    FormField,
    Json,
    Object,
    Parameter,
    Scalar,
    Tree,
)
from accord.runtime.wire import (
    ReadText,
    Repeated,
    WireError,
    compile_items,
    compile_members,
    compile_plain,
    compile_scalar,
    decode,
    one_of,
)

Pairs: TypeAlias = Mapping[str, list[str]]
"""Names and the raw values that came under them (a ``+`` of a query is a space already)."""

Extract: TypeAlias = Callable[[Pairs], Any]  # Any: JSON, or ABSENT


def _paired(pieces: list[str], decoded: Callable[[str], str]) -> list[tuple[str, str]]:
    """Properties written as ``name,value,name,value`` (not exploded)."""
    if len(pieces) % 2:
        raise WireError("must be a list of names and values in turn")
    return [(decoded(pieces[i]), decoded(pieces[i + 1])) for i in range(0, len(pieces), 2)]


def _assigned(pieces: Iterable[str], decoded: Callable[[str], str]) -> list[tuple[str, str]]:
    """Properties written as ``name=value`` (exploded)."""
    members: list[tuple[str, str]] = []
    for piece in pieces:
        name, equals, value = piece.partition("=")
        if not equals:
            raise WireError("must be a list of name=value")
        members.append((decoded(name), decoded(value)))
    return members


def _stripped(pieces: list[str]) -> list[str]:
    """*pieces* of a header without the optional white space of RFC 9110, section 5.6.1."""
    return [piece.strip(" \t") for piece in pieces]


def compile_text(parameter: Parameter) -> ReadText:
    """Compile a parameter in a path segment or header into a reader of its raw text.

    The reader raises :class:`WireError` where the text has no meaning in the parameter's style.
    """
    in_header = parameter.location == "header"
    if not in_header and parameter.style in {"label", "matrix"}:
        return _compile_prefixed(parameter, "." if parameter.style == "label" else ";")
    # Style `simple`: values with commas between them. Header values are not percent-encoded: a percent sign
    # in one is a percent sign.
    match parameter.wire:
        case Array() as array:
            items = compile_items(array)
            if in_header:
                return lambda raw: items(_stripped(raw.split(",")))
            return lambda raw: items([decode(piece) for piece in raw.split(",")])
        case Object() as wire:
            members = compile_members(wire)
            split = _assigned if parameter.explode else _paired
            if in_header:
                return lambda raw: members(split(_stripped(raw.split(",")), str))
            return lambda raw: members(split(raw.split(","), decode))
        case _:
            read = compile_plain(parameter.wire)
            # Most path segments have no percent sign, and this is on the way of every request.
            return read if in_header else lambda raw: read(decode(raw) if "%" in raw else raw)


def _compile_prefixed(parameter: Parameter, prefix: str) -> ReadText:
    """Label (``.a.b``) and matrix (``;id=a;id=b``) paths."""
    name, explode, matrix = parameter.name, parameter.explode, prefix == ";"
    delimiter = prefix if explode else ","

    def inside(raw: str) -> str:
        if not raw.startswith(prefix):
            raise WireError(f'must start with "{prefix}"')
        return raw[1:]

    def value(raw: str) -> str:
        """What stands behind ``;name=`` or ``.``."""
        text = inside(raw)
        if not matrix:
            return text
        found, _, rest = text.partition("=")
        if decode(found) != name:
            raise WireError("must be written as ;name=value")
        return rest

    match parameter.wire:
        case Array() as array:
            items = compile_items(array)
            if matrix and explode:

                def exploded(raw: str) -> Any:  # Any: JSON
                    members = _assigned(inside(raw).split(";"), decode)
                    if any(found != name for found, _ in members):
                        raise WireError("must be written as ;name=value")
                    return items([text for _, text in members])

                return exploded
            return lambda raw: items([decode(piece) for piece in value(raw).split(delimiter)])
        case Object() as wire:
            members = compile_members(wire)
            if explode:
                return lambda raw: members(_assigned(inside(raw).split(delimiter), decode))
            return lambda raw: members(_paired(value(raw).split(","), decode))
        case _:
            read = compile_plain(parameter.wire)
            return lambda raw: read(decode(value(raw)))


def compile_pairs(parameter: Parameter, repeated: Repeated, claimed: frozenset[str] = frozenset()) -> Extract:
    """Compile a query or cookie parameter, or a form field written as one, into an extractor from raw pairs.

    Args:
        parameter: What is read.
        repeated: What a value is that comes twice.
        claimed: Names of the other parameters, which an exploded object with free properties does not take.
    """
    match parameter.wire:
        case Array() as array:
            return _compile_array(parameter, array, repeated)
        case Object() as wire:
            return _compile_object(parameter, wire, repeated, claimed)
        case Scalar() as scalar:
            return _compile_single(
                parameter, compile_scalar(scalar), repeated, textual="string" in scalar.kinds
            )
        case Json():
            return _compile_single(parameter, compile_plain(parameter.wire), repeated, textual=False)
        case Tree() as tree:
            return compile_tree(parameter.name, tree)
        case File():
            raise ValueError("a file can stand in a multipart body only")
        case Either():
            raise ValueError("each reading is compiled by itself")
        case _:
            assert_never(parameter.wire)


def _compile_single(parameter: Parameter, read: ReadText, repeated: Repeated, *, textual: bool) -> Extract:
    """The extractor of a value that is not split. *textual*: an empty text is a value too."""
    name = parameter.name
    # `allowEmptyValue`: `?flag` and `?flag=` are sent without a value. For a string that is the empty
    # string.
    absent_if_empty = parameter.allow_empty and not textual

    def extract(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        values = pairs.get(name)
        if values is None:
            return ABSENT
        text = decode(values[0] if len(values) == 1 else one_of(values, repeated))
        if absent_if_empty and not text:
            return ABSENT
        return read(text)

    return extract


def compile_unclaimed(
    declared: Iterable[Parameter | FormField], others: Iterable[str] = ()
) -> Callable[[Iterable[str]], list[str]]:
    """Compile what tells, of names on the wire, those that belong neither to *declared* nor to *others*."""
    names = set(others)
    prefixes: tuple[str, ...] = ()
    free = False
    for item in declared:
        names.add(item.name)
        for wire in alternatives_of(item.wire):
            # Its names on the wire are `name[...]`.
            if isinstance(wire, Tree) or (isinstance(wire, Object) and item.style == "deepObject"):
                prefixes += (f"{item.name}[",)
            elif isinstance(wire, Object) and item.explode:
                names.update(wire.properties)
                free = free or wire.additional is not None
    if free:
        return lambda found: []
    return lambda found: [name for name in found if name not in names and not name.startswith(prefixes)]


def _split(text: str, style: str) -> list[str]:
    """The items of a text, as *style* divides them."""
    match style:
        case "spaceDelimited":
            # A space cannot stand in a URL: OpenAPI's own example has it as `%20`.
            return text.replace("%20", " ").split(" ")
        case "pipeDelimited":
            # Browsers send the bar as it is, RFC 3986 wants it encoded: both spellings divide.
            return text.replace("%7C", "|").replace("%7c", "|").split("|")
        case _:
            return text.split(",")


def _compile_array(parameter: Parameter, array: Array, repeated: Repeated) -> Extract:
    """The extractor of an array: a pair for each item (exploded), or all in one."""
    name, style = parameter.name, parameter.style
    items = compile_items(array)
    together = f"&{name}="  # form style writes exploded arrays into a cookie like this

    def exploded(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        values = pairs.get(name)
        if values is None:
            return ABSENT
        if parameter.location == "cookie":
            values = [piece for value in values for piece in value.split(together)]
        return items([decode(value) for value in values])

    def joined(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        values = pairs.get(name)
        if values is None:
            return ABSENT
        return items([decode(text) for text in _split(one_of(values, repeated), style)])

    return exploded if parameter.explode else joined


def _compile_object(
    parameter: Parameter, wire: Object, repeated: Repeated, claimed: frozenset[str]
) -> Extract:
    """The extractor of an object: names in brackets, a pair for each property, or all in one."""
    name = parameter.name
    members = compile_members(wire)

    def deep(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        if name in pairs:
            raise WireError("must be given as name[property]=value")
        opening = f"{name}["
        found = [
            (key[len(opening) : -1], decode(value))
            for key, values in pairs.items()
            # One level only; deeper brackets are a `Tree`, see `brackets`.
            if key.startswith(opening) and key.endswith("]")
            for value in values
        ]
        return members(found) if found else ABSENT

    def exploded(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        found = [
            (key, decode(value))
            for key, values in pairs.items()
            if key in wire.properties or (wire.additional is not None and key not in claimed)
            for value in values
        ]
        return members(found) if found else ABSENT

    def joined(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        values = pairs.get(name)
        if values is None:
            return ABSENT
        return members(_paired(_split(one_of(values, repeated), parameter.style), decode))

    if parameter.style == "deepObject":
        return deep
    return exploded if parameter.explode else joined
