"""Contracts that mean harm: each a folder of files, and what must come of it.

``PAYLOAD`` stands for Python that would create the canary, ``{outside}`` for a folder beside the spec root with a secret
in it. A contract is either *generated* (its code is harmless) or *rejected* with a finding of a code at a place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

PAYLOAD: Final = "__import__('pathlib').Path('CANARY').write_text('ran')"
SECRET: Final = "the-secret-beside-the-contracts"
ENTRY: Final = "openapi.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One contract: ``files`` by their path below ``spec/v1``. ``rejected`` is the code of a finding that must be there,
    empty where everything is generated. ``link`` makes a symbolic link: its path below ``spec/v1``, and its target below
    the project."""

    files: Mapping[str, str]
    rejected: str = ""
    link: tuple[str, str] | None = None


def contract(**more: Any) -> dict[str, Any]:
    """A small harmless contract, with members replaced."""
    base: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"get": operation()}},
    }
    return {**base, **more}


def operation(**more: Any) -> dict[str, Any]:
    """An operation that answers a thing."""
    return {"operationId": "getThing", "responses": {"200": response({"type": "object"})}, **more}


def response(schema: Any, **more: Any) -> dict[str, Any]:
    return {"description": "A thing.", "content": {"application/json": {"schema": schema, **more}}}


def with_schema(schema: Any, **more: Any) -> dict[str, Any]:
    """A contract whose one component is sent and answered."""
    use = {"$ref": "#/components/schemas/Thing"}
    body = {"required": True, "content": {"application/json": {"schema": use}}}
    post = operation(operationId="postThing", requestBody=body, responses={"200": response(use)})
    return contract(paths={"/things": {"post": post}}, components={"schemas": {"Thing": schema, **more}})


def properties(*names: str) -> dict[str, Any]:
    return with_schema({"type": "object", "properties": {name: {"type": "string"} for name in names}})


def of(data: Any, **more: Any) -> Hostile:
    """A contract of one file."""
    return Hostile(files={ENTRY: json.dumps(data)}, **more)


def text(yaml: str, **more: Any) -> Hostile:
    """A contract of one file, as written."""
    return Hostile(files={ENTRY: yaml}, **more)


ESCAPES: Final[Mapping[str, str]] = {
    "call": PAYLOAD,
    "docstring": f'"""\n{PAYLOAD}\n"""',
    "single-quotes": f"'''\n{PAYLOAD}\n'''",
    "backslash": f'\\"""\n{PAYLOAD}\n#\\',
    "comment": f"x\n{PAYLOAD}\n",
    "carriage-return": f"x\r{PAYLOAD}\r",
    "form-feed": f"x\f{PAYLOAD}\f",
    "line-separator": f"x\u2028{PAYLOAD}\u0085{PAYLOAD}",
    "f-string": "{" + PAYLOAD + "}",
    "percent": "%(x)s %s {0} {} {x!r}",
    "template": "{{ " + PAYLOAD + " }}{% raw %}",
    "noqa": f"# type: ignore  # noqa\n{PAYLOAD}",
    "coding": f"# -*- coding: utf-7 -*-\n+AGE-\n{PAYLOAD}",
    "bidirectional": f"\u202e{PAYLOAD}\u2066\u2069",
    "terminal": f"\x1b]0;title\x07\x1b[2J{PAYLOAD}",
    "quote-end": f'")\n{PAYLOAD}\n("',
    "repr-end": f"'))\n{PAYLOAD}\n(('",
}


