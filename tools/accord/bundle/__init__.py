"""A contract as one file: references to other files become components, nothing is dereferenced.

Takes a :class:`~accord.source.document.Document` and gives a :class:`Bundle`: the document as JSON data, with the place in the
sources that each part comes from. Its text is made by :mod:`accord.bundle.text`.

Read :mod:`accord.bundle.rewrite` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accord.bundle.rewrite import Bundler
from accord.bundle.text import json_text, yaml_text
from accord.contract.load import Loaded, load_api
from accord.contract.schema import JsonValue
from accord.diagnostics import Span
from accord.source.document import Document

__all__ = ["Bundle", "bundle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One self-contained document.

    ``data`` is plain JSON in the order of the author's document. ``source_map`` says for each JSON pointer into it
    where the author wrote that: the place of the key, or of the item of a list.
    """

    data: dict[str, JsonValue]
    source_map: Mapping[str, Span]

    def to_json(self) -> str:
        """JSON with two spaces of indentation and a newline at the end."""
        return json_text(self.data)

    def to_yaml(self) -> str:
        """YAML that readers of version 1.1 and 1.2 read alike."""
        return yaml_text(self.data)


def bundle(document: Document, loaded: Loaded | None = None) -> Bundle:
    """Put everything that *document* refers to into one document.

    * Parts of other files become components, under the names that ``Api`` gives them; path items move into their place.
    * References are rewritten. One that leads nowhere stays as it is: the loader has reported it.
    * ``$id`` and ``$anchor`` go, since every reference is a pointer afterwards; so do ``x-accord-name`` and the unused
      ``$defs`` of other files.

    Loading the bundle gives an equal ``Api``, apart from origins. *loaded* saves loading the document again.
    """
    names = (loaded or load_api(document, name=document.path.stem)).names
    bundler = Bundler(document, names)
    data = bundler.run()
    return Bundle(data=data, source_map=bundler.source_map)
