"""The Python view of a contract: names, answers, principals, and what cannot be served."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from accord.diagnostics import Severity
from accord.emit.python.security import ARGUMENTS, principal_annotation
from accord.runtime.declare import Array, FormField, Json, Object, Scalar
from tests.unit.emit.operations import plan

OK = "responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}"


def test_prefix_comes_from_the_first_server_with_its_defaults(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        f"""
        servers:
          - url: https://{{host}}/{{base}}/v1/
            variables: {{host: {{default: example.org}}, base: {{default: api}}}}
          - url: /other
        paths: {{/a: {{get: {{operationId: a, {OK}}}}}}}
        """,
    )
    assert planned.version.prefix == "/api/v1"
    assert planned.diagnostics == ()


@pytest.mark.parametrize(
    ("url", "prefix", "codes"),
    [
        ("/", "", []),
        ("https://example.org", "", []),
        ("v1", "/v1", []),
        ("/a%20b/c?x=1", "/a b/c", []),
        ("/../etc", "", ["unsupported-server-path"]),
        ("/{undeclared}", "", ["unsupported-server-path"]),
        ("http://[broken/x", "", ["unsupported-server-path"]),
        ("/a%ffb", "", ["unsupported-server-path"]),
    ],
)
def test_odd_server_urls(tmp_path: Path, url: str, prefix: str, codes: list[str]) -> None:
    planned = plan(
        tmp_path, f"servers: [{{url: '{url}'}}]\npaths: {{/a: {{get: {{operationId: a, {OK}}}}}}}\n"
    )
    assert planned.version.prefix == prefix
    assert [code for code in planned.codes if code.startswith("unsupported-server")] == codes


def test_an_operation_with_its_own_server_is_served_under_the_first_and_reported(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        f"""
        servers: [{{url: /api}}]
        paths:
          /a: {{get: {{operationId: a, servers: [{{url: /files}}], {OK}}}}}
          /b: {{get: {{operationId: b, servers: [{{url: 'https://b.example/api/'}}], {OK}}}}}
        """,
    )
    assert planned.codes == ["unsupported-operation-server"]
    assert planned.operation("a").unsupported == ()


def test_one_success_without_headers_is_bare_and_has_no_class(tmp_path: Path) -> None:
    planned = plan(tmp_path, f"paths: {{/a: {{get: {{operationId: getA, {OK}}}}}}}")
    operation = planned.operation("getA")
    assert planned.returns("getA") == "str"
    assert planned.version.responses == ()
    assert operation.responses[0].bare


def test_required_headers_need_a_class_and_optional_ones_offer_both(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            post:
              operationId: makeA
              responses:
                '201':
                  description: made
                  headers:
                    Location: {required: true, schema: {type: string}}
                    content-TYPE: {schema: {type: string}}
                    Args: {schema: {type: integer}}
                  content: {application/json: {schema: {type: string}}}
            get:
              operationId: getA
              responses:
                '200':
                  description: ok
                  headers: {Age: {schema: {type: integer}}}
                  content: {application/json: {schema: {type: string}}}
        """,
    )
    assert planned.returns("makeA") == "responses.MakeACreated"
    assert planned.returns("getA") == "str | responses.GetAOk"
    made = planned.operation("makeA").responses[0]
    assert [(header.name, header.required) for header in made.headers] == [
        ("Location", True),
        ("Args", False),
    ]
    assert made.headers[1].attribute not in {"args", "status", "body"}
    assert made.headers_guard == "makeA.201.headers"
    entries = planned.guard["properties"]
    assert isinstance(entries, dict)
    assert entries["makeA.201.headers"]["required"] == ["Location"]


def test_a_lone_204_is_none_and_two_successes_are_classes(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            delete: {operationId: dropA, responses: {'204': {description: gone}}}
            put:
              operationId: putA
              responses:
                '200': {description: ok, content: {application/json: {schema: {type: string}}}}
                '201': {description: made, content: {application/json: {schema: {type: string}}}}
            patch:
              operationId: patchA
              responses:
                2XX: {description: any, content: {application/json: {schema: {type: string}}}}
                default: {description: fault}
        """,
    )
    assert planned.returns("dropA") == "None | responses.DropANoContent"
    assert planned.returns("putA") == "responses.PutAOk | responses.PutACreated"
    assert planned.returns("patchA") == "responses.PatchAStatus2XX | responses.PatchADefault"


def test_rejections_are_classes_but_no_part_of_the_union(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            get:
              operationId: getA
              responses:
                '200': {description: ok}
                '301': {description: moved}
                '400': {description: bad}
                '403': {description: no}
                '422': {description: worse}
                '503': {description: later}
          /b: {get: {operationId: getB, responses: {'501': {description: never}}}}
        """,
    )
    names = [cls.name for cls in planned.version.responses]
    assert "GetABadRequest" in names
    assert "GetAServiceUnavailable" in names
    union = planned.returns("getA")
    assert union == "None | responses.GetAOk | responses.GetAMovedPermanently | responses.GetAForbidden"
    assert planned.returns("getB") == "responses.GetBNotImplemented"


