"""The reference contracts hold together: structure, examples, links, and a rejection wherever one can happen.

The checks here read the YAML on their own, without the toolchain, so that a fault of its reader cannot hide one
of the contract.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any  # a YAML tree has no narrower type
from urllib.parse import urljoin

import pytest
import yaml
from jsonschema_rs import Draft202012, Draft202012Validator, Registry
from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

from impl.settings import RATE_LIMITS

SPEC = Path(__file__).resolve().parents[2] / "spec"
VERSIONS = ("v1", "v2")
METHODS = ("get", "put", "post", "patch", "delete")


@cache
def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _registry() -> Registry:
    files = [(path.as_uri(), _load(path)) for path in sorted(SPEC.rglob("*.yaml"))]
    return Registry(files, draft=Draft202012)


def _with_absolute_references(node: Any, base: Path) -> Any:
    """Copy a schema so that it can be validated away from its file."""
    if isinstance(node, list):
        return [_with_absolute_references(child, base) for child in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _with_absolute_references(child, base) for key, child in node.items()}
    if isinstance(copy.get("$ref"), str):
        copy["$ref"] = urljoin(base.as_uri(), copy["$ref"])
    return copy


class _Reader:
    """Follows references between the files of a contract."""

    def __init__(self, version: str) -> None:
        self.root = SPEC / version / "openapi.yaml"
        self.registry = _registry()

    def resolve(self, base: Path, node: Any) -> tuple[Path, Any]:
        while isinstance(node, dict) and "$ref" in node:
            file, _, pointer = node["$ref"].partition("#")
            base = (base.parent / file).resolve() if file else base
            node = _load(base)
            for part in pointer.split("/")[1:]:
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return base, node

    def operations(self) -> Iterator[tuple[Path, str, str, Any]]:
        """Yield the file, the path, the method and the operation."""
        document = _load(self.root)
        for path, node in document["paths"].items():
            base, item = self.resolve(self.root, node)
            for method in METHODS:
                if method in item:
                    yield base, path, method, item[method]

    def errors(self, base: Path, schema: Any, value: Any, view: str) -> list[str]:
        """Validate `value` against a schema that lies in the file `base`; `view` forgives the other view's names."""
        validator = Draft202012Validator(
            _with_absolute_references(schema, base), registry=self.registry, validate_formats=True
        )
        forgiven = {"request": ("id", "createdAt"), "response": ("password",)}[view]
        found = []
        for error in validator.iter_errors(value):
            if error.kind.name == "required" and error.kind.as_dict()["property"] in forgiven:
                continue
            found.append(f"{list(error.instance_path)}: {error.message}")
        return found


@pytest.mark.parametrize("version", VERSIONS)
def test_structure_is_valid_openapi(version: str) -> None:
    document, base_uri = read_from_filename(str(SPEC / version / "openapi.yaml"))
    validate(document, base_uri=base_uri)


def _examples(node: Any) -> Iterator[tuple[str, Any]]:
    if "example" in node:
        yield "example", node["example"]
    for name, example in node.get("examples", {}).items():
        yield name, example["value"]


