"""``docs/reference/support.md``, printed from the registry of ``support``."""

from __future__ import annotations

from accord.emit.python.support import CONSTRUCTS, parameter_styles

_INTRODUCTION = """\
# What is served, and what is not yet

<!-- Printed by `make docs-pages` from `accord.emit.python.support`. Do not edit: change the registry. -->

`accord generate` serves what a contract says, or says where it does not: each construct below is a finding at its
place in the contract, and everything else is generated. An operation that cannot be served stays routed and answers
501 with a problem that names it and the reason.

## Parameters

| place | style | shapes |
|---|---|---|
"""

_MEDIA_TYPES = """
With and without `explode`. `content: application/json` is read in every place; `in: querystring` (3.2) as JSON or as a form.

A parameter may be a scalar, an array or an object, whichever its schema allows. Its text is read in each of these ways,
and the first value that the schema accepts is taken (`docs/reference/runtime.md`). A response header is written as the
value that it has.

Beyond OpenAPI, which leaves arrays and objects inside of others undefined: `deepObject` reads what the brackets say
(`a[b][c]=1`, `a[0][b]=1`, `a[]=1`), in queries and forms; every other style reads the inner value as JSON
(`a={"b":1}&a={"b":2}`), or the whole parameter (`a=[{"b":1},{"b":2}]`). A variable that stands in a path twice, before
OpenAPI 3.2, has one value: with two the path is 404.

## Bodies and answers

| | media types |
|---|---|
| request bodies | JSON and every `+json` as a model; `application/x-www-form-urlencoded` and `multipart/*` with named parts as a model, files in it as `Upload`, both with `encoding`; `text/*` and XML as `str`; `application/jsonl` and its kin, `json-seq` as `ItemStream`; anything else, and every range, as `ByteStream` |
| answers | JSON and every `+json` as a model; `text/*` and XML as `str` or `ByteStream`; `text/event-stream` as \
`EventStream`; `application/jsonl` and its kin, `json-seq` as `ItemStream`; anything else as `bytes` or `ByteStream` |

A response may have several media types, chosen by `Accept`, and ranges, of which it names the type that it sends. A range
that includes JSON (`*/*`, `application/*`, `application/*+json`) and has the schema of a JSON value is sent as
`application/json`. Statuses are numbers, ranges (`4XX`) and `default`; an operation that documents none is answered with
204. Headers of every shape are attributes of the response; `Content-Length` follows from the body.

## Security

`apiKey` (query, header, cookie), `http` (basic, bearer, any other), `oauth2`, `openIdConnect`; alternatives,
combinations, optional security and scopes.

## Not served

| finding | construct | what happens instead |
|---|---|---|
"""


def support_page() -> str:
    """The whole page."""
    styles = "".join(
        f"| {location} | `{style}` | {', '.join(shapes)} |\n"
        for location, style, shapes in parameter_styles()
    )
    rows = "".join(
        f"| `{construct.code}` | {construct.construct} | {construct.instead} |\n"
        for construct in CONSTRUCTS.values()
    )
    return f"{_INTRODUCTION}{styles}{_MEDIA_TYPES}{rows}"
