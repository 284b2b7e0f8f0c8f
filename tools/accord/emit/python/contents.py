"""What the media types of a request body and of a response have in common in the Python view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from accord.contract.json_schema import View
from accord.contract.model import MediaType
from accord.contract.schema import ArrayAssertions, BooleanSchema, Schema
from accord.emit.python.files import variants
from accord.emit.python.pytype import PyType, runtime
from accord.emit.python.scope import Scope
from accord.emit.python.shapes import Folder
from accord.emit.python.support import unsupported

BYTE_STREAM: Final = runtime("ByteStream")


class Contents:
    """The media types of one body. *key* gives the guard's key of one of them, *owner* starts the names of its classes."""

    def __init__(self, scope: Scope, view: View, key: Callable[[str], str], owner: str) -> None:
        self.scope = scope
        self.folder = Folder(scope.api.schemas)
        self.key = key
        self._view = view
        self._owner = owner

    def report(self, code: str, message: str, media: MediaType) -> None:
        """Note a finding that does not keep the operation from being served."""
        self.scope.found.append(unsupported(code, message, media.span))

    def guarded(self, name: str, schema: Schema | None, view: View | None = None) -> str:
        """Check what comes as *name* against *schema*; the key of the check."""
        key = self.key(name)
        self.scope.guard(key, schema, view or self._view)
        return key

    def type(self, schema: Schema | None, suffix: str, view: View | None = None) -> PyType:
        """The Python type of *schema*."""
        return self.scope.annotation(schema, view=view or self._view, name=f"{self._owner}{suffix}")

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