@pytest.mark.parametrize("version", VERSIONS)
def test_examples_of_messages_and_parameters_follow_their_schemas(version: str) -> None:
    reader = _Reader(version)
    seen = 0
    found: list[str] = []
    for base, path, method, operation in reader.operations():
        _, item = reader.resolve(reader.root, _load(reader.root)["paths"][path])
        parts: list[tuple[str, Path, Any, str]] = []
        for parameter in (*item.get("parameters", ()), *operation.get("parameters", ())):
            file, node = reader.resolve(base, parameter)
            parts.append((node["name"], file, node, "request"))
        for media, node in operation.get("requestBody", {}).get("content", {}).items():
            parts.append((media, base, node, "request"))
        for status, response in operation["responses"].items():
            file, node = reader.resolve(base, response)
            parts += [
                (f"{status} {media}", file, m, "response") for media, m in node.get("content", {}).items()
            ]
            for name, header in node.get("headers", {}).items():
                header_file, header_node = reader.resolve(file, header)
                parts.append((f"{status} {name}", header_file, header_node, "response"))
        for where, file, node, view in parts:
            for name, value in _examples(node):
                seen += 1
                found += [
                    f"{method} {path} {where} {name}: {error}"
                    for error in reader.errors(file, node["schema"], value, view)
                ]
    assert not found
    assert seen > 100


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema object of a schema file that carries examples or a default."""
    if isinstance(node, dict):
        if ("examples" in node and isinstance(node["examples"], list)) or "default" in node:
            yield node
        for child in node.values():
            yield from _schemas(child)
    elif isinstance(node, list):
        for child in node:
            yield from _schemas(child)


@pytest.mark.parametrize("file", sorted(SPEC.rglob("schemas/*.yaml")), ids=lambda p: str(p.relative_to(SPEC)))
def test_examples_and_defaults_of_schemas_follow_them(file: Path) -> None:
    reader = _Reader("v1")
    seen = 0
    for schema in _schemas(_load(file)):
        values = [*schema.get("examples", ())]
        if "default" in schema:
            values.append(schema["default"])
        for value in values:
            seen += 1
            assert not reader.errors(file, schema, value, "request"), (schema, value)
    assert seen


@pytest.mark.parametrize("file", sorted(SPEC.rglob("schemas/*.yaml")), ids=lambda p: str(p.relative_to(SPEC)))
def test_every_property_has_a_description_and_an_example(file: Path) -> None:
    reader = _Reader("v1")
    for name, schema in _load(file).items():
        for branch in (schema, *schema.get("allOf", ())):
            for key, node in branch.get("properties", {}).items():
                _, target = reader.resolve(file, node)
                assert target.get("description"), (name, key)
                shown = "examples" in target or target.get("type") in {"object", "array"}
                assert shown, (name, key)


@pytest.mark.parametrize("version", VERSIONS)
def test_operations_are_complete(version: str) -> None:
    reader = _Reader(version)
    document = _load(reader.root)
    tags = {tag["name"] for tag in document["tags"]}
    names: list[str] = []
    for _, path, method, operation in reader.operations():
        where = f"{method} {path}"
        names.append(operation["operationId"])
        assert len(operation["tags"]) == 1, where
        assert set(operation["tags"]) <= tags, where
        assert operation["summary"], where
        assert operation["description"], where
        statuses = set(operation["responses"])
        assert "500" in statuses, where
        assert operation["x-accord-rate-limit"] in RATE_LIMITS, where
        assert "429" in statuses, where
        if operation["security"] and {} not in operation["security"]:
            assert {"401", "403"} <= statuses, where
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= statuses, where
            assert "422" in statuses or path.startswith("/token"), where
        if "{" in path:
            assert {"404", "422"} <= statuses, where
    assert len(names) == len(set(names))


def test_a_deprecated_operation_is_dated_and_declares_what_it_answers() -> None:
    reader = _Reader("v1")
    deprecated = [entry for entry in reader.operations() if entry[3].get("deprecated")]
    assert deprecated
    for base, path, _, operation in deprecated:
        assert operation["x-accord-deprecated-at"] < operation["x-sunset"], path
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                _, node = reader.resolve(base, response)
                assert {"Deprecation", "Sunset"} <= set(node["headers"]), path


@pytest.mark.parametrize("version", VERSIONS)
def test_security_names_known_schemes_and_scopes(version: str) -> None:
    reader = _Reader(version)
    schemes = _load(reader.root)["components"]["securitySchemes"]
    scopes = set(schemes["oauth2"]["flows"]["password"]["scopes"])
    asked: set[str] = set()
    for _, _, _, operation in reader.operations():
        for requirement in operation["security"]:
            assert set(requirement) <= set(schemes)
            asked |= set(requirement.get("oauth2", ()))
    assert asked == scopes
    assert schemes["oauth2"]["flows"]["password"]["tokenUrl"] == f"/api/{version}/token"


@pytest.mark.parametrize("version", VERSIONS)
def test_links_lead_to_operations_and_fill_their_parameters(version: str) -> None:
    reader = _Reader(version)
    parameters: dict[str, set[str]] = {}
    for base, path, _, operation in reader.operations():
        _, item = reader.resolve(reader.root, _load(reader.root)["paths"][path])
        nodes = (*item.get("parameters", ()), *operation.get("parameters", ()))
        parameters[operation["operationId"]] = {reader.resolve(base, node)[1]["name"] for node in nodes}
    seen = 0
    for base, _, _, operation in reader.operations():
        for response in operation["responses"].values():
            _, node = reader.resolve(base, response)
            for link in node.get("links", {}).values():
                seen += 1
                assert set(link["parameters"]) <= parameters[link["operationId"]]
                for expression in link["parameters"].values():
                    kind, _, name = expression.removeprefix("$response.").partition(
                        "#/" if "#" in expression else "."
                    )
                    known = node["headers"] if kind == "header" else ("id",)
                    assert name in known, expression
    assert seen == 16
