"""Changes to a contract as data and as text, each drawn from a given source of chance."""

from __future__ import annotations

import copy
import json
import math
import random
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import yaml

from tests.properties.odd import KEYWORDS, ODD, REFERENCES, TEXTS
from tests.properties.seeds import MEDIA, PARAMETERS, SCHEMAS

Path: TypeAlias = tuple[str | int, ...]

_SCHEMA_KEYS = ("schema", "items", "not", "if", "then", "contains", "additionalProperties", "itemSchema")
_SCHEMA_MAPS = ("properties", "schemas", "allOf", "anyOf", "oneOf", "prefixItems", "$defs")


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where every value inside of *value* stands."""
    waiting: list[tuple[Any, Path]] = [(value, path)]
    while waiting:
        result, here = waiting.pop()
        items: Any = (
            result.items()
            if isinstance(result, dict)
            else enumerate(result)
            if isinstance(result, list)
            else ()
        )
        for key, inner in items:
            yield (*here, key)
            if len(here) < 40:
                waiting.append((inner, (*here, key)))


def at(value: Any, path: Path) -> Any:
    """The value at *path*."""
    for key in path:
        value = value[key]
    return value


def changed(data: dict[str, Any], rng: random.Random, *, times: int) -> dict[str, Any]:
    """*data* with up to *times* changes; it may share parts, and even hold itself."""
    result = copy.deepcopy(data)
    for _ in range(times):
        known = list(places(result))
        if not known:
            break
        path = rng.choice(known)
        rng.choice(_CHANGES)(result, path, rng, known)
    return result


_Change: TypeAlias = Callable[[dict[str, Any], Path, random.Random, list[Path]], None]


def _drop(data: dict[str, Any], path: Path, _rng: random.Random, _known: list[Path]) -> None:
    del at(data, path[:-1])[path[-1]]


def _replace(data: dict[str, Any], path: Path, rng: random.Random, _known: list[Path]) -> None:
    at(data, path[:-1])[path[-1]] = copy.deepcopy(rng.choice(ODD))


def _retarget(data: dict[str, Any], path: Path, rng: random.Random, known: list[Path]) -> None:
    """A reference, new or another one: to a known oddity, or to any place of the contract."""
    target = rng.choice(REFERENCES) if rng.random() < 0.3 else _pointer(rng.choice(known))
    owner = at(data, path[:-1])
    if isinstance(at(data, path), dict) and rng.random() < 0.5:
        owner[path[-1]]["$ref"] = target
    elif path[-1] == "$ref":
        owner[path[-1]] = target
    else:
        owner[path[-1]] = {"$ref": target}


def _pointer(path: Path) -> str:
    return "#" + "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def _circle(data: dict[str, Any], path: Path, rng: random.Random, _known: list[Path]) -> None:
    """A reference to something that holds it."""
    at(data, path[:-1])[path[-1]] = {"$ref": _pointer(path[: rng.randint(1, len(path))])}


def _share(data: dict[str, Any], path: Path, rng: random.Random, known: list[Path]) -> None:
    """The same value in two places: an anchor and an alias in YAML. Now and then it holds itself."""
    value = at(data, rng.choice(known))
    if rng.random() < 0.9:
        value = copy.deepcopy(value)
        other = rng.choice(known)
        at(data, other[:-1])[other[-1]] = value
    try:
        at(data, path[:-1])[path[-1]] = value
    except (KeyError, IndexError, TypeError):  # the first place took the second one away
        return


def _copy(data: dict[str, Any], path: Path, rng: random.Random, known: list[Path]) -> None:
    """A value beside its original, in a list or under another key."""
    owner, value = at(data, path[:-1]), copy.deepcopy(at(data, path))
    if isinstance(owner, list):
        owner.insert(rng.randint(0, len(owner)), value)
    else:
        owner[_key(rng, known)] = value


def _swap(data: dict[str, Any], path: Path, rng: random.Random, known: list[Path]) -> None:
    other = rng.choice(known)
    result, two = at(data, path), at(data, other)
    if path[: len(other)] == other or other[: len(path)] == path:
        return
    at(data, path[:-1])[path[-1]] = two
    at(data, other[:-1])[other[-1]] = result


def _rename(data: dict[str, Any], path: Path, rng: random.Random, known: list[Path]) -> None:
    owner = at(data, path[:-1])
    if isinstance(owner, dict):
        new = _key(rng, known)
        items = [(new if key == path[-1] else key, value) for key, value in owner.items()]
        owner.clear()
        owner.update(items)


def _key(rng: random.Random, known: list[Path]) -> Any:
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(KEYWORDS)
    if kind < 0.8:
        return str(rng.choice(known)[-1])
    odd = rng.choice(ODD)
    return (
        odd
        if isinstance(odd, str | int | float | bool | None)
        and not (isinstance(odd, float) and not math.isfinite(odd))
        else str(odd)
    )


def _add(data: dict[str, Any], path: Path, rng: random.Random, known: list[Path]) -> None:
    """A keyword with a value that stands elsewhere under its name, or an odd one."""
    owner = at(data, path)
    if isinstance(owner, list):
        owner.append(copy.deepcopy(rng.choice(ODD)))
    if not isinstance(owner, dict):
        return
    key = rng.choice(KEYWORDS)
    same = [pair for pair in known if pair[-1] == key]
    part = rng.choice([*SCHEMAS, *PARAMETERS, *({"content": {media: {}}} for media in MEDIA)])
    values = [at(data, rng.choice(same))] if same else [rng.choice(ODD), part, [part], {"a": part}]
    owner[key] = copy.deepcopy(rng.choice(values))


def _schema(data: dict[str, Any], _path: Path, rng: random.Random, known: list[Path]) -> None:
    """Another schema where one stands: a change that leaves the contract whole."""
    schemas = [
        pair for pair in known if pair[-1] in _SCHEMA_KEYS or (len(pair) > 1 and pair[-2] in _SCHEMA_MAPS)
    ]
    if schemas:
        schema = rng.choice(schemas)
        at(data, schema[:-1])[schema[-1]] = copy.deepcopy(rng.choice(SCHEMAS))


def _nest(data: dict[str, Any], path: Path, rng: random.Random, _known: list[Path]) -> None:
    """The value many levels deeper."""
    owner = at(data, path[:-1])
    value = owner[path[-1]]
    wrap = rng.choice(["items", "allOf", "properties", "not", "list", "additionalProperties"])
    for _ in range(rng.choice([1, 3, 20, 60, 140])):
        value = (
            [value]
            if wrap == "list"
            else {wrap: [value] if wrap == "allOf" else {"a": value} if wrap == "properties" else value}
        )
    owner[path[-1]] = value


_CHANGES: tuple[_Change, ...] = (
    *(
        _drop,
        _replace,
        _replace,
        _retarget,
        _retarget,
        _circle,
        _share,
        _copy,
        _swap,
        _rename,
        _add,
        _add,
        _schema,
        _schema,
        _schema,
        _schema,
        _nest,
    ),
)


def printed(data: dict[str, Any], rng: random.Random, suffix: str) -> str:
    """*data* as JSON or YAML in one of several styles. Raises ValueError where JSON cannot say it."""
    if suffix == ".json":
        return json.dumps(data, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 2]))
    text: str = yaml.dump(
        data,
        Dumper=yaml.CSafeDumper,
        sort_keys=False,
        default_flow_style=rng.choice([False, None, True]),
        allow_unicode=rng.random() < 0.5,
        width=rng.choice([20, 80, 10_000]),
    )
    return text.replace("'<<':", "<<:").replace('"<<":', "<<:")


def scratched(text: str, rng: random.Random, *, times: int) -> bytes:
    """*text* with up to *times* changes that know nothing of its structure, as bytes."""
    for _ in range(times):
        lines = text.splitlines(keepends=True) or [""]
        line, place = rng.randrange(len(lines)), rng.randint(0, len(text))
        match rng.randrange(7):
            case 0:
                text = text[:place] + rng.choice(TEXTS) + text[place:]
            case 1:
                text = text[:place] + text[place + rng.choice([1, 1, 2, 10]) :]
            case 2:
                text = "".join([*lines[:line], *lines[line + 1 :]])
            case 3:
                text = "".join([*lines[:line], lines[line], *lines[line:]])
            case 4:
                text = "".join([*lines[:line], " " * rng.randint(1, 3), *lines[line:]])
            case 5:
                text = text.replace("\n", rng.choice(["\r\n", "\r", "\n\n"]))
            case _:
                text = text[:place]
    return _encoded(text, rng)


def _encoded(text: str, rng: random.Random) -> bytes:
    content = text.encode("utf-8", "surrogatepass")
    match rng.randrange(30):
        case 0:
            return b"\xef\xbb\xbf" + content
        case 1:
            return text.encode("utf-16", "surrogatepass")
        case 2:
            place = rng.randint(0, len(content))
            return (
                content[:place]
                + rng.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\x00"])
                + content[place:]
            )
        case _:
            return content
