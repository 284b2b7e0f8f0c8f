"""Rules about operations, their responses and their tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site, follow
from accord.lint.registry import SINCE_31, Finding, error, info, warning
from accord.lint.rules.shapes import own_types
from accord.lint.text import did_you_mean, quoted
from accord.source.node import MappingNode, Node, text_of


def _operations(context: RuleContext) -> list[Site]:
    """Operations that the service serves: those under ``paths``, files of path items included."""
    return [op for op in context.index.of("operation") if op.ancestor("callback") is None]


def _duplicate_ids(_: Site, context: RuleContext) -> Iterator[Finding]:
    first: dict[str, Site] = {}
    for operation in context.index.of("operation"):
        name = operation.text("operationId")
        if name is None:
            continue
        earlier = first.setdefault(name, operation)
        if earlier is not operation:
            where = f"{earlier.node.file.display} line {earlier.where('operationId').line}"
            message = f"operationId {quoted(name)} is used already ({where})"
            yield Finding(operation.where("operationId"), message)


def _without_id(site: Site, _: RuleContext) -> Iterator[Finding]:
    if "operationId" not in site.entries and site.ancestor("callback") is None:
        yield Finding(site.at, f"operation {_named(site)} has no operationId")


# What can stand in a URL as it is: operationRef and tools address operations by it.
_ID: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/~-]*")


def _malformed_id(site: Site, _: RuleContext) -> Iterator[Finding]:
    name = site.text("operationId")
    if name is not None and not _ID.fullmatch(name):
        message = f"operationId {quoted(name)} holds characters that names in code and URLs cannot"
        yield Finding(site.value_at("operationId"), message)


def _named(operation: Site) -> str:
    """``METHOD /path`` of an operation, for sentences."""
    item = operation.parent
    path = "" if item is None else (item if item.reached is None else item.reached.referrer).key
    return quoted(f"{operation.key.upper()} {path}".strip())


def _no_success(site: Site, _: RuleContext) -> Iterator[Finding]:
    responses = site.get("responses")
    if not isinstance(responses, MappingNode):
        return
    statuses = [key.upper() for key in responses.entries if not key.startswith("x-")]
    # `default` may be a success.
    if statuses and not any(status.startswith(("1", "2", "3", "DEFAULT")) for status in statuses):
        yield Finding(site.where("responses"), f"operation {_named(site)} documents no success")


def _no_responses(site: Site, _: RuleContext) -> Iterator[Finding]:
    if "responses" not in site.entries:
        yield Finding(site.at, f"operation {_named(site)} documents no response")


def _empty_responses(site: Site, _: RuleContext) -> Iterator[Finding]:
    if isinstance(site.node, MappingNode) and not any(not key.startswith("x-") for key in site.entries):
        yield Finding(site.at, "`responses` is empty")


def _body_on_get(site: Site, _: RuleContext) -> Iterator[Finding]:
    # RFC 9110, sections 9.3.1, 9.3.2 and 9.3.8: content has no generally defined semantics, or must not be
    # sent.
    if site.key in {"get", "head", "trace"}:
        message = f"{site.key.upper()} with a request body: HTTP gives it no meaning"
        yield Finding(site.where("requestBody"), message)


def _body_on_delete(site: Site, _: RuleContext) -> Iterator[Finding]:
    # RFC 9110, section 9.3.5: content in a DELETE request has no generally defined semantics.
    if site.key == "delete":
        message = "DELETE with a request body: HTTP gives it no meaning, and proxies may drop it"
        yield Finding(site.where("requestBody"), message)


def _content_where_none(site: Site, _: RuleContext) -> Iterator[Finding]:
    status = site.key
    # RFC 9110, sections 15.2, 15.3.5, 15.3.6 and 15.4.5: such a response never has content.
    bodiless = status in {"204", "205", "304"} or (status.startswith("1") and len(status) == 3)
    target = follow(site)
    if not bodiless or target is None or site.parent is None or site.parent.kind != "responses":
        return
    if target.mapping("content"):
        at = target.where("content") if target is site else site.at
        yield Finding(at, f"a {status} response has no body, but `content` is given")


def _undeclared_tags(site: Site, context: RuleContext) -> Iterator[Finding]:
    # Tags need no declaration: the rule is for contracts that declare some.
    declared = {text for tag in context.index.of("tag") if (text := tag.text("name")) is not None}
    if not declared:
        return
    for name, node in site.texts("tags"):
        if name not in declared:
            message = f"tag {quoted(name)} is not declared under `tags`"
            yield Finding(node.span, message, hint=did_you_mean(name, declared))


def _duplicate_operation_tags(site: Site, _: RuleContext) -> Iterator[Finding]:
    for name, node in site.repeated("tags"):
        yield Finding(node.span, f"tag {quoted(name)} is listed twice")


def _duplicate_tags(site: Site, context: RuleContext) -> Iterator[Finding]:
    seen: set[str] = set()
    for tag in context.index.children(site, "tags"):
        name = tag.text("name")
        if name is None:
            continue
        if name in seen:
            yield Finding(tag.where("name"), f"tag {quoted(name)} is declared twice")
        seen.add(name)


def _unused_tags(site: Site, context: RuleContext) -> Iterator[Finding]:
    used = {name for operation in context.index.of("operation") for name, _ in operation.texts("tags")}
    tags = context.index.children(site, "tags")
    parents = {tag.text("parent") for tag in tags}
    for tag in tags:
        name = tag.text("name")
        # Where nothing is tagged, the tags are of a contract that is being begun.
        if name is not None and name not in used and name not in parents and used:
            yield Finding(tag.at, f"no operation has the tag {quoted(name)}")


def _tag_parents(site: Site, context: RuleContext) -> Iterator[Finding]:
    tags = {
        name: tag for tag in context.index.children(site, "tags") if (name := tag.text("name")) is not None
    }
    for name, tag in tags.items():
        parent = tag.text("parent")
        if parent is None:
            continue
        if parent not in tags:
            message = f"parent {quoted(parent)} of tag {quoted(name)} is not declared under `tags`"
            yield Finding(tag.value_at("parent"), message, hint=did_you_mean(parent, tags))
            continue
        # A circle is reported at each of its tags, but not at those that only lead into it.
        seen = {name}
        above: str | None = parent
        while above is not None and above in tags and above not in seen:
            seen.add(above)
            above = tags[above].text("parent")
        if above == name:
            yield Finding(tag.value_at("parent"), f"tag {quoted(name)} is its own ancestor")


_REJECTIONS = frozenset({"400", "422", "4XX", "DEFAULT"})


def _rejections(site: Site, context: RuleContext) -> Iterator[Finding]:
    # One finding for the whole contract: one for each operation would bury the others.
    served = [op for op in _operations(context) if _can_reject(op, context)]
    silent = [op for op in served if _REJECTIONS.isdisjoint(key.upper() for key in op.mapping("responses"))]
    if silent:
        amount = f"{len(silent)} of {len(served)} operations"
        verb = "documents" if len(silent) == 1 else "document"
        yield Finding(
            site.where("paths"), f"{amount} with input {verb} no error response (400, 422, 4XX or default)"
        )


def _can_reject(operation: Site, context: RuleContext) -> bool:
    """Whether some request breaks the contract: a body, or a parameter that not every text satisfies."""
    # Any body can be malformed, and any parameter but a free text can be invalid.
    if "requestBody" in operation.entries:
        return True
    owners = [operation] if operation.parent is None else [operation, operation.parent]
    listed = (context.index.resolved(owner, "parameters") for owner in owners)
    return any(_can_be_wrong(parameter, context) for pairs in listed for _, parameter in pairs)


def _can_be_wrong(parameter: Site, context: RuleContext) -> bool:
    """Whether a request can break the contract by this parameter."""
    if parameter.is_true("required") and parameter.text("in") != "path":
        return True
    schema = context.index.child(parameter, "schema")
    if schema is None:
        return "content" in parameter.entries
    types = own_types(schema)
    return bool(types and "string" not in types) or bool(schema.entries.keys() & _RESTRICTING)


_RESTRICTING: Final = frozenset(
    "enum const pattern format minLength maxLength allOf anyOf oneOf not if properties items".split()
)


def _undescribed(site: Site, context: RuleContext) -> Iterator[Finding]:
    operations = _operations(context)
    bare = [
        op for op in operations if not _has_text(op.get("summary")) and not _has_text(op.get("description"))
    ]
    if bare:
        amount = f"{len(bare)} of {len(operations)} operations"
        verb = "has" if len(bare) == 1 else "have"
        message = f"{amount} {verb} neither summary nor description (the first: {_named(bare[0])})"
        yield Finding(bare[0].at, message)


def _has_text(node: Node | None) -> bool:
    """Whether *node* is a text with more than blanks."""
    return bool((text_of(node) or "").strip())


def _status_unquoted(site: Site, _: RuleContext) -> Iterator[Finding]:
    for entry in site.entries.values():
        value = entry.key_value
        if entry.plain and isinstance(value, int) and not isinstance(value, bool):
            yield Finding(entry.span, f"status {quoted(entry.key)} is not quoted: YAML reads a number")


RULES: Final = (
    error("operation-id-duplicate", _duplicate_ids, on=("openapi",)).rule(
        summary="Two operations share one operationId.",
        why="Generated names collide, and links are ambiguous.",
        hint="Give each operation an operationId of its own.",
    ),
    info("operation-id-missing", _without_id, on=("operation",)).rule(
        summary="An operation without operationId.",
        why="Its name in generated code is made of method and path, and changes when the path does.",
        hint="Add an operationId.",
    ),
    info("operation-id-malformed", _malformed_id, on=("operation",), keys=("operationId",)).rule(
        summary="An operationId with blanks or other characters that names cannot have.",
        why="Generators replace them, each in its own way, and two names can become one.",
        hint="Use letters, digits, `_`, `-` and `.`.",
    ),
    warning("success-undocumented", _no_success, on=("operation",), keys=("responses",)).rule(
        summary="An operation that documents errors only.",
        why="A client does not learn what a successful call gives.",
        hint="Add a 2XX (or 3XX) response.",
    ),
    warning("responses-missing", _no_responses, on=("operation",), versions=SINCE_31).rule(
        summary="An operation without `responses`.",
        why="Nobody learns what a call gives.",
        hint="Add at least the response of a successful call.",
    ),
    error("responses-empty", _empty_responses, on=("responses",)).rule(
        summary="`responses` has no response.",
        why="OpenAPI demands at least one, and a client does not learn what a call gives.",
        hint="Add at least the response of a successful call.",
    ),
    warning("body-on-get", _body_on_get, on=("operation",), keys=("requestBody",)).rule(
        summary="A request body on GET, HEAD or TRACE.",
        why="HTTP gives it no meaning: some clients do not send it, caches and proxies drop it.",
        hint="Use query parameters, or POST.",
    ),
    info("body-on-delete", _body_on_delete, on=("operation",), keys=("requestBody",)).rule(
        summary="A request body on DELETE.",
        why="HTTP gives it no meaning; some clients and proxies drop it.",
        hint="Name what to delete in the path or the query.",
    ),
    error("content-forbidden", _content_where_none, on=("response",)).rule(
        summary="A 1xx, 204, 205 or 304 response with content.",
        why="HTTP forbids a body there; servers drop it or break the connection.",
        hint="Remove `content`, or answer with 200.",
    ),
    warning("tag-undeclared", _undeclared_tags, on=("operation",), keys=("tags",)).rule(
        summary="An operation uses a tag that the list of tags lacks.",
        why="Where tags are declared, documentation shows those only, in that order.",
        hint="Declare it under `tags`.",
    ),
    warning("operation-tag-repeated", _duplicate_operation_tags, on=("operation",), keys=("tags",)).rule(
        summary="An operation lists one tag twice.",
        why="It has no meaning, and often one of the two was meant to be another tag.",
        hint="Remove one of them.",
    ),
    error("tag-duplicate", _duplicate_tags, on=("openapi",), keys=("tags",)).rule(
        summary="Two tags with one name.",
        why="OpenAPI demands unique names; tools keep one of the two descriptions.",
        hint="Merge them.",
    ),
    info("tag-unused", _unused_tags, on=("openapi",), keys=("tags",)).rule(
        summary="A declared tag that no operation has.",
        why="Documentation shows an empty group; often an operation lost its tag.",
        hint="Use it or remove it.",
    ),
    error("tag-parent-invalid", _tag_parents, on=("openapi",), keys=("tags",), versions=("3.2",)).rule(
        summary="The parent of a tag does not exist, or a tag is its own ancestor.",
        why="The tree of tags cannot be built.",
        hint="Name a declared tag as parent.",
    ),
    warning("status-unquoted", _status_unquoted, on=("responses",)).rule(
        summary="A status code without quotes.",
        why="YAML reads an integer key; keys of OpenAPI are strings, and strict tools reject it.",
        hint="Put the status in quotes.",
    ),
    info("error-responses-undocumented", _rejections, on=("openapi",)).rule(
        summary="How many operations take input that can be invalid, but document no error response for it.",
        why="A request that breaks the contract still gets an error response, a problem (RFC 9457) that clients "
        "cannot read about.",
        hint="Document 400, 422, 4XX or default, best by one shared response.",
    ),
    info("operations-undescribed", _undescribed, on=("openapi",)).rule(
        summary="Counts operations that have neither summary nor description.",
        why="Documentation and generated code can only repeat method and path.",
        hint="Add a summary to each operation.",
    ),
)