def test_a_shared_response_is_one_class_and_two_statuses_make_it_ask(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            get:
              operationId: getA
              responses: {'200': {description: ok}, '404': {$ref: '#/components/responses/gone-away'}}
          /b:
            get:
              operationId: getB
              responses: {'200': {description: ok}, '410': {$ref: '#/components/responses/gone-away'}}
          /c:
            get:
              operationId: getC
              responses: {'200': {description: ok}, '404': {$ref: '#/components/responses/EventStream'}}
        components:
          responses:
            gone-away: {description: gone, content: {application/json: {schema: {type: string}}}}
            EventStream: {description: named like an import}
            Unused: {description: never}
        """,
    )
    classes = {cls.name: cls for cls in planned.version.responses}
    assert classes["GoneAway"].statuses == ("404", "410")
    assert "Unused" not in classes
    assert "EventStreamResponse" in classes
    guards = planned.guard["properties"]
    assert isinstance(guards, dict)
    assert [key for key in guards if "GoneAway" in key] == ["response:GoneAway.application/json"]


def test_json_is_served_and_what_stands_beside_it_is_reported(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            post:
              operationId: a
              requestBody:
                content:
                  application/xml: {schema: {type: object}}
                  application/vnd.x+json; v=1: {schema: {type: object}}
              responses:
                '200':
                  description: ok
                  content: {text/csv: {schema: {type: string}}, '*/*': {schema: {type: string}}}
                '404': {description: none, content: {text/html: {schema: {type: string}}}}
        """,
    )
    operation = planned.operation("a")
    assert operation.unsupported == ()
    assert operation.body is not None
    assert [content.media_type for content in operation.body.content] == [
        "application/xml",
        "application/vnd.x+json; v=1",
    ]
    offered = [[content.media_type for content in response.content] for response in operation.responses]
    assert offered == [["text/csv", "*/*"], ["text/html"]]
    assert sorted(planned.codes) == [
        "unsupported-request-schema",
    ]
    assert all(diagnostic.span.line > 1 for diagnostic in planned.diagnostics)


