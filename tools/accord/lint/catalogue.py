"""The list of all rules, in the order of the reference page. A rule that is not in it does not run."""

from __future__ import annotations

from typing import Final

from accord.lint.registry import Rule
from accord.lint.rules import (
    composition,
    discriminators,
    examples,
    extensions,
    links,
    media_types,
    operations,
    parameters,
    paths,
    patterns,
    references,
    schema_keywords,
    schema_values,
    security,
    servers,
    structural,
    texts,
    yaml_traps,
)

GROUPS: Final[tuple[tuple[str, tuple[Rule, ...]], ...]] = (
    ("Structure", structural.RULES),
    ("YAML", yaml_traps.RULES),
    ("Paths", paths.RULES),
    ("Operations", operations.RULES),
    ("Parameters and headers", parameters.RULES),
    ("Media types", media_types.RULES),
    ("References and components", references.RULES),
    ("Schemas: keywords", (*schema_keywords.RULES, *patterns.RULES)),
    ("Schemas: values", schema_values.RULES),
    ("Schemas: composition", composition.RULES),
    ("Schemas: discriminators", discriminators.RULES),
    ("Defaults and examples", examples.RULES),
    ("Security", security.RULES),
    ("Servers", servers.RULES),
    ("Links and callbacks", links.RULES),
    ("Texts", texts.RULES),
    ("Extensions", extensions.RULES),
)
RULES: Final[tuple[Rule, ...]] = tuple(rule for _, rules in GROUPS for rule in rules)
