"""The keywords of JSON Schema as OpenAPI has them: what kind of value each is about, and since which version.

Which of them hold schemas says :mod:`accord.source.grammar`; what stands in a loaded schema says ``walk``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from accord.contract.model import SpecVersion

Group: TypeAlias = Literal["number", "string", "array", "object"]

KEYWORDS_OF: Final[Mapping[Group, tuple[str, ...]]] = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType", "contentSchema"),
    "array": (
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains"),
        *("maxContains", "unevaluatedItems"),
    ),
    "object": (
        *("properties", "required", "additionalProperties", "patternProperties", "propertyNames"),
        *("minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
    ),
}
"""Keywords that say something about one kind of value only; what is said of numbers is said of integers, too."""

GROUP_OF: Final[Mapping[str, Group]] = {
    keyword: group for group, keywords in KEYWORDS_OF.items() for keyword in keywords
}

IN_PLACE: Final = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
"""Keywords whose schemas are about the very value that the schema around them is about."""

SINCE_31: Final = (
    """const examples $defs $id $schema $anchor $dynamicRef $dynamicAnchor $comment prefixItems contains minContains
    maxContains patternProperties propertyNames dependentRequired dependentSchemas if then else unevaluatedItems
    unevaluatedProperties contentEncoding contentMediaType contentSchema"""
).split()
"""Keywords of draft 2020-12 that Schema objects of OpenAPI 3.0 do not have."""

_ANYWHERE: Final = frozenset(
    """$ref title description default example externalDocs deprecated readOnly writeOnly discriminator xml type enum
    format""".split()
)
_OF_OLDER_DRAFTS: Final = frozenset(
    "$vocabulary definitions dependencies $recursiveRef $recursiveAnchor".split()
)
_KEYWORDS_31: Final = _ANYWHERE | GROUP_OF.keys() | IN_PLACE | frozenset(SINCE_31) | _OF_OLDER_DRAFTS
KEYWORDS_30: Final = (_KEYWORDS_31 - frozenset(SINCE_31) - _OF_OLDER_DRAFTS) | {"nullable"}
"""Keywords that mean something in a Schema object of OpenAPI 3.0."""


def schema_keywords(version: SpecVersion) -> frozenset[str]:
    """Keywords that mean something in a Schema object of *version*."""
    return KEYWORDS_30 if version == "3.0" else _KEYWORDS_31