def test_an_operation_that_cannot_be_served_is_routed_with_its_reasons(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            get:
              operationId: a
              tags: [Lonely]
              responses: {'200': {description: ok, content: {image: {}}}}
          /b:
            post:
              operationId: b
              requestBody: {content: {plain: {schema: {type: string}}}}
              responses: {'200': {description: ok}}
        """,
    )
    assert planned.version.groups == ()
    assert planned.operation("a").unsupported == (
        "unsupported-response-media-type: 'image' is no media type",
    )
    assert planned.operation("b").unsupported[0].startswith("unsupported-request-media-type: ")


def test_principals_follow_the_alternatives(tmp_path: Path) -> None:
    head = """
        components:
          securitySchemes:
            apiKey: {type: apiKey, in: header, name: X-Key}
            basic: {type: http, scheme: BASIC}
            odd-one: {type: http, scheme: digest}
            oidc: {type: openIdConnect, openIdConnectUrl: 'https://id.example/.well-known'}
            mtls: {type: mutualTLS}
        security: [{apiKey: []}]
        paths:
    """
    cases = {
        "single": ("[{apiKey: []}]", "P"),
        "public": ("[]", ""),
        "only-empty": ("[{}]", ""),
        "either": ("[{basic: []}, {oidc: [a, b]}]", "P"),
        "both": ("[{basic: [], apiKey: []}]", "tuple[P, P]"),
        "optional": ("[{}, {odd-one: []}]", "P | None"),
        "mixed": ("[{}, {basic: []}, {basic: [], apiKey: [], oidc: []}]", "P | tuple[P, P, P] | None"),
        "certificate": ("[{mtls: []}, {basic: []}]", "P"),
        "certificate-or-none": ("[{mtls: []}, {}]", "P | None"),
        "stricter": ("[{nowhere: []}, {basic: []}]", "P"),
        "nobody-needed": ("[{nowhere: []}, {}]", ""),
    }
    response = "responses: {'204': {description: ok}}"
    lines = [
        f"  /{name}: {{get: {{operationId: {name}, security: {security}, {response}}}}}\n"
        for name, (security, _) in cases.items()
    ]
    text = textwrap.dedent(head) + "".join(lines)
    planned = plan(tmp_path, text)
    found = {name: principal_annotation(planned.operation(name).security, "P") for name in cases}
    assert found == {name: expected for name, (_, expected) in cases.items()}
    assert [
        (scheme.declared.method, scheme.declared.kind, ARGUMENTS[scheme.declared.kind])
        for scheme in planned.version.schemes
    ] == [
        ("api_key", "apiKey", ("key",)),
        ("basic", "basic", ("username", "password")),
        ("odd_one", "http", ("credentials",)),
        ("oidc", "openIdConnect", ("token",)),
        ("mtls", "mutualTLS", ("certificate",)),
    ]
    assert planned.codes == ["security-scheme-unknown", "security-scheme-unknown"]


@pytest.mark.parametrize("security", ["[{nowhere: []}]", "[{nowhere: [], key: []}]"])
def test_an_operation_is_never_public_by_accident(tmp_path: Path, security: str) -> None:
    planned = plan(
        tmp_path,
        f"""
        components:
          securitySchemes: {{mtls: {{type: mutualTLS}}, key: {{type: apiKey, in: query, name: k}}}}
        paths: {{/a: {{get: {{operationId: a, security: {security}, responses: {{'204': {{description: ok}}}}}}}}}}
        """,
    )
    assert planned.operation("a").unsupported
    assert planned.version.groups == ()
    assert planned.version.schemes == ()


def test_the_same_requests_go_to_the_first_operation(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a/{{x}}: {{get: {{operationId: one, parameters: [{{name: x, in: path, required: true, schema: {{type: string}}}}], {OK}}}}}
          /a/{{y}}:
            get: {{operationId: two, parameters: [{{name: y, in: path, required: true, schema: {{type: string}}}}], {OK}}}
            put: {{operationId: one, parameters: [{{name: y, in: path, required: true, schema: {{type: string}}}}], {OK}}}
        """,
    )
    assert [operation.declared.key for operation in planned.version.operations] == ["one", "PUT /a/{y}"]
    duplicate, same_id = (
        d for d in planned.diagnostics if d.code in {"operation-duplicate", "operation-id-duplicate"}
    )
    assert duplicate.severity is Severity.WARNING
    assert duplicate.span.line == 5
    assert "/a/{x}" in duplicate.message
    assert "'one'" in same_id.message


@pytest.mark.parametrize("path", ["/a/{x}{y}", "/a/{x}/{x}", "/a/{x}/{y}#part", "/a/{x}?y={y}"])
def test_paths_whose_variables_cannot_be_told_apart(tmp_path: Path, path: str) -> None:
    parameters = "".join(f"{{name: {n}, in: path, required: true, schema: {{type: string}}}}," for n in "xy")
    head = "openapi: 3.2.0\ninfo: {title: Test, version: 1.0.0}\n"
    planned = plan(
        tmp_path,
        f"{head}paths:\n  '{path}':\n    get: {{operationId: a, parameters: [{parameters}], {OK}}}\n",
    )
    assert "unsupported-path-template" in planned.codes
    assert planned.operation("a").unsupported


def test_a_variable_may_stand_twice_before_openapi_3_2(tmp_path: Path) -> None:
    parameter = "{name: x, in: path, required: true, schema: {type: string}}"
    planned = plan(
        tmp_path,
        f"paths:\n  '/a/{{x}}/{{x}}':\n    get: {{operationId: a, parameters: [{parameter}], {OK}}}\n",
    )
    assert planned.codes == []
    assert not planned.operation("a").unsupported


