"""Rules about media types and encodings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site
from accord.lint.registry import Finding, warning
from accord.lint.rules.shapes import is_open, is_resolved, own_types, properties_of
from accord.lint.text import did_you_mean, quoted
from accord.source.grammar import Kind

_NAME_PART = r"[!#$&^_.+0-9A-Za-z-]+"
_PARAMETER = r"\s*;\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+)"
MEDIA_RANGE: Final = re.compile(rf"(?:\*/\*|{_NAME_PART}/\*|{_NAME_PART}/{_NAME_PART})(?:{_PARAMETER})*\s*;?")
_TOP_LEVEL: Final = frozenset(
    "application audio chemical example font haptics image message model multipart text video x-conference".split()
)
_WITH_CONTENT: Final[tuple[Kind, ...]] = ("request-body", "response", "parameter", "header")
_FORMS: Final = ("multipart/", "application/x-www-form-urlencoded")


def _malformed(site: Site, _: RuleContext) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, entry in site.mapping("content").items():
        if not MEDIA_RANGE.fullmatch(name):
            yield Finding(entry.span, f"{quoted(name)} is not a media type", hint=_media_hint(name))
            continue
        # RFC 9110, section 8.3.1: types ignore case, and white space around parameters means nothing.
        same = re.sub(r"\s+", "", name).lower()
        if same in seen:
            yield Finding(entry.span, f"media type {quoted(name)} is the same as {quoted(seen[same])}")
        seen.setdefault(same, name)


def _media_hint(name: str) -> str:
    """What a malformed media type was probably meant to be."""
    # The words that people write in place of a media type.
    usual = {"json": "application/json", "xml": "application/xml", "html": "text/html", "text": "text/plain"}
    if name.lower() in usual:
        return f"Did you mean `{usual[name.lower()]}`?"
    return "Separate media types are separate keys." if "," in name else ""


def _unknown_top_level(site: Site, _: RuleContext) -> Iterator[Finding]:
    for name, entry in site.mapping("content").items():
        top = name.partition("/")[0].lower()
        # RFC 2045, section 5.1: private types, outdated but in use.
        if MEDIA_RANGE.fullmatch(name) and top != "*" and top not in _TOP_LEVEL and not top.startswith("x-"):
            message = f"{quoted(top)} is no registered kind of media"
            yield Finding(entry.span, message, hint=did_you_mean(top, _TOP_LEVEL))


def _unknown_property(site: Site, context: RuleContext) -> Iterator[Finding]:
    schema = context.index.at(site.get("schema"))
    # A property that no name declares may still be allowed.
    if schema is None or not is_resolved(schema, context) or is_open(schema, context):
        return
    known = properties_of(schema, context)
    for name, entry in site.mapping("encoding").items():
        if name not in known and not name.startswith("x-"):
            message = f"encoding for {quoted(name)}, which is no property of the schema"
            yield Finding(entry.span, message, hint=did_you_mean(name, known))


def _unfit_encoding(site: Site, _: RuleContext) -> Iterator[Finding]:
    name = site.key.lower()
    in_content = site.field == "content" and bool(name)
    # OpenAPI, Media Type Object: `encoding` applies to multipart and form bodies only.
    if in_content and site.mapping("encoding") and not name.startswith(_FORMS) and name != "*/*":
        message = f"`encoding` is for multipart and form bodies; it has no effect in {quoted(site.key)}"
        yield Finding(site.where("encoding"), message)


def _encoding_content_type(site: Site, _: RuleContext) -> Iterator[Finding]:
    written = site.text("contentType")
    if written is None:
        return
    for part in written.split(","):
        if not MEDIA_RANGE.fullmatch(part.strip()):
            yield Finding(site.value_at("contentType"), f"{quoted(part.strip())} is not a media type")


def _form_not_object(site: Site, context: RuleContext) -> Iterator[Finding]:
    if site.field != "content" or not site.key.lower().startswith(("multipart/form-data", _FORMS[1])):
        return
    schema = context.index.child(site, "schema")
    if schema is None:
        return
    types = own_types(schema)
    if types and "object" not in types:
        message = f"a body of {quoted(site.key)} is made of named fields, but its schema is no object"
        yield Finding(schema.where("type"), message)


def _empty_body(site: Site, _: RuleContext) -> Iterator[Finding]:
    node = site.get("content")
    if node is not None and not site.mapping("content") and site.ref is None:
        yield Finding(site.where("content"), "a request body without any media type")


RULES: Final = (
    warning("media-type-malformed", _malformed, on=_WITH_CONTENT, keys=("content",)).rule(
        summary="A key of `content` is no media type, or the same one twice.",
        why="No client can name it in Content-Type or Accept.",
        hint="Write `type/subtype`, such as `application/json`.",
    ),
    warning("media-type-unregistered", _unknown_top_level, on=_WITH_CONTENT, keys=("content",)).rule(
        summary="A media type whose top-level type does not exist.",
        why="It is nearly always a misspelling.",
        hint="Use a registered top-level type, such as `application`.",
    ),
    warning("encoding-property-unknown", _unknown_property, on=("media-type",), keys=("encoding",)).rule(
        summary="An encoding for a property that the schema does not have.",
        why="It has no effect.",
        hint="Use the name of a property of the schema.",
    ),
    warning("encoding-unfit", _unfit_encoding, on=("media-type",), keys=("encoding",)).rule(
        summary="`encoding` on a media type that has no parts.",
        why="It applies to multipart and application/x-www-form-urlencoded only.",
        hint="Remove it.",
    ),
    warning(
        "encoding-content-type-malformed", _encoding_content_type, on=("encoding",), keys=("contentType",)
    ).rule(
        summary="`contentType` of an encoding is no list of media types.",
        why="No client can send such a part.",
        hint="Write media types, separated by commas.",
    ),
    warning("form-not-object", _form_not_object, on=("media-type",), keys=("schema",)).rule(
        summary="A form body whose schema is no object.",
        why="Forms are made of named fields; what else the body would look like is not defined.",
        hint="Use `type: object` with a property for each field.",
    ),
    warning("request-body-empty", _empty_body, on=("request-body",), keys=("content",)).rule(
        summary="A request body without any media type.",
        why="A client does not learn what to send.",
        hint="Add a media type, or remove the body.",
    ),
)
