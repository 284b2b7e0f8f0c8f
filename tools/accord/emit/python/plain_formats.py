"""``formats = "annotate"``: a format describes and restricts nothing, so no type may reject what the format would."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping
from typing import Final, TypeVar, cast

from accord.contract.model import Api
from accord.contract.schema import Annotations, Assertions
from accord.contract.schemas.formats import FORMATS
from accord.diagnostics import Span

RESTRICTING: Final = frozenset(f.name for f in FORMATS.values() if f.value not in {"text", "bytes"})
"""Formats whose Python type cannot hold every string."""

_T = TypeVar("_T")


def without_restricting_formats(api: Api, mapped: Container[str]) -> Api:
    """*api* where strings of these formats stay strings, but for formats that are *mapped* to a type of the project."""
    return _Dropping(frozenset(text for text in RESTRICTING if text not in mapped)).of(api)


class _Dropping:
    def __init__(self, formats: frozenset[str]) -> None:
        self._formats = formats

    def of(self, value: _T) -> _T:
        """*value* without the formats; the same object where nothing changed."""
        changed: object = value
        match value:
            case str() | int() | float() | None | Annotations() | Span():
                pass
            case tuple():
                items = cast("tuple[object, ...]", value)
                news = tuple([self.of(item) for item in items])
                changed = news if any(new is not old for new, old in zip(news, items, strict=True)) else items
            case Mapping():
                members = cast("Mapping[object, object]", value)
                parts = {key: self.of(member) for key, member in members.items()}
                changed = parts if any(parts[key] is not members[key] for key in parts) else members
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                changed = self._fields(value)
            case _:
                pass
        return cast("_T", changed)

    def _fields(self, value: object) -> object:
        assert dataclasses.is_dataclass(value)
        assert not isinstance(value, type)
        news: dict[str, object] = {}
        for field in dataclasses.fields(value):
            old: object = getattr(value, field.name)
            new = self.of(old)
            if new is not old:
                news[field.name] = new
        if isinstance(value, Assertions) and value.format in self._formats:
            news["format"] = None
        return dataclasses.replace(value, **news) if news else value