def everywhere(value: str) -> dict[str, Any]:
    """A contract with *value* in every place that holds text of the author's choice."""
    external = {"url": "https://example.com/", "description": value}
    schema: dict[str, Any] = {
        "title": value,
        "description": value,
        "type": "object",
        "default": {value: value},
        "examples": [{value: value}],
        "externalDocs": external,
        "xml": {"name": "x", "namespace": "urn:x"},
        "x-text": value,
        "properties": {
            "text": {"type": "string", "title": value, "description": value, "default": value, "examples": [value]},
            "choice": {"type": "string", "enum": [value, "b"], "default": value},
            "constant": {"const": value},
            "pair": {"type": "array", "items": {"enum": [value, 1, None]}},
        },
        "required": ["text"],
        "dependentRequired": {value: ["text"]},
    }
    parameters = [
        {
            "name": "q",
            "in": "query",
            "description": value,
            "schema": {"type": "string", "enum": [value, "b"], "default": value},
            "examples": {"one": {"summary": value, "description": value, "value": value}},
        }
    ]
    headers = {"X-Text": {"description": value, "schema": {"type": "string", "const": value}}}
    links = {"next": {"operationId": "getThing", "description": value, "parameters": {"q": value}}}
    found = {**response({"$ref": "#/components/schemas/Thing"}), "description": value, "headers": headers, "links": links}
    get = operation(
        summary=value,
        description=value,
        tags=[value],
        externalDocs=external,
        parameters=parameters,
        responses={"200": found, "404": {"description": value}},
        **{"x-text": {value: value}},
    )
    return contract(
        info={
            "title": value,
            "version": value,
            "summary": value,
            "description": value,
            "contact": {"name": value, "email": "a@example.com"},
            "license": {"name": value},
            "x-text": value,
        },
        servers=[
            {
                "url": "https://example.com/{stage}",
                "description": value,
                "variables": {"stage": {"default": value, "enum": [value], "description": value}},
            }
        ],
        tags=[{"name": value, "description": value, "externalDocs": external}],
        paths={"/things": {"summary": value, "description": value, "get": get}},
        components={
            "schemas": {"Thing": schema},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key", "description": value}},
        },
        **{"x-text": value},
    )


def _named(name: str) -> dict[str, Any]:
    """A contract with *name* wherever the contract names something that code is named after."""
    return contract(
        paths={
            "/things/{id}": {
                "get": {
                    "operationId": name,
                    "tags": [name],
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                        {"name": name, "in": "query", "schema": {"type": "string"}},
                    ],
                    "responses": {
                        "200": {
                            **response({"type": "object", "required": [name], "properties": {name: {"type": "string"}}}),
                            "headers": {"X-One": {"schema": {"type": "string"}}},
                        }
                    },
                }
            }
        }
    )


def _nested(levels: int, wrap: Callable[[Any], Any]) -> Any:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = wrap(schema)
    return schema


HEAD: Final = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
PATHS: Final = "paths: {}\n"


def _aliases() -> str:
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return HEAD + PATHS + "\n".join(lines) + "\n"


def _reference(target: str) -> Hostile:
    return of(with_schema({"$ref": target}), rejected="ref-outside-root")


def _remote(target: str) -> Hostile:
    return of(with_schema({"$ref": target}), rejected="ref-remote")


def _missing(target: str) -> Hostile:
    return of(with_schema({"$ref": target}), rejected="ref-file-missing")


def _all() -> dict[str, Hostile]:
    cases: dict[str, Hostile] = {f"text-{name}": of(everywhere(value)) for name, value in ESCAPES.items()}
    cases |= _names() | _references() | _bombs() | _values()
    return cases