def test_variables_and_parameters_of_a_path_that_do_not_belong_together(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a/{x}/{y}:
            get:
              operationId: a
              parameters:
                - {name: z, in: path, required: true, schema: {type: string}}
                - {name: y, in: path, required: true, schema: {type: integer}}
              responses: {'204': {description: ok}}
        """,
    )
    operation = planned.operation("a")
    assert operation.unsupported == ()
    assert [parameter.name for parameter in operation.parameters] == ["y", "x"]
    assert planned.arguments("a") == {"y": "int", "x": "str"}
    assert [(diagnostic.code, diagnostic.span.line) for diagnostic in planned.diagnostics] == [
        ("path-param-undeclared", 4),
        ("path-param-unused", 8),
    ]
    guards = planned.guard["properties"]
    assert isinstance(guards, dict)
    assert guards["a.parameters"]["properties"]["path"]["required"] == ["y", "x"]


def test_parameters_keep_order_and_get_safe_arguments(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a/{id}:
            get:
              operationId: a
              parameters:
                - {name: id, in: path, required: true, schema: {type: integer}}
                - {name: body, in: query, schema: {type: string}}
                - {name: class, in: query, schema: {type: string, default: x}}
                - {name: X-Id, in: header, required: true, schema: {type: string}}
                - {name: Authorization, in: header, schema: {type: string}}
                - {name: x_id, in: query, schema: {type: string}}
                - {name: limit, in: query, schema: {$ref: '#/components/schemas/Limit'}}
                - {name: bad, in: query, schema: {type: integer, default: many}}
                - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
                - {name: xml, in: query, content: {application/xml: {schema: {type: object}}}}
              responses: {'204': {description: ok}}
          /b:
            get:
              operationId: b
              parameters:
                - {name: n, in: query, schema: {type: integer, default: 3}}
              responses: {'204': {description: ok}}
        components: {schemas: {Limit: {type: integer, maximum: 9, default: 5}}}
        """,
    )
    assert planned.operation("a").unsupported == (
        "unsupported-parameter: the parameter 'xml' has the media type application/xml",
    )
    assert planned.arguments("b") == {"n": "int"}
    assert planned.operation("b").parameters[0].default == 3
    invalid = [diagnostic for diagnostic in planned.diagnostics if diagnostic.code == "default-invalid"]
    assert [diagnostic.span.line for diagnostic in invalid] == [15]


