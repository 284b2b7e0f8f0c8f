"""Bundles as text."""

from __future__ import annotations

import json
from typing import Final

import yaml
from typing_extensions import override
from yaml import CSafeDumper
from yaml.nodes import ScalarNode

from accord.contract.schema import JsonValue
from accord.source.scalars import resolve_plain

# Booleans of YAML 1.1 that PyYAML itself takes for text.
_SHORT_BOOLEANS: Final = frozenset({"y", "Y", "n", "N"})
# Line ends of YAML 1.1, ordinary characters in 1.2: only an escape is read alike.
_OLD_LINE_ENDS: Final = frozenset("\x85\u2028\u2029")
# Lines are never folded: a description changes in the line where it changed.
_ENDLESS: Final = 2**31 - 1


def json_text(data: JsonValue) -> str:
    """JSON with two spaces of indentation; the same data gives the same bytes."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def yaml_text(data: JsonValue) -> str:
    """YAML in block style, in the order of *data*. Text that any reader could take for something else is quoted."""
    return yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=_ENDLESS,
    )


class _Dumper(CSafeDumper):
    """Writes YAML 1.2 that readers of 1.1 take for the same."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        """Always: the same object may stand in two places, and an alias there would surprise whoever reads."""
        return True

    def represent_text(self, text: str) -> ScalarNode:
        """Several lines as a literal block; quotes where a plain text would be read as something else."""
        style: str | None = None
        if not _OLD_LINE_ENDS.isdisjoint(text):
            style = '"'
        elif "\n" in text and text.strip() and not text.startswith((" ", "\n", "\t")):
            style = "|"
        elif text in _SHORT_BOOLEANS or not isinstance(resolve_plain(text), str):
            style = "'"
        return ScalarNode("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)
