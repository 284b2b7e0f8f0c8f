"""Rules of the structure stage: what the official schemas reject. :mod:`accord.lint.structure` reports them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from accord.lint.model import RuleContext, Site, later_of
from accord.lint.registry import Finding, Rule, error
from accord.lint.text import TITLES
from accord.source.grammar import Kind


def _structural(code: str, summary: str, why: str, hint: str) -> Rule:
    """A rule without a check of its own: the structure stage reports it."""
    return error(code, None, on=("openapi",)).rule(summary=summary, why=why, hint=hint)


UNKNOWN: Final = _structural(
    "field-unknown",
    "A field that the OpenAPI object does not have.",
    "Tools ignore it or reject the document; either way it does not do what it says.",
    "Remove it, or start its name with `x-` if it is an extension.",
)
MISSING: Final = _structural(
    "field-missing",
    "A required field is missing.",
    "The document is not valid OpenAPI without it.",
    "Add the field.",
)
MISFIT: Final = _structural(
    "field-misplaced",
    "A field that exists, but not beside the other fields of this object.",
    "It belongs to another variant of the object and has no effect here.",
    "Remove it, or change the field that decides the variant.",
)


def exclusion_text(kind: Kind, first: str, second: str) -> str:
    """Says that two fields of an object exclude each other."""
    return f"`{first}` and `{second}` exclude each other in {TITLES[kind]}"


def _example_and_examples(site: Site, _: RuleContext) -> Iterator[Finding]:
    if "examples" in site.entries:
        later = later_of(site.entries["example"], site.entries["examples"])
        yield Finding(later.span, exclusion_text(site.kind, "example", "examples"))


# The schema of 3.1 lets this pair pass, though the specification does not.
EXCLUSION: Final = error(
    "fields-exclusive", _example_and_examples, on=("media-type", "parameter", "header"), keys=("example",)
).rule(
    summary="Two fields that exclude each other stand in one object.",
    why="Tools read one of them, and not all read the same one.",
    hint="Keep one of the two.",
)
TYPE: Final = _structural(
    "type-wrong",
    "The value of a field has the wrong JSON type.",
    "Tools reject the document or misread the value.",
    "Write a value of the type that the field takes.",
)
VALUE: Final = _structural(
    "value-unknown",
    "A value that is none of those the field allows.",
    "Tools reject the document or ignore the field.",
    "Use one of the allowed values.",
)
PATH_WITHOUT_SLASH: Final = _structural(
    "path-without-slash",
    "A path does not start with a slash.",
    "It is joined to the URL of the server, which then gives another host or another segment.",
    "Start the path with `/`.",
)
STATUS: Final = _structural(
    "status-invalid",
    "A key of `responses` is no status code.",
    "A response under it can never be matched.",
    "Use a code from 100 to 599, a range such as `4XX`, or `default`.",
)
PATH_PARAMETER_OPTIONAL: Final = _structural(
    "path-param-optional",
    "A path parameter does not say `required: true`.",
    "Without its value the path does not exist, so OpenAPI demands the field.",
    "Add `required: true`.",
)
INVALID: Final = _structural(
    "structure-invalid",
    "A value that the official schema rejects for another reason.",
    "The document is not valid OpenAPI.",
    "See the specification of this object.",
)

RULES: Final = (
    UNKNOWN,
    MISSING,
    MISFIT,
    EXCLUSION,
    TYPE,
    VALUE,
    PATH_WITHOUT_SLASH,
    STATUS,
    PATH_PARAMETER_OPTIONAL,
    INVALID,
)

EXCLUSIVE: Final = (
    ("example", "examples"),
    ("schema", "content"),
    ("operationId", "operationRef"),
    *(("value", other) for other in ("externalValue", "dataValue", "serializedValue")),
    ("serializedValue", "externalValue"),
    ("identifier", "url"),
    *(("encoding", other) for other in ("prefixEncoding", "itemEncoding")),
    *(("content", other) for other in ("style", "explode", "allowReserved", "example", "examples")),
)
"""Pairs of fields of one object, where the schemas say so by ``not`` or ``oneOf``."""

HINTS: Final[Mapping[tuple[Kind, str], str]] = MappingProxyType(
    {
        (
            "response",
            "schema",
        ): "Put it under `content`, by media type: `content: {application/json: {schema: ...}}`.",
        ("response", "examples"): "Put them under `content`, by media type.",
        ("request-body", "schema"): "Put it under `content`, by media type.",
        **{
            ("parameter", field): f"In OpenAPI 3 the {field} stands inside of `schema`."
            for field in ("type", "format", "enum", "default")
        },
        ("parameter", "items"): "In OpenAPI 3 the items stand inside of `schema`.",
        ("header", "type"): "In OpenAPI 3 the type stands inside of `schema`.",
        ("operation", "produces"): "OpenAPI 3 names media types under `content` of each response.",
        ("operation", "consumes"): "OpenAPI 3 names media types under `content` of `requestBody`.",
        ("operation", "body"): "The body is described by `requestBody`.",
        ("openapi", "definitions"): "OpenAPI 3 keeps schemas under `components/schemas`.",
        ("openapi", "host"): "OpenAPI 3 names hosts under `servers`.",
        ("openapi", "basePath"): "OpenAPI 3 puts the base path into the URL of a server.",
        ("openapi", "securityDefinitions"): "OpenAPI 3 keeps them under `components/securitySchemes`.",
        ("openapi", "webhooks"): "Webhooks need OpenAPI 3.1.",
        ("openapi", "jsonSchemaDialect"): "`jsonSchemaDialect` needs OpenAPI 3.1.",
        ("openapi", "$self"): "`$self` needs OpenAPI 3.2.",
        ("info", "summary"): "`summary` of `info` needs OpenAPI 3.1.",
        ("license", "identifier"): "`identifier` needs OpenAPI 3.1.",
        ("components", "pathItems"): "`pathItems` needs OpenAPI 3.1.",
        ("components", "mediaTypes"): "`mediaTypes` needs OpenAPI 3.2.",
        ("path-item", "query"): "The QUERY method needs OpenAPI 3.2.",
        ("path-item", "additionalOperations"): "`additionalOperations` needs OpenAPI 3.2.",
        ("media-type", "itemSchema"): "`itemSchema` needs OpenAPI 3.2.",
        ("tag", "parent"): "`parent` needs OpenAPI 3.2.",
        ("tag", "kind"): "`kind` needs OpenAPI 3.2.",
        ("tag", "summary"): "`summary` of a tag needs OpenAPI 3.2.",
        ("response", "summary"): "`summary` of a response needs OpenAPI 3.2.",
        ("server", "name"): "`name` of a server needs OpenAPI 3.2.",
    }
)
"""What to do about fields that people often write in the wrong place."""

MISFITS: Final[Mapping[tuple[Kind, str], str]] = MappingProxyType(
    {
        ("parameter", "allowEmptyValue"): "is for query parameters only",
        ("parameter", "allowReserved"): "is for query parameters only",
        ("parameter", "style"): "needs `schema`",
        ("parameter", "explode"): "needs `schema`",
        ("header", "style"): "needs `schema`",
        ("header", "explode"): "needs `schema`",
        ("security-scheme", "scheme"): "is for schemes of type `http` only",
        ("security-scheme", "bearerFormat"): "is for `http` schemes with `scheme: bearer` only",
        ("security-scheme", "in"): "is for schemes of type `apiKey` only",
        ("security-scheme", "name"): "is for schemes of type `apiKey` only",
        ("security-scheme", "flows"): "is for schemes of type `oauth2` only",
        ("security-scheme", "openIdConnectUrl"): "is for schemes of type `openIdConnect` only",
    }
)
"""Why a field does not fit beside the others."""

_IN_BODY = "A body is described by `requestBody`."

VALUE_HINTS: Final[Mapping[tuple[Kind, str, str], str]] = MappingProxyType(
    {
        ("parameter", "in", "body"): _IN_BODY,
        ("parameter", "in", "formData"): _IN_BODY,
        ("schema", "type", "file"): "In OpenAPI 3 a file is `type: string` with `format: binary`.",
        ("schema", "type", "int"): "Did you mean `integer`?",
        ("schema", "type", "long"): "Use `type: integer` with `format: int64`.",
        ("schema", "type", "float"): "Use `type: number` with `format: float`.",
        ("schema", "type", "double"): "Use `type: number` with `format: double`.",
        ("schema", "type", "bool"): "Did you mean `boolean`?",
        ("schema", "type", "str"): "Did you mean `string`?",
        ("schema", "type", "text"): "Did you mean `string`?",
        ("schema", "type", "list"): "Did you mean `array`?",
        ("schema", "type", "dict"): "Did you mean `object`?",
        ("schema", "type", "map"): "Use `type: object` with `additionalProperties`.",
        ("schema", "type", "any"): "Leave `type` out to allow anything.",
        ("schema", "type", "date"): "Use `type: string` with `format: date`.",
        ("schema", "type", "datetime"): "Use `type: string` with `format: date-time`.",
        ("schema", "type", "uuid"): "Use `type: string` with `format: uuid`.",
        ("schema", "type", "null"): "OpenAPI 3.0 says `nullable: true` beside the type.",
        ("schema", "type", ""): "Put `null` in quotes: without them it is no name of a type.",
    }
)
"""What to write in place of values that people often bring from elsewhere."""
