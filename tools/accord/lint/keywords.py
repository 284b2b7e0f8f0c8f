"""Keywords that mean something in a Schema object, by version of OpenAPI."""

from __future__ import annotations

from accord.contract.model import SpecVersion

SCHEMA_KEYWORDS_30: frozenset[str] = frozenset(
    """title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems
    uniqueItems maxProperties minProperties required enum type not allOf oneOf anyOf items properties
    additionalProperties description format default nullable discriminator readOnly writeOnly example externalDocs
    deprecated xml $ref""".split()
)
SCHEMA_KEYWORDS_31: frozenset[str] = (SCHEMA_KEYWORDS_30 - {"nullable"}) | frozenset(
    """$id $schema $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs definitions dependencies prefixItems
    contains minContains maxContains patternProperties propertyNames dependentRequired dependentSchemas if then else
    unevaluatedItems unevaluatedProperties const examples contentEncoding contentMediaType contentSchema
    $recursiveRef $recursiveAnchor""".split()
)


def schema_keywords(version: SpecVersion) -> frozenset[str]:
    """Keywords that mean something in a Schema object of *version*."""
    return SCHEMA_KEYWORDS_30 if version == "3.0" else SCHEMA_KEYWORDS_31
