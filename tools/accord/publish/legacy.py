"""A modern document as OpenAPI 3.0.3, for generators and gateways that read nothing newer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from accord.contract.media_types import essence
from accord.contract.schema import JsonValue
from accord.publish.legacy_schemas import legacy_schema
from accord.publish.model import Losses, Object
from accord.publish.walk import rewrite_document
from accord.source.grammar import Kind
from accord.source.pointer import join

VERSION: Final = "3.0.3"
_CERTIFICATE: Final = "mutualTLS"
_TEXTUAL: Final = ("application/json", "application/x-www-form-urlencoded", "multipart/", "text/")
_REFERENCES: Final[tuple[Kind, ...]] = (
    *("parameter", "request-body", "response", "header", "example", "link", "callback", "security-scheme"),
)


def to_legacy(document: Object, losses: Losses) -> Object:
    """*document*, a modern one, in 3.0.3; *losses* receive what that cannot say."""
    schemes = _scheme_types(document)
    rewriters: dict[Kind, Callable[[Object, str], JsonValue]] = {
        kind: lambda data, _: _bare_reference(data) for kind in _REFERENCES
    }
    rewriters["info"] = lambda info, _: _info(info)
    rewriters["schema"] = lambda schema, pointer: legacy_schema(schema, pointer, losses)
    rewriters["operation"] = lambda operation, pointer: _operation(operation, pointer, schemes, losses)
    rewriters["request-body"] = lambda body, _: _with_binary(_bare_reference(body))
    rewriters["response"] = lambda response, _: _with_binary(_bare_reference(response))
    return _root(rewrite_document(document, rewriters), schemes, losses)


def _root(document: Object, schemes: Mapping[str, str], losses: Losses) -> Object:
    """The root, with what 3.0 demands and without what it does not know."""
    result = {key: value for key, value in document.items() if key not in {"jsonSchemaDialect", "webhooks"}}
    result["openapi"] = VERSION
    result.setdefault("paths", {})
    components = result.get("components")
    if isinstance(components, dict):
        kept = {key: value for key, value in components.items() if key != "pathItems"}
        declared = kept.get("securitySchemes")
        if isinstance(declared, dict):
            kept["securitySchemes"] = _without_certificates(declared, losses)
        result["components"] = kept
    if "security" in result:
        result["security"] = _security(result["security"], schemes, "/security", losses)
    return result


def _info(info: Object) -> Object:
    """Info with a license by its name alone."""
    result = {key: value for key, value in info.items() if key != "summary"}
    license_ = result.get("license")
    if isinstance(license_, dict) and "identifier" in license_:
        rest = {key: value for key, value in license_.items() if key != "identifier"}
        result["license"] = {"name": license_["identifier"], **rest}
    return result


def _scheme_types(document: Object) -> Mapping[str, str]:
    """The type of each security scheme."""
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    return {
        name: str(scheme.get("type"))
        for name, scheme in (schemes.items() if isinstance(schemes, dict) else ())
        if isinstance(scheme, dict)
    }


def _without_certificates(declared: Object, losses: Losses) -> Object:
    """Security schemes without client certificates."""
    result: Object = {}
    for name, scheme in declared.items():
        if isinstance(scheme, dict) and scheme.get("type") == _CERTIFICATE:
            pointer = join("/components/securitySchemes", name)
            losses.add("mutual-tls", "3.0 has no client certificates", pointer)
        else:
            result[name] = scheme
    return result


def _operation(operation: Object, pointer: str, schemes: Mapping[str, str], losses: Losses) -> Object:
    """An operation with the responses that 3.0 demands."""
    result = dict(operation)
    if not result.get("responses"):
        # 3.0 demands at least one response.
        result["responses"] = {"default": {"description": ""}}
    if "security" in result:
        result["security"] = _security(result["security"], schemes, join(pointer, "security"), losses)
    return result


def _security(requirements: JsonValue, schemes: Mapping[str, str], pointer: str, losses: Losses) -> JsonValue:
    """Requirements without client certificates (what stands beside them is still demanded) and without roles."""
    if not isinstance(requirements, list):
        return requirements
    result: list[JsonValue] = []
    for index, requirement in enumerate(requirements):
        if not isinstance(requirement, dict):
            result.append(requirement)
            continue
        kept: Object = {}
        for name, scopes in requirement.items():
            if schemes.get(name) == _CERTIFICATE:
                losses.add("mutual-tls", "the client certificate is not demanded", join(pointer, index, name))
                continue
            kept[name] = scopes if schemes.get(name) in {"oauth2", "openIdConnect"} else []
        result.append(kept)
    return result


def _bare_reference(value: Object) -> Object:
    """3.0 ignores what stands beside a reference: a summary, a description."""
    return {"$ref": value["$ref"]} if "$ref" in value else value


def _with_binary(holder: Object) -> Object:
    """Content without a schema is bytes in 3.1; 3.0 wants that said."""
    content = holder.get("content")
    if not isinstance(content, dict):
        return holder
    result: Object = {}
    for name, media in content.items():
        textual = name.startswith(_TEXTUAL) or essence(name).endswith("+json")
        if isinstance(media, dict) and not textual and media.get("schema", {}) == {}:
            result[name] = {**media, "schema": {"type": "string", "format": "binary"}}
        else:
            result[name] = media
    return {**holder, "content": result}
