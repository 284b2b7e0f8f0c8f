"""Everything of a contract but its schemas: paths, parameters, bodies, responses, security, links, callbacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.contract.load import Loaded, load_api
from accord.contract.model import (
    ApiKeyScheme,
    HttpScheme,
    MutualTlsScheme,
    OAuth2Scheme,
    OpenIdConnectScheme,
    Operation,
)
from accord.contract.schema import UNSET
from accord.source.document import read_document


def load(tmp_path: Path, text: str, version: str = "3.1.0", **files: str) -> Loaded:
    """Load a contract of *text* behind ``openapi`` and ``info``, which take two lines."""
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    entry = tmp_path / "openapi.yaml"
    entry.write_text(f"openapi: {version}\ninfo: {{title: T, version: '1'}}\n{text}", encoding="utf-8")
    return load_api(read_document(entry), name="t")


def found(loaded: Loaded) -> list[tuple[str, int]]:
    return [(d.code, d.span.line) for d in loaded.diagnostics]


def only(loaded: Loaded) -> Operation:
    (operation,) = loaded.api.operations
    return operation


def test_the_whole_of_info_tags_and_servers(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_text(
        """openapi: 3.2.0
info:
  title: T
  version: 1.0
  summary: s
  description: d
  termsOfService: u
  contact: {name: n}
  license: {name: MIT}
  x-i: 1
servers:
  - {url: 'https://{host}/v1', name: main, variables: {host: {default: a, enum: [a, b]}}}
tags: [{name: a, summary: s, parent: b, kind: nav}, {name: b}]
x-root: [1]
"""
    )
    loaded = load_api(read_document(entry), name="t")
    info = loaded.api.info
    assert (info.title, info.version, info.summary, info.description) == ("T", "1.0", "s", "d")
    assert (dict(info.contact), dict(info.license), dict(info.extensions)) == (
        {"name": "n"},
        {"name": "MIT"},
        {"x-i": 1},
    )
    assert found(loaded) == [("structure-type", 4)]
    (server,) = loaded.api.servers
    assert (server.name, server.variables[0].enum) == ("main", ("a", "b"))
    assert [(tag.name, tag.parent, tag.kind) for tag in loaded.api.tags] == [
        ("a", "b", "nav"),
        ("b", None, None),
    ]
    assert dict(loaded.api.extensions) == {"x-root": [1]}
    assert (loaded.api.spec_version, loaded.api.openapi, loaded.api.name) == ("3.2", "3.2.0", "t")


@pytest.mark.parametrize(
    ("parameter", "style", "explode"),
    [
        ("name: a, in: query", "form", True),
        ("name: a, in: query, explode: false", "form", False),
        ("name: a, in: query, style: deepObject", "deepObject", False),
        ("name: a, in: query, style: pipeDelimited", "pipeDelimited", False),
        ("name: a, in: header", "simple", False),
        ("name: a, in: path, required: true", "simple", False),
        ("name: a, in: path, required: true, style: matrix, explode: true", "matrix", True),
        ("name: a, in: cookie", "form", True),
    ],
)
def test_style_and_explode_have_their_defaults(
    tmp_path: Path, parameter: str, style: str, explode: bool
) -> None:
    loaded = load(tmp_path, f"paths: {{/x: {{get: {{parameters: [{{{parameter}, schema: {{}}}}]}}}}}}\n")
    assert loaded.diagnostics == ()
    (item,) = only(loaded).parameters
    assert (item.style, item.explode) == (style, explode)


@pytest.mark.parametrize(
    ("parameter", "code", "is_kept"),
    [
        ("name: a, in: qurey, schema: {}", "structure-value", False),
        ("name: a, schema: {}", "structure-required", False),
        ("in: query, schema: {}", "structure-required", False),
        ("name: a, in: querystring, content: {a/b: {}}", "structure-value", False),
        ("name: a, in: query, style: cookie, schema: {}", "parameter-style", True),
        ("name: a, in: path, required: true, style: form, schema: {}", "parameter-style", True),
        ("name: a, in: path, schema: {}", "path-parameter-optional", True),
        ("name: a, in: path, required: false, schema: {}", "path-parameter-optional", True),
        ("name: a, in: query", "structure-required", True),
        ("name: a, in: query, schema: {}, content: {a/b: {}}", "structure-value", True),
        ("name: a, in: query, content: {a/b: {}, c/d: {}}", "structure-value", True),
        ("name: a, in: query, required: 'yes', schema: {}", "structure-type", True),
        ("name: Authorization, in: header, schema: {}", "parameter-ignored", False),
        ("name: content-type, in: header, schema: {}", "parameter-ignored", False),
        ("$ref: '#/components/parameters/Nope'", "ref-unresolved", False),
        ("$ref: '#/components/schemas/S'", "ref-kind", False),
    ],
)
def test_one_finding_for_one_bad_parameter(tmp_path: Path, parameter: str, code: str, is_kept: bool) -> None:
    loaded = load(
        tmp_path,
        f"paths: {{/x: {{get: {{parameters: [{{{parameter}}}, {{name: ok, in: query, schema: {{}}}}]}}}}}}\n"
        "components: {schemas: {S: {}}}\n",
    )
    assert found(loaded) == [(code, 3)]
    names = [item.name for item in only(loaded).parameters]
    assert names == (["a", "ok"] if is_kept else ["ok"])
    clear = {"path-parameter-optional", "parameter-ignored"}
    assert [fault.code for fault in only(loaded).faults] == ([] if code in clear else [code])


def test_parameters_of_the_path_item_are_merged_and_overridden(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """paths:
  /x:
    parameters:
      - {name: a, in: query, schema: {type: string}}
      - {name: b, in: query, schema: {}}
      - {name: H, in: header, schema: {}}
    get:
      parameters:
        - {name: c, in: query, schema: {}}
        - {name: a, in: query, required: true, schema: {}}
        - {name: h, in: header, required: true, schema: {}}
        - {name: a, in: header, schema: {}}
    post: {}
