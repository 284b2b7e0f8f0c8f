"""Variables of a path with nothing between them: ``/reports/{id}{extension}``.

A request tells them apart where all but one have an ``enum``: the texts of the contract stand between the others then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from accord.contract.model import Operation, Parameter
from accord.contract.schema import NamedSchema
from accord.emit.python.shapes import Folder

_ADJACENT: Final = re.compile(r"(?:\{[^{}]*\}){2,}")
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def path_choices(
    operation: Operation, schemas: Mapping[str, NamedSchema]
) -> dict[str, tuple[str, ...]] | None:
    """The texts of each variable that has to be told by them; ``None`` where some cannot be told apart."""
    parameters = {one.name: one for one in operation.parameters if one.location == "path"}
    folder = Folder(schemas)
    found: dict[str, tuple[str, ...]] = {}
    for run in _ADJACENT.findall(operation.path):
        names = _VARIABLE.findall(run)
        texts = {name: _texts(parameters.get(name), folder) for name in names}
        if sum(not one for one in texts.values()) > 1 or len(texts) < len(names):
            return None
        found.update({name: one for name, one in texts.items() if one})
    return found


def _texts(parameter: Parameter | None, folder: Folder) -> tuple[str, ...]:
    """The values of a parameter, the longest first; none where it has no ``enum`` of texts that stand as they are."""
    if parameter is None or parameter.schema is None or parameter.style != "simple":
        return ()
    shape = folder.fold(parameter.schema)
    texts = [one for one in shape.enum or () if isinstance(one, str) and one and "/" not in one]
    if not shape.enum or len(texts) < len(shape.enum):
        return ()
    return tuple(sorted(texts, key=lambda one: (-len(one), one)))
