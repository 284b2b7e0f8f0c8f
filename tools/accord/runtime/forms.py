"""Forms (``application/x-www-form-urlencoded``): pairs of names and texts become the JSON data that the guard checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from accord.runtime.alternatives import compile_alternatives
from accord.runtime.declare import (
    ABSENT,
    BodyContent,
    Either,
    File,
    FormField,
    Json,
    Object,
    Parameter,
    Scalar,
    Tree,
)
from accord.runtime.faults import pointer_of
from accord.runtime.guard import Guard
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.request import not_utf8, split_pairs
from accord.runtime.settings import RuntimeSettings
from accord.runtime.strict_json import JsonValue
from accord.runtime.styles import Extract, Pairs, compile_pairs
from accord.runtime.wire import ReadText, WireError, compile_plain, compile_scalar, decode, read_json

ReadForm: TypeAlias = Callable[[bytes], dict[str, Any]]
Times: TypeAlias = Callable[[list[str]], Any]  # Any: JSON, raw texts in

TWICE: Final = "must not be given more than once"


def compile_urlencoded(content: BodyContent, guard: Guard, settings: RuntimeSettings) -> ReadForm:
    """Compile a form body into a reader. It raises :class:`Rejection`: 400, 413, or 422 with everything that is wrong."""
    fields = content.form or ()
    readers = compile_fields(fields, guard)
    additional = compile_additional(content.additional)
    taken = compile_taken(fields)

    def read(raw: bytes) -> dict[str, Any]:
        # Counted before anything is split: a form of a million empty fields takes far more memory than it
        # has bytes.
        if raw.count(b"&") >= settings.max_form_fields:
            detail = f"The form has more than {settings.max_form_fields} fields."
            raise Rejection(RejectionKind.TOO_LARGE, detail=detail)
        pairs = split_pairs(raw, "body")
        value, errors = extract(readers, pairs)
        for name, texts in pairs.items():
            if not taken(name):
                try:
                    value[name] = one_or_all([additional(_decoded(text)) for text in texts])
                except WireError as error:
                    errors.append(InvalidPart("body", "/*", str(error)))
        if errors:
            raise Rejection(RejectionKind.INVALID, errors=sorted(errors))
        return value

    return read


def compile_fields(fields: tuple[FormField, ...], guard: Guard) -> list[tuple[str, Extract]]:
    """Compile *fields*, none of which is a file, into an extractor for each name."""
    # An exploded object with free properties takes every name that no other field has.
    names = frozenset(declared.name for declared in fields)
    readers = [(field, _compile_field(field, names, guard)) for field in fields]
    return [(field.name, _or_empty(read) if field.empty else read) for field, read in readers]


def _or_empty(read: Extract) -> Extract:
    """*read*, with the empty array for a field that does not come: a form has no other spelling of it."""

    def read_or_empty(pairs: Pairs) -> Any:  # Any: JSON
        found = read(pairs)
        return [] if found is ABSENT else found

    return read_or_empty


def _compile_field(declared: FormField, names: frozenset[str], guard: Guard) -> Extract:
    """The extractor of one field, by how often it may come."""
    if isinstance(declared.wire, Either):
        alternatives = [_parameter(replace(declared, wire=reading)) for reading in declared.wire.alternatives]
        extracts = [compile_pairs(reading, "reject", names) for reading in alternatives]
        return compile_alternatives(declared.wire, extracts, guard)
    if declared.times == "one":
        return compile_pairs(_parameter(declared), "reject", names)
    wire = Scalar() if isinstance(declared.wire, File) else declared.wire
    name, read = declared.name, compile_plain(wire)
    return _each(name, read) if declared.times == "each" else _either(name, read)


def _all_of(value: JsonValue) -> list[JsonValue] | None:
    """*value* if it is an array."""
    return value if isinstance(value, list) else None


def _each(name: str, read: ReadText) -> Extract:
    """The extractor of an array whose items come as fields of one name."""

    def extract_each(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        texts = pairs.get(name)
        if texts is None:
            return ABSENT
        values: list[Any] = [read(decode(text)) for text in texts]
        # Items that are JSON themselves are no arrays, so that one array is all of them: clients write both.
        whole = _all_of(values[0]) if len(values) == 1 else None
        return values if whole is None else whole

    return extract_each


def _either(name: str, read: ReadText) -> Extract:
    """The extractor of a field that is one value, or an array where it comes more than once."""

    def extract_either(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        texts = pairs.get(name)
        return ABSENT if texts is None else one_or_all([read(decode(text)) for text in texts])

    return extract_either


def compile_additional(wire: Scalar | Json | File) -> ReadText:
    """Compile the reader of undeclared fields that are text."""
    match wire:
        case Scalar():
            return compile_scalar(wire)
        case Json():
            return read_json
        case File():
            return lambda text: text


def _parameter(declared: FormField) -> Parameter:
    """A field as the parameter that is written in the same style: OpenAPI defines forms by the styles of a query."""
    return Parameter(
        name=declared.name,
        argument=declared.name,
        location="query",
        wire=Scalar() if isinstance(declared.wire, File) else declared.wire,
        style=declared.style if declared.style != "simple" else "form",
        explode=declared.explode,
    )


def compile_taken(fields: tuple[FormField, ...]) -> Callable[[str], bool]:
    """What tells whether a name on the wire belongs to one of *fields*."""
    names: set[str] = set()
    prefixes: list[str] = []
    free = False
    for declared in fields:
        names.add(declared.name)
        wires = declared.wire.alternatives if isinstance(declared.wire, Either) else (declared.wire,)
        for wire in wires:
            # Its names on the wire are `name[...]`.
            if isinstance(wire, Tree) or (isinstance(wire, Object) and declared.style == "deepObject"):
                prefixes.append(f"{declared.name}[")
            elif isinstance(wire, Object) and declared.explode:
                names.update(wire.properties)
                free = free or wire.additional is not None
    return lambda name: free or name in names or any(name.startswith(prefix) for prefix in prefixes)


def extract(
    readers: list[tuple[str, Extract]], pairs: Mapping[str, list[str]]
) -> tuple[dict[str, Any], list[InvalidPart]]:
    """The fields that *pairs* have, and what is wrong with the others.

    Raises:
        Rejection: 400, where a text is not UTF-8.
    """
    value: dict[str, Any] = {}
    errors: list[InvalidPart] = []
    for name, read in readers:
        try:
            found = read(pairs)
        except WireError as error:
            errors.append(InvalidPart("body", pointer_of((name,)), str(error)))
        except UnicodeDecodeError:
            raise not_utf8("body") from None
        else:
            if found is not ABSENT:
                value[name] = found
    return value, errors


def _decoded(text: str) -> str:
    try:
        return decode(text)
    except UnicodeDecodeError:
        raise not_utf8("body") from None


def one_or_all(values: list[Any]) -> Any:  # Any: JSON
    """The value of a field that came once, or the list of all where it came more often."""
    return values[0] if len(values) == 1 else values