def _names() -> dict[str, Hostile]:
    words = {
        "keyword": "class", "soft-keyword": "match", "builtin": "print", "none": "None", "dunder": "__class__",
        "dunder-init": "__init__", "dunder-import": "__import__", "model-config": "model_config", "model-dump": "model_dump",
        "model-fields": "model_fields", "pydantic-extra": "__pydantic_extra__", "self": "self", "principal": "principal",
        "body": "body", "headers": "headers", "status": "status", "annotations": "__annotations__", "digits": "1234", "dash": "-",
        "space": " ", "emoji": "\U0001f4a9", "accents": "caf\u00e9", "confusable": "\u0455\u0435lf", "full-width": "\uff43lass",
        "call": PAYLOAD, "newline": f"a\n{PAYLOAD}", "nul": "a\0b", "bidirectional": "a\u202eb", "dot": "a.b.c", "slash": "../../evil",
        "long": "x" * 5_000, "json": "json", "copy": "copy", "register": "register", "validate": "validate", "type": "type",
        "field": "Field", "model": "Model", "any": "Any", "annotated": "Annotated", "literal": "Literal", "models": "models",
    }  # fmt: skip
    cases = {f"name-{label}": of(_named(word)) for label, word in words.items()}
    cases |= {
        f"schema-name-{label}": of(
            contract(
                paths={"/things": {"get": operation(responses={"200": response({"$ref": f"#/components/schemas/{word}"})})}},
                components={"schemas": {word: {"type": "object", "properties": {"a": {"type": "string"}}}}},
            )
        )
        for label, word in (
            ("model", "Model"), ("base-model", "BaseModel"), ("field", "Field"), ("any", "Any"), ("keyword", "class"),
            ("dunder", "__init__"), ("literal", "Literal"), ("type-alias", "TypeAliasType"), ("missing", "MISSING"),
            ("globals", "globals"), ("import-module", "import_module"), ("getattr", "__getattr__"), ("digits", "404"),
            ("dots", "a.b.c"), ("annotations", "annotations"),
        )
    }  # fmt: skip
    cases["names-that-meet"] = of(properties("userId", "user_id", "user-id", "UserID", "USER_ID"))
    cases["names-that-meet-after-nfkc"] = of(properties("\ufb01le", "file", "\uff46ile"))
    cases["path-traversal"] = of(contract(paths={"/../../{a}/..": {"get": _path_operation("a")}}))
    cases["path-braces"] = of(contract(paths={"/{a}{b}": {"get": operation()}}))
    cases["path-quotes"] = of(contract(paths={"/'\"\\/\n": {"get": operation()}}))
    cases["media-type-name"] = of(
        contract(paths={"/a": {"get": operation(responses={"200": {"description": "", "content": {PAYLOAD: {}}}})}})
    )
    cases["header-name"] = of(
        contract(
            paths={
                "/a": {"get": operation(responses={"200": {**response({}), "headers": {f"X\r\n{PAYLOAD}": {"schema": {}}}}})}
            }
        )
    )
    cases["scheme-names"] = of(
        contract(
            security=[{PAYLOAD: []}, {"class": []}],
            components={
                "securitySchemes": {
                    PAYLOAD: {"type": "apiKey", "in": "header", "name": f"X\n{PAYLOAD}"},
                    "class": {"type": "http", "scheme": f"bearer'\n{PAYLOAD}"},
                }
            },
        )
    )
    cases["scopes"] = of(
        contract(
            security=[{"oauth": [f"a'\n{PAYLOAD}"]}],
            components={
                "securitySchemes": {
                    "oauth": {
                        "type": "oauth2",
                        "flows": {"password": {"tokenUrl": "/token", "scopes": {f"a'\n{PAYLOAD}": PAYLOAD}}},
                    }
                }
            },
        )
    )
    cases["discriminator-mapping"] = of(
        with_schema(
            {
                "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {f"a'\n{PAYLOAD}": "#/components/schemas/A", PAYLOAD: "B"},
                },
            },
            A={"type": "object", "required": ["kind"], "properties": {"kind": {"const": f"a'\n{PAYLOAD}"}}},
            B={"type": "object", "required": ["kind"], "properties": {"kind": {"const": PAYLOAD}}},
        )
    )
    cases["extension-of-ours"] = of(contract(**{"x-accord-name": PAYLOAD, "x-accord-rate-limit": PAYLOAD}))
    return cases


def _path_operation(name: str) -> dict[str, Any]:
    return operation(parameters=[{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}])


