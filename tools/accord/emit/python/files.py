"""Files in multipart bodies: which properties of a form are files, and the form as the guard and as the model see it.

A schema cannot say what a file is: the guard sees a string in its place, the model an ``Upload``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from accord.contract.model import Api, Encoding
from accord.contract.schema import (
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    NamedSchema,
    ObjectAssertions,
    Property,
    Ref,
    Schema,
    annotations_of,
)
from accord.emit.python.scalars import UPLOAD_FORMAT
from accord.emit.python.shapes import Folder, Shape
from accord.runtime.declare import File
from accord.runtime.media_types import content_kind, parse_media_type

Times: TypeAlias = Literal["one", "each", "either"]
_TOO_DEEP: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileField:
    """A property that is a file, or an array of files."""

    file: File
    times: Times


class MixedError(Exception):
    """A property that may be a file or something else."""


def variants(folder: Folder, schema: Schema) -> Iterator[Shape]:
    """The shapes of *schema*, one for each combination of its alternatives."""
    yield from _expanded(folder, folder.fold(schema), 0)


def _expanded(folder: Folder, shape: Shape, depth: int) -> Iterator[Shape]:
    if not shape.choices or depth > _TOO_DEEP:
        yield shape
        return
    choice, rest = shape.choices[0], replace(shape, choices=shape.choices[1:])
    for branch in choice.branches:
        merged = folder.merge(rest, folder.fold(branch, visited=shape.visited))
        yield from _expanded(folder, merged, depth + 1)


class FileFinder:
    """Tells the files of the multipart bodies of one contract."""

    def __init__(self, api: Api) -> None:
        self._folder = Folder(api.schemas)
        self._modern = api.spec_version != "3.0"

    def file_field(
        self, schema: Schema, encoding: Encoding | None, *, styled: bool = False
    ) -> FileField | None:
        """How *schema* is a file; ``None`` where it is none. With *styled* it is text, unless its format is ``binary``.

        Raises:
            MixedError: it may be a file or something else.
        """
        textual = styled or _textual(encoding)
        files: list[Shape] = []
        times: set[Times] = set()
        others = False
        for shape in variants(self._folder, schema):
            if shape.impossible or shape.inferred_types == ("null",):
                continue
            items = shape.array.items if shape.inferred_types == ("array",) else None
            inner = [shape] if items is None else list(variants(self._folder, items))
            if all(self._is_file(variant, textual) for variant in inner):
                files += inner
                times.add("one" if items is None else "each")
            else:
                others = True
        if not files:
            return None
        if others:
            raise MixedError
        file = File(
            min_length=min(_if_all([variant.string.min_length for variant in files]), default=None),
            max_length=max(_if_all([variant.string.max_length for variant in files]), default=None),
        )
        return FileField(file=file, times=times.pop() if len(times) == 1 else "either")

    def _is_file(self, shape: Shape, textual: bool | None) -> bool:
        kinds = set(shape.inferred_types or ()) - {"null"}
        if kinds - {"string"} or shape.enum is not None or shape.string.content_encoding is not None:
            return False
        if shape.format == "binary":
            return True
        if textual is not None:
            return not textual
        if not self._modern:
            return False
        media_type = parse_media_type(shape.string.content_media_type or "")
        if media_type is not None:
            return content_kind(media_type) == "binary"
        return (
            shape.inferred_types is None and not shape.says_something
        )  # 3.1: application/octet-stream by default


def _textual(encoding: Encoding | None) -> bool | None:
    """Whether the declared media types of a part are all text; ``None`` where none is declared."""
    types = [parse_media_type(text) for text in encoding.content_types] if encoding is not None else []
    known = [type_ for type_ in types if type_ is not None]
    return all(content_kind(media_type) != "binary" for media_type in known) if known else None


def _if_all(bounds: list[int | None]) -> list[int]:
    """*bounds* if every alternative has one; otherwise nothing is bounded."""
    known = [bound for bound in bounds if bound is not None]
    return known if len(known) == len(bounds) else []


@dataclass(frozen=True, slots=True)
class FormSchema:
    """Rewrites the schema of a form whose properties *files* are files (with *rest*, all that it does not name too)."""

    schemas: Mapping[str, NamedSchema]
    files: Mapping[str, FileField]
    rest: FileField | None = None

    def for_guard(self, schema: Schema) -> Schema:
        """*schema* with a string in the place of each file."""
        return self._rewritten(schema, None, frozenset())

    def for_model(self, schema: Schema) -> Schema:
        """*schema* with an upload in the place of each file."""
        return self._rewritten(schema, UPLOAD_FORMAT, frozenset())

    def _rewritten(self, schema: Schema, format_: str | None, visited: Collection[str]) -> Schema:
        if isinstance(schema, Ref):
            named = self.schemas.get(schema.target)
            if named is None or schema.target in visited:
                return schema
            found = self._rewritten(named.schema, format_, {*visited, schema.target})
            return schema if found is named.schema else found
        if isinstance(schema, BooleanSchema):
            return schema
        own = self._object(schema.object, format_)
        branches = {
            name: tuple(self._rewritten(part, format_, visited) for part in given)
            for name, given in (
                ("all_of", schema.all_of),
                ("any_of", schema.any_of),
                ("one_of", schema.one_of),
            )
        }
        same = own is schema.object and all(
            part is other
            for name, given in branches.items()
            for part, other in zip(given, getattr(schema, name), strict=True)
        )
        return schema if same else replace(schema, object=own, discriminator=None, **branches)  # type: ignore[arg-type]

    def _object(self, obj: ObjectAssertions, format_: str | None) -> ObjectAssertions:
        if not any(prop.name in self.files for prop in obj.properties) and self.rest is None:
            return obj
        properties = tuple(
            Property(
                name=prop.name, schema=_stand_in(prop.schema, self.files[prop.name], format_), span=prop.span
            )
            if prop.name in self.files
            else prop
            for prop in obj.properties
        )
        additional = obj.additional_properties
        if self.rest is not None and additional is not None:
            additional = _stand_in(additional, self.rest, format_)
        return replace(obj, properties=properties, additional_properties=additional)


def _stand_in(schema: Schema, field: FileField, format_: str | None) -> Schema:
    file = Assertions(types=("string",), format=format_, span=schema.span)
    many = Assertions(types=("array",), array=ArrayAssertions(items=file), span=schema.span)
    if isinstance(schema, Assertions) and schema.types == ("array",):
        array = schema.array
        bounded = ArrayAssertions(items=file, min_items=array.min_items, max_items=array.max_items)
        many = replace(many, array=bounded)
    annotations = annotations_of(schema)
    match field.times:
        case "one":
            return replace(file, annotations=annotations)
        case "each":
            return replace(many, annotations=annotations)
        case "either":
            return Assertions(any_of=(file, many), annotations=annotations, span=schema.span)
