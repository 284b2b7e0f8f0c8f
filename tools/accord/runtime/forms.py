"""Forms (``application/x-www-form-urlencoded``): pairs of names and texts become the JSON data that the guard checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from accord.runtime.alternatives import compile_alternatives
from accord.runtime.declare import ABSENT, BodyContent, Either, File, FormField, Json, Parameter, Scalar
from accord.runtime.faults import pointer_of
from accord.runtime.guard import Guard
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.request import not_utf8, split_pairs
from accord.runtime.settings import RuntimeSettings
from accord.runtime.styles import Extract, Pairs, compile_pairs, compile_unclaimed
from accord.runtime.wire import ReadText, WireError, compile_plain, compile_scalar, decode, read_json

ReadForm: TypeAlias = Callable[[bytes], dict[str, Any]]


def compile_urlencoded(content: BodyContent, guard: Guard, settings: RuntimeSettings) -> ReadForm:
    """Compile a form body into a reader. It raises :class:`Rejection`: 400, 413, or 422 with everything that is wrong."""
    fields = content.form or ()
    readers = compile_fields(fields, guard)
    additional, unclaimed = compile_additional(content.additional), compile_unclaimed(fields)

    def read(raw: bytes) -> dict[str, Any]:
        # Counted before anything is split: a form of a million empty fields takes far more memory than it
        # has bytes.
        if raw.count(b"&") >= settings.max_form_fields:
            detail = f"The form has more than {settings.max_form_fields} fields."
            raise Rejection(RejectionKind.TOO_LARGE, detail=detail)
        pairs = split_pairs(raw, "body")
        value, errors = extract(readers, pairs)
        for name in unclaimed(pairs):
            try:
                value[name] = one_or_all([additional(decode(text)) for text in pairs[name]])
            except WireError as error:
                errors.append(InvalidPart("body", "/*", str(error)))
            except UnicodeDecodeError:
                raise not_utf8("body") from None
        if errors:
            raise Rejection(RejectionKind.INVALID, errors=sorted(errors))
        return value

    return read


def compile_fields(fields: tuple[FormField, ...], guard: Guard) -> list[tuple[FormField, Extract]]:
    """Compile *fields*, none of which is a file, into an extractor for each."""
    # An exploded object with free properties takes every name that no other field has.
    names = frozenset(declared.name for declared in fields)
    return [(declared, _compile_field(declared, names, guard)) for declared in fields]


def _compile_field(declared: FormField, names: frozenset[str], guard: Guard) -> Extract:
    """The extractor of one field, by how often it may come."""
    if isinstance(declared.wire, Either) or declared.times == "one":
        return compile_alternatives(
            declared.wire,
            lambda reading: compile_pairs(_parameter(replace(declared, wire=reading)), "reject", names),
            guard,
        )
    read = compile_plain(Scalar() if isinstance(declared.wire, File) else declared.wire)

    def extract_all(pairs: Pairs) -> Any:  # Any: JSON, or ABSENT
        texts = pairs.get(declared.name)
        if texts is None:
            return ABSENT
        values: list[Any] = [read(decode(text)) for text in texts]
        # Items that are JSON themselves are no arrays, so that one array is all of them: clients write both.
        is_whole = declared.times == "either" or isinstance(values[0], list)
        return one_or_all(values) if is_whole else values

    return extract_all


def compile_additional(wire: Scalar | Json | File) -> ReadText:
    """Compile the reader of undeclared fields that are text."""
    match wire:
        case Scalar():
            return compile_scalar(wire)
        case Json():
            return read_json
        case File():
            return str


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


def extract(
    readers: list[tuple[FormField, Extract]], pairs: Mapping[str, list[str]]
) -> tuple[dict[str, Any], list[InvalidPart]]:
    """The fields that *pairs* have, and what is wrong with the others.

    Raises:
        Rejection: 400, where a text is not UTF-8.
    """
    value: dict[str, Any] = {}
    errors: list[InvalidPart] = []
    for declared, read in readers:
        try:
            found = read(pairs)
        except WireError as error:
            errors.append(InvalidPart("body", pointer_of((declared.name,)), str(error)))
        except UnicodeDecodeError:
            raise not_utf8("body") from None
        else:
            if found is not ABSENT:
                value[declared.name] = found
            elif declared.empty:  # the empty array: a form has no other spelling of it
                value[declared.name] = []
    return value, errors


def one_or_all(values: list[Any]) -> Any:  # Any: JSON
    """The value of a field that came once, or the list of all where it came more often."""
    return values[0] if len(values) == 1 else values