def _references() -> dict[str, Hostile]:
    cases = {
        "reference-file-scheme": _reference("file:///etc/passwd"),
        "reference-absolute": _reference("/etc/passwd"),
        "reference-parent": _reference("../../outside/secret.yaml"),
        "reference-parent-encoded": _reference("%2e%2e/%2e%2e/outside/secret.yaml"),
        "reference-loopback": _remote("http://127.0.0.1:1/secret.yaml"),
        "reference-private": _remote("http://169.254.169.254/latest/meta-data"),
        "reference-https": _remote("https://example.com/schema.yaml#/A"),
        "reference-unc": _remote("//host/share/secret.yaml"),
        "reference-backslash": _missing("..\\..\\outside\\secret.yaml"),
        "reference-nul": _missing("a\0.yaml"),
        "reference-device": _reference("/dev/zero"),
        "reference-proc": _reference("/proc/self/environ"),
        "reference-data": _remote("data:application/json,{}"),
        "reference-python": _remote("python:os.system"),
    }
    for name, target in (("file", "outside/secret.yaml"), ("folder", "outside")):
        wanted = "link.yaml" if name == "file" else "link/secret.yaml"
        data = with_schema({"$ref": f"{wanted}#/Secret"})
        cases[f"reference-link-to-a-{name}"] = Hostile(
            files={ENTRY: json.dumps(data)}, rejected="ref-outside-root", link=(wanted.split("/")[0], target)
        )
    cases["reference-to-itself"] = of(with_schema({"$ref": "#/components/schemas/Thing"}), rejected="ref-self")
    cases["reference-identifier"] = of(
        with_schema({"$id": "http://127.0.0.1:1/base/", "type": "object", "properties": {"a": {"$ref": "other.json"}}}),
        rejected="ref-file-missing",
    )
    cases["reference-pointer-bomb"] = of(with_schema({"$ref": "#" + "/a~1" * 50_000}), rejected="ref-unresolved")
    return cases


