"""How findings name the objects of OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from accord.source.grammar import Kind

TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        "openapi": "the OpenAPI object",
        "info": "the Info object",
        "contact": "the Contact object",
        "license": "the License object",
        "external-docs": "an External Documentation object",
        "server": "a Server object",
        "server-variable": "a Server Variable object",
        "tag": "a Tag object",
        "components": "the Components object",
        "paths": "the Paths object",
        "path-item": "a Path Item object",
        "operation": "an Operation object",
        "parameter": "a Parameter object",
        "request-body": "a Request Body object",
        "media-type": "a Media Type object",
        "encoding": "an Encoding object",
        "responses": "a Responses object",
        "response": "a Response object",
        "header": "a Header object",
        "example": "an Example object",
        "link": "a Link object",
        "callback": "a Callback object",
        "schema": "a Schema object",
        "discriminator": "a Discriminator object",
        "xml": "an XML object",
        "security-scheme": "a Security Scheme object",
        "oauth-flows": "an OAuth Flows object",
        "oauth-flow": "an OAuth Flow object",
        "security-requirement": "a Security Requirement object",
    }
)
"""Each kind with its article."""
