"""What the media types of a request body and of a response have in common in the Python view, and what their schemas say of
texts and events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias, assert_never

from accord.contract.json_schema import View, is_json_text
from accord.contract.model import MediaType
from accord.contract.schema import ArrayAssertions, Assertions, BooleanSchema, NamedSchema, Ref, Schema
from accord.contract.schemas.references import resolve
from accord.contract.schemas.walk import in_place
from accord.emit.python.files import variants
from accord.emit.python.operation_context import OperationContext
from accord.emit.python.pytype import STRING, PyType, literal_of, runtime
from accord.emit.python.shapes import Folder
from accord.emit.python.support import unsupported
from accord.runtime.media_types import parse_media_type

Data: TypeAlias = Literal["json", "text", "either", "nothing"]
BYTE_STREAM: Final = runtime("ByteStream")


class Contents:
    """The media types of one body. *key* gives the guard's key of one of them, *owner* starts the names of its classes."""

    def __init__(self, scope: OperationContext, view: View, key: Callable[[str], str], owner: str) -> None:
        self.scope = scope
        self.folder = Folder(scope.api.schemas)
        self.key = key
        self._view: View = view
        self._owner = owner

    def report(self, code: str, message: str, media: MediaType) -> None:
        """Note a finding that does not keep the operation from being served."""
        self.scope.found.append(unsupported(code, message, media.span))

    def guarded(self, name: str, schema: Schema | None, view: View | None = None) -> str:
        """Check what comes as *name* against *schema*; the key of the check."""
        key = self.key(name)
        self.scope.guard(key, schema, self._view if view is None else view)
        return key

    def type(self, schema: Schema | None, suffix: str, view: View | None = None) -> PyType:
        """The Python type of *schema*."""
        return self.scope.annotation(
            schema, view=self._view if view is None else view, name=f"{self._owner}{suffix}"
        )

    def kinds(self, schema: Schema | None) -> set[str]:
        """The JSON types of *schema*, as far as it tells."""
        if schema is None:
            return set()
        return {kind for shape in variants(self.folder, schema) for kind in shape.inferred_types or ()}

    def item_schema(self, media: MediaType) -> tuple[Schema | None, bool]:
        """``itemSchema``, or what ``schema`` says of each item, and whether it says more about all items together.

        Before 3.2 the schema of a sequence describes all of it as an array, or else one item.
        """
        schema = media.schema
        if schema is None:
            return media.item_schema, False
        shape = self.folder.fold(schema)
        if media.item_schema is None and shape.inferred_types != ("array",):
            return schema, False
        bare = replace(shape.array, items=None, prefix_items=())
        restricted = bare != ArrayAssertions() or bool(shape.array.prefix_items)
        if media.item_schema is not None:
            return media.item_schema, restricted
        return None if isinstance(shape.array.items, BooleanSchema) else shape.array.items, restricted


def is_open(media_type: str) -> bool:
    """Whether a response has to say more of its media type: of a range the type, of multipart the boundary."""
    parsed = parse_media_type(media_type)
    return parsed is not None and parsed.is_open


def media_type_annotation(names: Sequence[str]) -> PyType:
    """The type of the names of media types, some of which may be open."""
    return STRING if any(is_open(name) for name in names) else literal_of(names)


def may_be_text(
    schema: Schema | None, schemas: Mapping[str, NamedSchema], seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a string may be valid against *schema*; in doubt it may."""
    match schema:
        case None:
            return True
        case BooleanSchema(value=value):
            return value
        case Ref(target=target):
            if target in seen or target not in schemas:
                return True
            return may_be_text(schemas[target].schema, schemas, seen | {target})
        case Assertions():
            if schema.types is not None and "string" not in schema.types:
                return False
            if schema.enum is not None and not any(isinstance(value, str) for value in schema.enum):
                return False
            return all(may_be_text(branch, schemas, seen) for branch in schema.all_of) and all(
                any(may_be_text(branch, schemas, seen) for branch in branches)
                for branches in (schema.any_of, schema.one_of)
                if branches
            )
        case _:
            assert_never(schema)


def describes_json(schema: Schema | None) -> bool:
    """Whether *schema* asks for more than a text or bytes."""
    if schema is None or is_anything(schema):
        return False
    return not (isinstance(schema, Assertions) and schema.types == ("string",))


def is_plain_text(schema: Schema, schemas: Mapping[str, NamedSchema]) -> bool:
    """Whether *schema* describes the text of the stream, not what stands in it."""
    found = resolve(schema, schemas)
    if found is None:
        return False
    return is_anything(found) or (isinstance(found, Assertions) and found.types == ("string",))


def is_anything(schema: Schema) -> bool:
    """Whether *schema* allows every text and all bytes."""
    if isinstance(schema, BooleanSchema):
        return schema.value
    if isinstance(schema, Ref):
        return False
    if schema.format == "binary" and schema.types in {None, ("string",)}:
        return True
    return schema == Assertions(span=schema.span, annotations=schema.annotations, format=schema.format)


def data_of(event: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    """What the ``data`` of the events is that *event* describes.

    It is JSON where its schema has one for the decoded text, or describes something that is no string; ``nothing``: the
    schema does not describe it.
    """
    kinds: set[Data] = {
        _kind(declared.schema, schemas)
        for part in in_place(event, schemas)
        for declared in part.object.properties
        if declared.name == "data"
    }
    if not kinds:
        return "nothing"
    return kinds.pop() if len(kinds) == 1 else "either"


def _kind(schema: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    found = resolve(schema, schemas)
    if not isinstance(found, Assertions):
        return "either"
    if is_json_text(found.string):
        return "json"
    texts = found.types == ("string",) or (
        found.enum is not None and all(isinstance(value, str) for value in found.enum)
    )
    if texts:
        return "text"
    return "either" if found.types is None or "string" in found.types else "json"