def _bombs() -> dict[str, Hostile]:
    ring = {f"S{n}": {"$ref": f"#/components/schemas/S{n + 1}"} for n in range(2_000)}
    doubled = {
        f"D{n}": {"allOf": [{"$ref": f"#/components/schemas/D{n + 1}"}, {"$ref": f"#/components/schemas/D{n + 1}"}]}
        for n in range(40)
    }
    return {
        "aliases": text(_aliases(), rejected="limit-aliases"),
        "alias-of-itself": text(HEAD + PATHS + "x-a: &a {b: *a}\n", rejected="yaml-alias"),
        "deep-yaml": text(HEAD + PATHS + "x-a: " + "[" * 5_000 + "]" * 5_000 + "\n", rejected="limit-depth"),
        "deep-json": text('{"openapi": ' + "[" * 100_000 + "]" * 100_000 + "}", rejected="limit-depth"),
        "deep-schema": of(
            with_schema(_nested(100, lambda inner: {"type": "object", "properties": {"a": inner}})), rejected="limit-depth"
        ),
        "deep-combinators": of(with_schema(_nested(90, lambda inner: {"allOf": [inner]})), rejected="limit-depth"),
        "chain-of-references": of(
            with_schema({"$ref": "#/components/schemas/S0"}, **ring, S2000={"type": "string"}), rejected="limit-references"
        ),
        "doubling-all-of": of(with_schema({"$ref": "#/components/schemas/D0"}, **doubled, D40={"type": "object"})),
        "huge-enum": of(with_schema({"type": "string", "enum": [f"value {n}" for n in range(20_000)]})),
        "huge-union": of(with_schema({"oneOf": [{"type": "string", "const": f"c{n}"} for n in range(20_000)]})),
        "huge-union-of-objects": of(
            with_schema(
                {"anyOf": [{"type": "object", "required": [f"p{n}"], "properties": {f"p{n}": {}}} for n in range(500)]}
            )
        ),
        "huge-object": of(properties(*(f"property {n}" for n in range(5_000)))),
        "recursive-alias": of(with_schema({"type": "array", "items": {"$ref": "#/components/schemas/Thing"}})),
        "recursive-union": of(
            with_schema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}]})
        ),
        "all-of-itself": of(
            with_schema({"allOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "object"}]}), rejected="ref-cycle"
        ),
        "regular-expression": of(with_schema({"type": "string", "pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"})),
        "regular-expression-nested": of(with_schema({"type": "string", "pattern": "(" * 500 + "a" + ")*" * 500})),
        "regular-expression-counted": of(with_schema({"type": "string", "pattern": "(a{1,1000}){1,1000}"})),
        "regular-expression-broken": of(with_schema({"type": "string", "pattern": "("})),
        "many-operations": of(
            contract(paths={f"/p{n}": {"get": operation(operationId=f"get{n}")} for n in range(2_000)})
        ),
        "many-aliases-of-a-name": text(
            HEAD + "paths:\n" + "".join(f"  /p{n}: {{get: {{responses: {{'204': {{description: x}}}}}}}}\n" for n in range(500))
        ),
        "tags-of-code": text(HEAD + PATHS + f"x-a: !!python/object/apply:os.system ['{PAYLOAD}']\n", rejected="yaml-tag"),
        "merge-key": text(HEAD + PATHS + "x-a: &a {b: 1}\nx-c: {<<: *a}\n"),
    }


def _values() -> dict[str, Hostile]:
    number = "components: {schemas: {Thing: {type: %s, default: %s}}}\n"
    return {
        "integer-beyond-64-bits": of(with_schema({"type": "integer", "maximum": 2**70, "default": 2**65, "enum": [2**65, 1]})),
        "integer-of-many-digits": text(HEAD + PATHS + number % ("integer", "9" * 10_000)),
        "not-a-number": text(HEAD + PATHS + number % ("number", ".nan"), rejected="number-not-finite"),
        "infinity": text(HEAD + PATHS + number % ("number", ".inf"), rejected="number-not-finite"),
        "exponent": text(HEAD + PATHS + number % ("number", "1e999"), rejected="number-not-finite"),
        "negative-lengths": of(with_schema({"type": "string", "minLength": -5, "maxLength": -9}), rejected="structure-invalid"),
        "lone-surrogate": text(json.dumps(with_schema({"type": "string", "const": "\ud800"})).replace("\\\\", "\\")),
        "nul-in-text": of(everywhere("a\0b")),
        "invalid-utf-8": text("openapi: 3.1.0\ninfo: {title: \udcff, version: '1'}\npaths: {}\n", rejected="file-encoding"),
        "byte-order-mark": text("\ufeff" + HEAD + PATHS),
        "utf-16": text("\udcff\udcfeo\0p\0e\0n\0", rejected="document-not-object"),
        "empty": text("", rejected="document-not-object"),
        "a-list": text("- a\n", rejected="document-not-object"),
        "two-documents": text(HEAD + PATHS + "---\n" + HEAD + PATHS, rejected="yaml-multiple-documents"),
        "duplicate-keys": text(HEAD + PATHS + PATHS, rejected="yaml-duplicate-key"),
        "keys-that-are-no-text": text(HEAD + PATHS + "x-a: {1: a, true: b, null: c, [x]: d}\n", rejected="yaml-complex-key"),
        "null-everywhere": text("openapi: 3.1.0\ninfo: null\npaths: {/a: null, /b: {get: null, parameters: null}}\n"),
        "wrong-kinds": of(contract(paths=[{"get": 1}], components="x", servers={"url": 1}, tags={"a": 1}, security="x")),
        "defaults-of-other-types": of(
            with_schema(
                {
                    "type": "object",
                    "properties": {
                        "a": {"type": "string", "format": "date", "default": PAYLOAD},
                        "b": {"type": "integer", "default": PAYLOAD},
                        "c": {"type": "array", "items": {"type": "string"}, "default": {PAYLOAD: PAYLOAD}},
                        "d": {"type": "object", "default": [PAYLOAD]},
                        "e": {"type": "string", "format": "uuid", "default": PAYLOAD},
                        "f": {"type": "string", "enum": ["a"], "default": PAYLOAD},
                    },
                }
            )
        ),
        "formats-of-code": of(with_schema({"type": "string", "format": PAYLOAD})),
        "types-of-code": of(with_schema({"type": PAYLOAD})),
        "keywords-of-code": of(with_schema({"type": "object", PAYLOAD: PAYLOAD, "x-python-type": "os.system", "x-import": "os"})),
    }


CASES: Final = _all()
