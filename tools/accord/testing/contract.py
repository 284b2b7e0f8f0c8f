"""The contract, arranged for checking traffic: clauses by pointer, operations by path, validators by place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from accord.contract.json_schema import View
from accord.contract.media_types import essence
from accord.contract.model import Api, MediaType, Operation, Parameter, Response
from accord.contract.schema import JsonValue, Schema, SchemaType
from accord.contract.schemas.validation import Validators
from accord.contract.schemas.walk import in_place
from accord.source.pointer import join, split
from accord.testing.exchange import label
from accord.testing.options import Formats

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One violation of a schema: the pointer of the keyword relative to the schema, what is wrong, and where in the
    value (a JSON pointer, empty for the whole)."""

    keyword: tuple[str, ...]
    kind: str
    message: str
    place: str


class Clauses:
    """Finds clauses in the bundled document. Pointers follow ``$ref``, so that each names what really stands there."""

    def __init__(self, document: Mapping[str, JsonValue]) -> None:
        self._document = document

    def pointer(self, start: str, *steps: str) -> str:
        """The pointer of *steps* below the pointer *start*, as deep as the document goes."""
        node, path = self._walk(split(start), follow_last=False)
        for step in steps:
            if step == "$ref":
                continue
            node, path = self._dereference(node, path)
            child = _child(node, step)
            if child is None:
                break
            node, path = child, [*path, step]
        return join("", *path)

    def value(self, pointer: str) -> JsonValue:
        """What stands at a pointer (references followed); ``None`` where nothing does."""
        return self._walk(split(pointer), follow_last=True)[0]

    def _walk(self, steps: Sequence[str], *, follow_last: bool) -> tuple[JsonValue, list[str]]:
        node: JsonValue = dict(self._document)
        path: list[str] = []
        for step in steps:
            node, path = self._dereference(node, path)
            child = _child(node, step)
            if child is None:
                return None, path
            node, path = child, [*path, step]
        return self._dereference(node, path) if follow_last else (node, path)

    def _dereference(self, node: JsonValue, path: list[str]) -> tuple[JsonValue, list[str]]:
        seen: set[str] = set()
        while isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
            is_own = len(node) > 1 and "properties" in node
            if not reference.startswith("#/") or reference in seen or is_own:
                break
            seen.add(reference)
            node, path = self._walk(split(reference[1:]), follow_last=False)
        return node, path


class Contract:
    """An API together with its bundled document, ready to judge requests and responses."""

    def __init__(self, api: Api, document: Mapping[str, JsonValue], formats: Formats) -> None:
        self.api = api
        self.formats = formats
        self.clauses = Clauses(document)
        self._validators = Validators(api.schemas, formats=formats == "assert")

    @cached_property
    def base_path(self) -> str:
        """Path of the first server, without a trailing slash; variables take their defaults."""
        if not self.api.servers:
            return ""
        url = self.api.servers[0].url
        for variable in self.api.servers[0].variables:
            url = url.replace("{" + variable.name + "}", variable.default)
        return urlsplit(url).path.rstrip("/")

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Operations by ``METHOD /path``."""
        return {label(operation): operation for operation in self.api.operations}

    @cached_property
    def methods(self) -> Mapping[str, frozenset[str]]:
        """Declared methods of each path."""
        out: dict[str, set[str]] = {}
        for operation in self.api.operations:
            out.setdefault(operation.path, set()).add(operation.method)
        return {path: frozenset(methods) for path, methods in out.items()}

    @cached_property
    def templates(self) -> tuple[PathTemplate, ...]:
        """Path templates, the concrete ones first, as a router has to try them."""
        paths = dict.fromkeys(operation.path for operation in self.api.operations)
        return tuple(sorted((PathTemplate(path) for path in paths), key=lambda template: template.rank))

    def match(self, path: str) -> PathTemplate | None:
        """The template that a path (below the base URL, still percent-encoded) belongs to."""
        return next((t for t in self.templates if t.match(path) is not None), None)

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation of a path template."""
        return self.operations.get(f"{method} {path}")

    def violations(self, schema: Schema, view: View, value: JsonValue) -> Iterator[Violation]:
        """How *value* breaks *schema* in a view, in the validator's order."""
        for error in self._validators.errors(schema, view, value):
            yield Violation(
                keyword=tuple(str(step) for step in error.evaluation_path[2:]),
                kind=error.kind.name,
                message=error.message,
                place=join("", *error.instance_path[1:]),
            )

    def is_valid(self, schema: Schema, view: View, value: JsonValue) -> bool:
        """Whether *value* satisfies *schema* in a view."""
        return self._validators.is_valid(schema, view, value)

    def types(self, schema: Schema) -> frozenset[SchemaType]:
        """JSON types that a schema speaks of, also through references and branches; empty: any type."""
        return frozenset(kind for part in in_place(schema, self.api.schemas) for kind in part.types or ())

    def parameter_pointer(self, operation: Operation, parameter: Parameter) -> str:
        """The pointer of a parameter: the operation's own, or its path item's."""
        for owner in (operation.pointer, operation.pointer.rpartition("/")[0]):
            entries = self.clauses.value(f"{owner}/parameters")
            for index in range(len(entries) if isinstance(entries, list) else 0):
                entry = self.clauses.value(pointer := f"{owner}/parameters/{index}")
                found = (entry.get("name"), entry.get("in")) if isinstance(entry, dict) else None
                if found == (parameter.name, parameter.location):
                    return pointer
        return operation.pointer

    def property_schema(self, schema: Schema, name: str) -> Schema | None:
        """The schema of a property as declared first, also in branches and behind references."""
        parts = in_place(schema, self.api.schemas)
        return next((p.schema for part in parts for p in part.object.properties if p.name == name), None)


class PathTemplate:
    """A path template as a matcher of percent-encoded paths."""

    __slots__ = ("_names", "_pattern", "path", "rank")

    def __init__(self, path: str) -> None:
        self.path = path
        pieces = _VARIABLE.split(path)
        self._names = tuple(pieces[1::2])
        source = "".join("([^/]+)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
        self._pattern = re.compile(source)
        self.rank = tuple("{" in segment for segment in path.split("/"))

    def match(self, path: str) -> Mapping[str, str] | None:
        """The raw values of the path parameters, or ``None``."""
        found = self._pattern.fullmatch(path)
        return None if found is None else dict(zip(self._names, found.groups(), strict=True))

    @property
    def names_one_resource(self) -> bool:
        """Whether the last segment is a parameter: the path names one member of a collection."""
        return "{" in self.path.rsplit("/", 1)[-1]


def find_response(operation: Operation, status: int) -> Response | None:
    """The documented response of a status: exact, then its range, then ``default``."""
    by_status = {response.status: response for response in operation.responses}
    keys = (str(status), f"{status // 100}XX", "default")
    return next((by_status[key] for key in keys if key in by_status), None)


def find_media_type(content: Sequence[MediaType], media_type: str) -> MediaType | None:
    """The most specific entry of ``content`` for a media type without parameters, in lower case."""
    names = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    by_name: dict[str, MediaType] = {}
    for entry in content:
        by_name.setdefault(essence(entry.name), entry)
    return next((by_name[name] for name in names if name in by_name), None)


def _child(node: JsonValue, step: str) -> JsonValue:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and step.isdigit() and int(step) < len(node):
        return node[int(step)]
    return None