""",
    )
    get, post = loaded.api.operations
    assert [(p.location, p.name, p.required) for p in get.parameters] == [
        ("query", "a", True),
        ("query", "b", False),
        ("header", "h", True),
        ("query", "c", False),
        ("header", "a", False),
    ]
    assert [p.name for p in post.parameters] == ["a", "b", "H"]
    assert loaded.diagnostics == ()


def test_a_parameter_twice_in_a_list_is_reported_at_the_second(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """paths:
  /x:
    get:
      parameters:
        - {name: a, in: query, schema: {type: string}}
        - $ref: '#/components/parameters/A'
components: {parameters: {A: {name: a, in: query, schema: {type: integer}}}}
""",
    )
    assert found(loaded) == [("parameter-duplicate", 8)]
    assert [p.component for p in only(loaded).parameters] == [None]


def test_security_that_holds(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """security: [{a: []}]
paths:
  /x:
    get: {}
    put: {security: []}
    post: {security: [{}, {a: [], b: [r, w]}]}
    delete: {security: [{zzz: []}]}
components:
  securitySchemes:
    a: {type: apiKey, in: header, name: X-Key}
    b: {type: oauth2, flows: {password: {tokenUrl: /t, scopes: {r: read, w: ''}}, x-f: 1}}
    c: {type: http, scheme: Bearer, bearerFormat: JWT}
    d: {type: openIdConnect, openIdConnectUrl: u}
    e: {type: mutualTLS, description: m}
    f: {type: basic}
    g: {type: apiKey, in: body, name: x}
    h: {type: http}
""",
    )
    get, put, post, delete = loaded.api.operations
    assert [use.name for use in get.security[0].schemes] == ["a"]
    assert put.security == ()
    assert [[(u.name, u.scopes) for u in r.schemes] for r in post.security] == [
        [],
        [("a", ()), ("b", ("r", "w"))],
    ]
    assert delete.security[0].schemes[0].name == "zzz"
    schemes = loaded.api.security_schemes
    assert [type(scheme) for scheme in schemes.values()] == [
        ApiKeyScheme,
        OAuth2Scheme,
        HttpScheme,
        OpenIdConnectScheme,
        MutualTlsScheme,
    ]
    flow = schemes["b"]
    assert isinstance(flow, OAuth2Scheme)
    assert [(f.kind, f.token_url, f.scopes) for f in flow.flows] == [
        ("password", "/t", (("r", "read"), ("w", "")))
    ]
    bearer = schemes["c"]
    assert isinstance(bearer, HttpScheme)
    assert bearer.scheme == "bearer"
    assert found(loaded) == [("structure-value", 17), ("structure-value", 18), ("structure-required", 19)]


def test_servers_that_hold(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """servers: [{url: /root}]
paths:
  /a: {get: {}}
  /b: {servers: [{url: /item}], get: {}, put: {servers: [{url: /own}]}}
