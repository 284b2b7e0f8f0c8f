"""The contract as 3.1 clients want it: what generators stumble over is spelled another way, meaning the same."""

from __future__ import annotations

from typing import Final

from accord.contract.schema import JsonValue
from accord.publish.model import Losses, Object
from accord.publish.schemas import mentions, modern_schema
from accord.publish.walk import Rewriter, rewrite_document
from accord.source.grammar import Kind
from accord.source.pointer import join

VERSION: Final = "3.1.1"


def to_modern(document: Object, losses: Losses) -> Object:
    """*document* (3.1 or 3.2) in 3.1, without what needs 3.2 and without schemas that break generators."""
    tuples = mentions(document, "prefixItems")
    rewriters: dict[Kind, Rewriter] = {
        "schema": lambda schema, pointer: modern_schema(schema, pointer, losses, tuples=tuples),
        "media-type": lambda media, pointer: _media_type(media, pointer, losses),
        "encoding": lambda encoding, pointer: _encoding(encoding, pointer, losses),
        "parameter": lambda parameter, pointer: _parameter(parameter, pointer, losses),
        "path-item": lambda item, pointer: _path_item(item, pointer, losses),
        "operation": lambda operation, _: _operation(operation),
        "tag": lambda tag, _: _tag(tag),
        "example": lambda example, _: _example(example),
        "response": lambda response, _: _response(response),
        "discriminator": lambda data, pointer: _discriminator(data, pointer, losses),
        "security-scheme": lambda scheme, pointer: _security_scheme(scheme, pointer, losses),
    }
    return _root(rewrite_document(document, rewriters))


def _root(document: Object) -> Object:
    """The root without what 3.2 has on it."""
    result = {key: value for key, value in document.items() if key != "$self"}
    result["openapi"] = VERSION
    if isinstance(result.get("servers"), list):
        result["servers"] = _servers(result["servers"])
    components = result.get("components")
    if isinstance(components, dict):
        result["components"] = {key: value for key, value in components.items() if key != "mediaTypes"}
    return result


def _tag(tag: Object) -> Object:
    """3.2 lets tags have a parent, a kind and a summary; the last is what they are called."""
    result = {key: value for key, value in tag.items() if key not in {"parent", "kind", "summary"}}
    if "summary" in tag and "description" not in tag:
        result["description"] = tag["summary"]
    return result


def _servers(servers: JsonValue) -> JsonValue:
    """Servers without names."""
    if not isinstance(servers, list):
        return servers
    return [
        {key: value for key, value in server.items() if key != "name"} if isinstance(server, dict) else server
        for server in servers
    ]


def _path_item(item: Object, pointer: str, losses: Losses) -> Object:
    """A path item with the methods of 3.1."""
    result = dict(item)
    if "query" in result:
        del result["query"]
        losses.add("method", "3.1 has no operation QUERY", join(pointer, "query"))
    extra = result.pop("additionalOperations", None)
    for method in extra if isinstance(extra, dict) else ():
        losses.add("method", f"3.1 has no operation {method}", join(pointer, "additionalOperations", method))
    parameters = result.get("parameters")
    if isinstance(parameters, list):
        result["parameters"] = [parameter for parameter in parameters if parameter != {}]
    return result


def _operation(operation: Object) -> Object:
    """Parameters that 3.1 has no place for are ``{}`` by now: they go."""
    result = dict(operation)
    parameters = result.get("parameters")
    if isinstance(parameters, list):
        result["parameters"] = [parameter for parameter in parameters if parameter != {}]
    if isinstance(result.get("servers"), list):
        result["servers"] = _servers(result["servers"])
    return result


def _parameter(parameter: Object, pointer: str, losses: Losses) -> Object:
    """A parameter that 3.1 can describe; ``{}`` for one that it cannot."""
    if parameter.get("in") == "querystring":
        losses.add("parameter", "3.1 has no parameter that is the whole query string", pointer)
        return {}
    if parameter.get("style") == "cookie":
        losses.add("style", "3.1 has no style `cookie`: values are percent-encoded as with `form`", pointer)
        return {**parameter, "style": "form"}
    return parameter


def _media_type(media: Object, pointer: str, losses: Losses) -> Object:
    """A media type without encodings by position and without the schema of items."""
    result = dict(media)
    for key in ("prefixEncoding", "itemEncoding"):
        if result.pop(key, None) is not None:
            losses.add("encoding", f"3.1 has no `{key}`", join(pointer, key))
    item = result.pop("itemSchema", None)
    if item is not None and "schema" not in result:
        losses.add(
            "sequence",
            "3.1 has no `itemSchema`: the schema is that of each item",
            join(pointer, "itemSchema"),
        )
        result["schema"] = item
    return result


def _encoding(encoding: Object, pointer: str, losses: Losses) -> Object:
    """An encoding without others inside of it."""
    result = dict(encoding)
    for key in ("encoding", "prefixEncoding", "itemEncoding"):
        if result.pop(key, None) is not None:
            losses.add("encoding", f"3.1 has no `{key}` of a part", join(pointer, key))
    return result


def _example(example: Object) -> Object:
    """An example with one value."""
    result = dict(example)
    data, serialized = result.pop("dataValue", None), result.pop("serializedValue", None)
    if "value" not in result and (data is not None or serialized is not None):
        result["value"] = data if data is not None else serialized
    return result


def _response(response: Object) -> Object:
    """3.2 lets the description be absent, and has a summary."""
    if "$ref" in response:
        return response
    result = {key: value for key, value in response.items() if key != "summary"}
    if "description" not in result:
        return {"description": response.get("summary", ""), **result}
    return result


def _discriminator(discriminator: Object, pointer: str, losses: Losses) -> Object:
    """A discriminator without a default."""
    if "defaultMapping" not in discriminator:
        return discriminator
    losses.add("discriminator", "3.1 has no `defaultMapping`", join(pointer, "defaultMapping"))
    return {key: value for key, value in discriminator.items() if key != "defaultMapping"}


def _security_scheme(scheme: Object, pointer: str, losses: Losses) -> Object:
    """A scheme with the flows of 3.1."""
    result = {key: value for key, value in scheme.items() if key not in {"deprecated", "oauth2MetadataUrl"}}
    flows = result.get("flows")
    if isinstance(flows, dict) and "deviceAuthorization" in flows:
        losses.add(
            "flow", "3.1 has no flow `deviceAuthorization`", join(pointer, "flows", "deviceAuthorization")
        )
        result["flows"] = {name: flow for name, flow in flows.items() if name != "deviceAuthorization"}
    return result
