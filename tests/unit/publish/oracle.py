"""What published schemas accept, decided by Accord's own reader and jsonschema-rs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from accord.contract.json_schema import definition_ref, definitions_document
from accord.contract.load import load_api
from accord.publish import Loss, publish
from accord.source.document import read_document


def document(schemas: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A 3.1 contract that declares *schemas*."""
    info = {"title": "T", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}, **more}


@dataclass
class Forms:
    """A :class:`~accord.publish.Published` whose documents are read without types."""

    modern: Any
    legacy: Any
    webhooks: Any
    losses: tuple[Loss, ...]
    legacy_losses: tuple[Loss, ...]


def forms_of(data: dict[str, Any]) -> Forms:
    published = publish(data)
    return Forms(
        published.modern, published.legacy, published.webhooks, published.losses, published.legacy_losses
    )


def published(schemas: dict[str, Any], **more: Any) -> Forms:
    return forms_of(document(schemas, **more))


class Reader:
    """Reads published documents; one folder for all of them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "openapi.json"

    def validator(self, data: dict[str, Any], name: str) -> jsonschema_rs.Draft202012Validator:
        """What the component *name* of *data* accepts, formats aside."""
        self._file.write_text(json.dumps(data), encoding="utf-8")
        read = read_document(self._file, root=self._file.parent)
        api = load_api(read, name="t").api
        whole = definitions_document(api.schemas, None)
        return jsonschema_rs.Draft202012Validator(
            {**whole, "$ref": definition_ref(name)}, validate_formats=False
        )
