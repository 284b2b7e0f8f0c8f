"""Rules about links, callbacks and their runtime expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site
from accord.lint.registry import Finding, error
from accord.lint.rules.paths import path_entries, template_names
from accord.lint.text import did_you_mean, quoted
from accord.source.node import text_of

_NAME_PART = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_EXPRESSION: Final = re.compile(
    r"\$(?:url|method|statusCode|self"
    rf"|(?:request|response)\.(?:header\.{_NAME_PART}|query\.[^{{}}]+|path\.[^{{}}]+|body(?:\#(?:/[^{{}}]*)?)?))"
)
_EMBEDDED: Final = re.compile(r"\{(\$[^{}]*)\}")


def _operation_ids(context: RuleContext) -> dict[str, Site]:
    """Operations by their operationId."""
    return {name: op for op in context.index.of("operation") if (name := op.text("operationId")) is not None}


def target_of(link: Site, context: RuleContext) -> Site | None:
    """The operation that a link names."""
    name = link.text("operationId")
    if name is not None:
        return _operation_ids(context).get(name)
    ref = link.text("operationRef")
    found = None if ref is None else context.index.at(context.lookup(ref, link))
    return found if found is not None and found.kind == "operation" else None


def _unknown_operation(site: Site, context: RuleContext) -> Iterator[Finding]:
    name, ref = site.text("operationId"), site.text("operationRef")
    if name is not None:
        known = _operation_ids(context)
        if name not in known:
            message = f"no operation has the operationId {quoted(name)}"
            yield Finding(site.value_at("operationId"), message, hint=did_you_mean(name, known))
    # It may name an operation of another API, which is not looked at: nothing is fetched.
    elif ref is not None and not ref.startswith(("http:", "https:")) and target_of(site, context) is None:
        yield Finding(site.value_at("operationRef"), f"operationRef {quoted(ref)} leads to no operation")


def _without_target(site: Site, _: RuleContext) -> Iterator[Finding]:
    if site.ref is None and not ({"operationId", "operationRef"} & site.entries.keys()):
        yield Finding(site.at, "a link needs `operationId` or `operationRef`")


def _unknown_parameter(site: Site, context: RuleContext) -> Iterator[Finding]:
    operation = target_of(site, context)
    if operation is None:
        return
    owners = [operation] if operation.parent is None else [operation, operation.parent]
    known: set[str] = set()
    for owner in owners:
        resolved = context.index.resolved(owner, "parameters")
        # Behind a broken reference the parameter may be declared after all.
        if len(resolved) != len(owner.items("parameters")):
            return
        for _place, parameter in resolved:
            name, location = parameter.text("name"), parameter.text("in")
            if name is not None and location is not None:
                known |= {name, f"{location}.{name}"}
    if operation.parent is not None:
        # A path parameter that is not declared is reported by `path-param-undeclared`.
        known |= set(template_names(operation.parent.key))
    for key, entry in site.mapping("parameters").items():
        if key not in known:
            message = f"the operation of this link has no parameter {quoted(key)}"
            yield Finding(entry.span, message, hint=did_you_mean(key, known))


def _link_expression(site: Site, _: RuleContext) -> Iterator[Finding]:
    values = [*site.mapping("parameters").values()]
    body = site.entries.get("requestBody")
    for entry in values if body is None else [*values, body]:
        text = text_of(entry.value)
        if text is None:
            continue
        # OpenAPI, Link Object: a value is an expression, a constant, or a text with expressions in braces.
        expressions = [text] if text.startswith("$") else _EMBEDDED.findall(text)
        for expression in expressions:
            if not _EXPRESSION.fullmatch(expression):
                yield Finding(entry.value.span, f"{quoted(expression)} is no runtime expression")


def _callback_expression(site: Site, _: RuleContext) -> Iterator[Finding]:
    for entry in path_entries(site):
        if entry.key == "$ref":
            continue
        key = entry.key
        expressions = [key] if key.startswith("$") else _EMBEDDED.findall(key)
        broken = [expression for expression in expressions if not _EXPRESSION.fullmatch(expression)]
        if broken:
            yield Finding(entry.span, f"{quoted(broken[0])} is no runtime expression")
        elif key.count("{") != key.count("}"):
            yield Finding(entry.span, f"braces of the callback URL {quoted(key)} do not pair")


_FORMS = (
    "`$url`, `$method`, `$statusCode`, `$request.path.id`, `$request.body#/id`, `$response.header.Location`"
)

RULES: Final = (
    error("link-operation-unknown", _unknown_operation, on=("link",)).rule(
        summary="A link names an operation that does not exist.",
        why="Nobody can follow it.",
        hint="Name the operationId of an operation of this contract.",
    ),
    error("link-without-operation", _without_target, on=("link",)).rule(
        summary="A link that names no operation.",
        why="Nobody can follow it.",
        hint="Add `operationId`.",
    ),
    error("link-parameter-unknown", _unknown_parameter, on=("link",), keys=("parameters",)).rule(
        summary="A link sets a parameter that its operation does not have.",
        why="The value goes nowhere, and a parameter that is needed may be missing.",
        hint="Use the name of a parameter of the operation, or `path.name` to name its location.",
    ),
    error("link-expression-malformed", _link_expression, on=("link",)).rule(
        summary="A value of a link is no runtime expression.",
        why="Tools send the text itself.",
        hint=f"Use one of the forms {_FORMS}.",
    ),
    error("callback-expression-malformed", _callback_expression, on=("callback",)).rule(
        summary="The URL of a callback holds no valid runtime expression.",
        why="The URL of the request cannot be determined.",
        hint=f"Use one of the forms {_FORMS} in braces.",
    ),
)