""",
    )
    assert [o.servers[0].url for o in loaded.api.operations] == ["/root", "/item", "/own"]


def test_responses_with_everything(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """paths:
  /x:
    get:
      operationId: getX
      responses:
        200:
          description: ok
          headers:
            ETag: {required: true, schema: {type: string}, description: e}
            Content-Type: {schema: {}}
            X-R: {$ref: '#/components/headers/R'}
          content:
            application/json:
              schema: {type: object}
              example: {a: 1}
              examples: {b: {summary: s, value: 2}, c: {externalValue: u}, d: {$ref: '#/components/examples/D'}}
            multipart/form-data:
              encoding: {f: {contentType: 'image/png, image/*', style: form, explode: true, headers: {H: {schema: {}}}}}
          links:
            self: {operationId: getX, parameters: {id: $response.body#/id}, requestBody: null}
            other: {operationRef: '#/paths/~1x/get'}
            gone: {operationId: nope}
        4xx: {$ref: '#/components/responses/Bad'}
        default: {$ref: '#/components/responses/Bad', description: worse}
        x-note: {}
components:
  headers: {R: {schema: {type: integer}, explode: true}}
  examples: {D: {value: {$ref: kept}}}
  responses: {Bad: {description: bad}, Unused: {description: u}}
""",
    )
    ok, bad, default = only(loaded).responses
    assert [r.status for r in (ok, bad, default)] == ["200", "4XX", "default"]
    assert [(h.name, h.required, h.explode) for h in ok.headers] == [
        ("ETag", True, False),
        ("X-R", False, True),
    ]
    component = ok.headers[1].component
    assert component is not None
    assert (component.name, component.origin) == ("R", "openapi.yaml")
    json, form = ok.content
    assert [(e.name, e.value) for e in json.examples] == [
        ("example", {"a": 1}),
        ("b", 2),
        ("c", UNSET),
        ("d", {"$ref": "kept"}),
    ]
    (encoding,) = form.encoding
    assert encoding.content_types == ("image/png", "image/*")
    assert (encoding.style, encoding.explode, encoding.headers[0].name) == ("form", True, "H")
    assert [link.target for link in ok.links] == [("GET", "/x"), ("GET", "/x"), None]
    assert ok.links[0].request_body is None
    assert ok.links[1].request_body is UNSET
    assert (bad.description, default.description) == ("bad", "worse")
    assert bad.component is not None
    assert bad.component.name == "Bad"
    assert list(loaded.api.responses) == ["Bad", "Unused"]
    assert loaded.api.responses["Bad"].status == ""
    assert found(loaded) == [("header-ignored", 12)]


def test_path_items_in_files_with_siblings_and_shared_ones(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """paths:
  /a:
    $ref: paths/a.yaml
    summary: ours
    post: {operationId: ours, responses: {'200': {$ref: '#/components/responses/R'}}}
  /b: {$ref: '#/components/pathItems/B'}
  /c: {$ref: '#/paths/~1a'}
  /d: {$ref: nope.yaml, get: {operationId: stays}}
components:
  pathItems: {B: {get: {operationId: b}}}
  responses: {R: {description: entry}}
""",
        **{
            "paths/a.yaml": """summary: theirs
parameters: [{$ref: '../shared.yaml#/parameters/Id'}]
get: {operationId: getA, responses: {'404': {$ref: '../shared.yaml#/responses/NotFound'}}}
post: {operationId: theirs}
""",
            "shared.yaml": "parameters: {Id: {name: id, in: query, schema: {$ref: '#/schemas/Id'}}}\n"
            "responses: {NotFound: {description: n}}\nschemas: {Id: {type: string}}\n",
        },
    )
    shown = [(o.method, o.path, o.operation_id, o.summary) for o in loaded.api.operations]
    assert shown == [
        ("POST", "/a", "ours", "ours"),
        ("GET", "/a", "getA", "ours"),
        ("GET", "/b", "b", None),
        ("POST", "/c", "ours", "ours"),
        ("GET", "/c", "getA", "ours"),
        ("GET", "/d", "stays", None),
    ]
    get = loaded.api.operations[1]
    assert (get.pointer, get.span.file.endswith("paths/a.yaml"), get.span.line) == ("/paths/~1a/get", True, 3)
    assert get.path_span.line == 4
    response = get.responses[0]
    assert response.component is not None
    assert (response.component.name, response.component.origin) == ("NotFound", "shared.yaml")
    assert list(loaded.api.responses) == ["R", "NotFound"]
    assert list(loaded.api.parameters) == ["Id"]
    assert loaded.api.schemas["Id"].origin == "shared.yaml"
    assert found(loaded) == [("ref-file-missing", 10)]


def test_webhooks_and_callbacks(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """paths:
  /x:
    post:
      callbacks:
        done:
          '{$request.body#/url}': {post: {requestBody: {content: {application/json: {schema: {}}}}}}
          x-note: {}
        again: {$ref: '#/components/callbacks/Again'}
webhooks:
  created: {post: {operationId: created}}
components:
  callbacks: {Again: {'$url': {put: {}, get: {}}}}
""",
    )
    done, again = only(loaded).callbacks
    assert [(o.method, o.path) for o in done.operations] == [("POST", "{$request.body#/url}")]
    assert [(o.method, o.path) for o in again.operations] == [("PUT", "$url"), ("GET", "$url")]
    assert again.component is not None
    (hook,) = loaded.api.webhooks
    assert (hook.name, hook.operations[0].path, hook.operations[0].pointer) == (
        "created",
        "created",
        "/webhooks/created/post",
    )
    assert loaded.diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        (
            "paths: {/x: {post: {callbacks: {c: {$ref: '#/components/callbacks/C'}}}}}\n"
            "components: {callbacks: {C: {e: {post: {callbacks: {c: {$ref: '#/components/callbacks/C'}}}}}}}\n"
        ),
        "paths: {/x: {$ref: 'item.yaml'}}\n",
        "paths: {/x: {$ref: '#/paths/~1y'}, /y: {$ref: '#/paths/~1x'}}\n",
        (
            "paths: {/x: {get: {responses: {'200': {$ref: '#/components/responses/R'}}}}}\n"
            "components: {responses: {R: {$ref: '#/components/responses/R'}}}\n"
        ),
        (
            "paths: {/x: {get: {parameters: [{$ref: '#/components/parameters/P'}]}}}\n"
            "components: {parameters: {P: {$ref: '#/components/parameters/Q'}, Q: {$ref: '#/components/parameters/P'}}}\n"
        ),
        (
            "paths: {}\ncomponents: {headers: {H: {content: {multipart/x: {encoding: {p: {headers: {"
            "h: {$ref: '#/components/headers/H'}}}}}}}}}\n"
        ),
    ],
)
def test_circles_outside_of_schemas_end_with_a_finding(tmp_path: Path, text: str) -> None:
    loaded = load(
        tmp_path, text, **{"item.yaml": "post: {callbacks: {c: {'{$url}': {$ref: 'item.yaml'}}}}\n"}
    )
    assert {code for code, _ in found(loaded)} == {"ref-cycle"}


def test_what_32_adds(tmp_path: Path) -> None:
    text = """paths:
  /x:
    query:
      parameters: [{name: q, in: querystring, content: {application/json: {schema: {}}}}]
      responses:
        '200':
          summary: s
          content:
            text/event-stream: {itemSchema: {type: object}}
            multipart/mixed: {prefixEncoding: [{contentType: a/b}], itemEncoding: {contentType: c/d}}
            application/json: {$ref: '#/components/mediaTypes/J'}
    additionalOperations:
      LINK: {parameters: [{name: c, in: cookie, style: cookie, schema: {}}]}
      GET: {}
components:
  mediaTypes:
    J: {schema: {}, examples: {e: {dataValue: {a: 1}, serializedValue: '{"a":1}'}}}
  securitySchemes:
    o: {type: oauth2, flows: {deviceAuthorization: {deviceAuthorizationUrl: d, tokenUrl: t, scopes: {}}}}
"""
    loaded = load(tmp_path, text, "3.2.0")
    query, link = loaded.api.operations
    assert [(o.method, o.pointer) for o in (query, link)] == [
        ("QUERY", "/paths/~1x/query"),
        ("LINK", "/paths/~1x/additionalOperations/LINK"),
    ]
    assert query.parameters[0].location == "querystring"
    assert (link.parameters[0].style, link.parameters[0].explode) == ("cookie", True)
    stream, mixed, json = query.responses[0].content
    assert stream.item_schema is not None
    assert mixed.prefix_encoding[0].content_types == ("a/b",)
    assert mixed.item_encoding is not None
    assert (json.name, json.examples[0].value, json.examples[0].serialized_value) == (
        "application/json",
        {"a": 1},
        '{"a":1}',
    )
    scheme = loaded.api.security_schemes["o"]
    assert isinstance(scheme, OAuth2Scheme)
    assert scheme.flows[0].device_authorization_url == "d"
    assert found(loaded) == [("structure-value", 16)]
    assert [o.method for o in load(tmp_path, text, "3.1.0").api.operations] == []


@pytest.mark.parametrize(
    "text",
    [
        "paths: 5\n",
        "paths: [a]\n",
        "paths: {/x: 5}\n",
        "paths: {/x: {get: 5}}\n",
        "paths: {/x: {get: {parameters: 5}}}\n",
        "paths: {/x: {get: {parameters: [5]}}}\n",
        "paths: {/x: {get: {requestBody: 5}}}\n",
        "paths: {/x: {get: {responses: 5}}}\n",
        "paths: {/x: {get: {responses: {'200': 5}}}}\n",
        "paths: {/x: {get: {responses: {'200': {content: 5}}}}}\n",
        "paths: {/x: {get: {responses: {'200': {content: {a/b: 5}}}}}}\n",
        "paths: {/x: {get: {responses: {'200': {headers: {A: 5}}}}}}\n",
        "paths: {/x: {get: {responses: {'200': {links: {A: 5}}}}}}\n",
        "paths: {/x: {get: {callbacks: {A: 5}}}}\n",
        "paths: {/x: {get: {security: 5}}}\n",
        "paths: {/x: {get: {security: [5]}}}\n",
        "paths: {/x: {get: {security: [{a: 5}]}}}\n",
        "paths: {/x: {get: {tags: 5}}}\n",
        "paths: {/x: {get: {tags: [5]}}}\n",
        "paths: {/x: {get: {deprecated: 5}}}\n",
        "paths: {/x: {get: {operationId: 5}}}\n",
        "paths: {/x: {get: {servers: [5]}}}\n",
        "paths: {/x: {get: {requestBody: {content: {a/b: {examples: 5}}}}}}\n",
        "paths: {/x: {get: {requestBody: {content: {a/b: {encoding: {p: 5}}}}}}}\n",
        "paths: {/x: {get: {requestBody: {content: {a/b: {schema: 5}}}}}}\n",
        "components: 5\n",
        "components: {schemas: 5}\n",
        "components: {securitySchemes: {a: 5}}\n",
        "tags: [5]\n",
        "servers: 5\n",
        "info: 5\n",
        "webhooks: {a: 5}\n",
    ],
)
def test_a_value_of_the_wrong_type_is_one_finding_anywhere(tmp_path: Path, text: str) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_text(f"openapi: 3.1.0\n{text}")
    loaded = load_api(read_document(entry), name="t")
    assert found(loaded) == [("structure-type", 2)]
    assert loaded.diagnostics[0].span.column > 1
    if "get" in text and "get: 5" not in text:
        assert len(loaded.api.operations) == 1


def test_the_faults_of_a_shared_part_reach_each_of_its_users(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """paths:
  /a: {get: {responses: {'400': {$ref: '#/components/responses/Bad'}}}}
  /b: {get: {responses: {'400': {$ref: '#/components/responses/Bad'}}}}
  /c: {get: {}}
components:
  responses: {Bad: {description: d, content: {a/b: {schema: {type: strin}}}}}
""",
    )
    assert [[f.code for f in o.faults] for o in loaded.api.operations] == [["structure-value"]] * 2 + [[]]
    assert found(loaded) == [("structure-value", 8)]
