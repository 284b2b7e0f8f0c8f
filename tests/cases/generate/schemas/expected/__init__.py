# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Models, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .any_pet import AnyPet as AnyPet
    from .anything import Anything as Anything
    from .base import Base as Base
    from .bird import Bird as Bird
    from .cat import Cat as Cat
    from .closed import Closed as Closed
    from .defaults import Defaults as Defaults
    from .dog import Dog as Dog
    from .head import Head as Head
    from .level import Level as Level
    from .list import List as List
    from .list_any import ListAny as ListAny
    from .map import Map as Map
    from .mixed import Mixed as Mixed
    from .narrowed import Narrowed as Narrowed
    from .nested import Nested as Nested
    from .nothing import Nothing as Nothing
    from .open_object import OpenObject as OpenObject
    from .owner import Owner as Owner
    from .pet import Pet as Pet
    from .point import Point as Point
    from .strings import Strings as Strings
    from .strings_list import StringsList as StringsList
    from .strings_own import StringsOwn as StringsOwn
    from .tree import Tree as Tree
    from .untyped import Untyped as Untyped
    from .uses_untyped import UsesUntyped as UsesUntyped

__all__ = [
    "Base",
    "Narrowed",
    "Untyped",
    "UsesUntyped",
    "Tree",
    "Nested",
    "Point",
    "Head",
    "Level",
    "Mixed",
    "Anything",
    "Nothing",
    "Cat",
    "Dog",
    "Bird",
    "Pet",
    "AnyPet",
    "Owner",
    "Defaults",
    "List",
    "Strings",
    "Map",
    "OpenObject",
    "Closed",
    "ListAny",
    "StringsOwn",
    "StringsList",
]

if not TYPE_CHECKING:
    from importlib import import_module

    _MODULES = {
        "Base": ".base",
        "Narrowed": ".narrowed",
        "Untyped": ".untyped",
        "UsesUntyped": ".uses_untyped",
        "Tree": ".tree",
        "Nested": ".nested",
        "Point": ".point",
        "Head": ".head",
        "Level": ".level",
        "Mixed": ".mixed",
        "Anything": ".anything",
        "Nothing": ".nothing",
        "Cat": ".cat",
        "Dog": ".dog",
        "Bird": ".bird",
        "Pet": ".pet",
        "AnyPet": ".any_pet",
        "Owner": ".owner",
        "Defaults": ".defaults",
        "List": ".list",
        "Strings": ".strings",
        "Map": ".map",
        "OpenObject": ".open_object",
        "Closed": ".closed",
        "ListAny": ".list_any",
        "StringsOwn": ".strings_own",
        "StringsList": ".strings_list",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