def test_arguments_of_supported_parameters(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a/{id}:
            get:
              operationId: a
              parameters:
                - {name: id, in: path, required: true, schema: {type: integer}}
                - {name: body, in: query, schema: {type: string}}
                - {name: class, in: query, schema: {type: string, default: x}}
                - {name: X-Id, in: header, required: true, schema: {type: string}}
                - {name: x_id, in: query, schema: {type: string}}
                - {name: principal, in: cookie, schema: {type: boolean}}
                - {name: self, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
              responses: {'204': {description: ok}}
        """,
    )
    found = list(planned.arguments("a").items())
    assert found == [
        ("id", "int"),
        ("body_", "str | None"),
        ("class_", "str"),
        ("x_id", "str"),
        ("x_id2", "str | None"),
        ("principal_", "bool | None"),
        ("self_", "list[int] | None"),
    ]
    assert planned.codes == ["name-clash"]


def test_names_that_annotations_use_are_not_hidden(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a: {get: {operationId: list, tags: [security], responses: {'204': {description: ok}}}}
          /b: {get: {operationId: models, tags: [app], responses: {'204': {description: ok}}}}
          /c: {get: {operationId: import, tags: [app], responses: {'204': {description: ok}}}}
          /d: {get: {operationId: Import, tags: [app], responses: {'204': {description: ok}}}}
        """,
    )
    assert [
        (operation.declared.group, operation.declared.function) for operation in planned.version.operations
    ] == [
        ("security_", "list_"),
        ("app_", "models_"),
        ("app_", "import_"),
        ("app_", "import_2"),
    ]
    assert [group.protocol for group in planned.version.groups] == ["SecurityApi", "AppApi"]


def test_dates_of_deprecation_are_checked(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a: {{get: {{operationId: a, deprecated: true, x-accord-deprecated-at: '2026-01-31', x-sunset: soon, {OK}}}}}
          /b: {{get: {{operationId: b, x-accord-rate-limit: default, {OK}}}}}
        """,
    )
    assert planned.operation("a").deprecated_at == "2026-01-31"
    assert planned.operation("a").sunset is None
    assert planned.operation("b").rate_limit == "default"
    assert planned.codes == ["extension-invalid"]


def test_what_the_service_sends_is_reported_and_does_not_stop_it(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a:
            post:
              operationId: a
              callbacks: {{done: {{'{{$request.body#/url}}': {{post: {{responses: {{'200': {{description: ok}}}}}}}}}}}}
              {OK}
        webhooks: {{news: {{post: {{responses: {{'200': {{description: ok}}}}}}}}}}
        """,
    )
    assert sorted(planned.codes) == ["unsupported-callback", "unsupported-webhook"]
    assert {diagnostic.severity for diagnostic in planned.diagnostics} == {Severity.INFO}
    assert planned.operation("a").unsupported == ()


def test_a_range_of_a_json_schema_is_read_as_json(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            put:
              operationId: a
              requestBody: {content: {'*/*': {schema: {type: object}}}}
              responses: {'204': {description: ok}}
          /b:
            put:
              operationId: b
              requestBody: {content: {'*/*': {schema: {type: object}}, application/json: {schema: {type: object}}}}
              responses: {'204': {description: ok}}
        """,
    )
    for key in "ab":
        body = planned.operation(key).body
        assert body is not None
        assert [content.media_type for content in body.content] == ["application/json"]
    assert planned.codes == ["unsupported-request-media-range", "unsupported-request-media-range"]


def test_the_whole_query_string_as_one_value(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        openapi: 3.2.0
        info: {title: Test, version: 1.0.0}
        paths:
          /a:
            get:
              operationId: a
              parameters:
                - name: q
                  in: querystring
                  content:
                    application/x-www-form-urlencoded: {schema: {type: object, properties: {n: {type: integer}}}}
              responses: {'204': {description: ok}}
        """,
    )
    (parameter,) = planned.operation("a").parameters
    assert parameter.wire == Object(properties={"n": Scalar(("integer",))})
    assert not planned.operation("a").unsupported


@pytest.mark.parametrize(
    ("schema", "encoding", "field"),
    [
        ("{type: string}", "{}", FormField(name="f")),
        (
            "{type: array, items: {type: integer}}",
            "{}",
            FormField(name="f", wire=Array(Scalar(("integer",)))),
        ),
        ("{type: object, properties: {x: {type: object}}}", "{}", FormField(name="f", wire=Json())),
        ("{}", "{f: {contentType: application/json}}", FormField(name="f", wire=Json())),
        (
            "{type: array, items: {}}",
            "{f: {style: pipeDelimited}}",
            FormField(name="f", wire=Array(Scalar()), style="pipeDelimited", explode=False),
        ),
        (
            "{type: object, properties: {x: {type: boolean}}}",
            "{f: {style: deepObject, explode: true}}",
            FormField(name="f", wire=Object(properties={"x": Scalar(("boolean",))}), style="deepObject"),
        ),
        ("{type: string, format: binary}", "{}", FormField(name="f")),
        ("{type: string}", "{f: {contentType: text/csv}}", FormField(name="f")),
        ("{type: array, items: {type: array}}", "{}", FormField(name="f", wire=Json())),
        (
            "{type: array, items: {type: object}}",
            "{}",
            FormField(name="f", wire=Json(), times="each"),
        ),
        (
            "{anyOf: [{type: integer}, {type: array, items: {type: 'null'}}]}",
            "{}",
            FormField(name="f", wire=Scalar(("null", "integer")), times="either"),
        ),
        ("{type: object}", "{f: {contentType: application/xml}}", None),
        ("{type: string}", "{f: {contentType: image/png}}", None),
    ],
)
def test_fields_of_a_form(tmp_path: Path, schema: str, encoding: str, field: FormField | None) -> None:
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a:
            post:
              operationId: a
              requestBody:
                content:
                  application/x-www-form-urlencoded:
                    schema: {{type: object, properties: {{f: {schema}}}}}
                    encoding: {encoding}
              responses: {{'204': {{description: ok}}}}
        """,
    )
    operation = planned.operation("a")
    if field is None:
        assert operation.unsupported[0].startswith("unsupported-form-field: ")
        return
    assert operation.body is not None, planned.diagnostics
    assert operation.body.content[0].form == (field,)


@pytest.mark.parametrize("required", ["true", "false"])
def test_a_body_without_a_media_type_is_told(tmp_path: Path, required: str) -> None:
    body = f"requestBody: {{required: {required}, content: {{}}}}"
    planned = plan(tmp_path, f"paths: {{/a: {{put: {{operationId: a, {body}, {OK}}}}}}}")
    assert planned.codes == ["unsupported-request-body"]
    assert planned.operation("a").body is None
    assert not planned.operation("a").unsupported
