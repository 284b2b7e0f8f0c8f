"""The operations that links name, found when every operation is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from accord.contract.load_operations import OperationLoader
from accord.contract.model import Callback, Link, Operation, Response, Webhook
from accord.diagnostics import Diagnostic
from accord.source.document import Document
from accord.source.identifiers import Base


class LinkResolver:
    """Sets ``Link.target``; a link that names nothing keeps ``None``, which a rule reports."""

    def __init__(
        self, document: Document, loader: OperationLoader, operations: tuple[Operation, ...]
    ) -> None:
        self._document = document
        self._places = loader.keys
        self._bases: Mapping[tuple[str, int, int], Base] = loader.responses.link_bases
        self._by_id: dict[str, tuple[str, str]] = {}
        for operation in operations:
            if operation.operation_id is not None:
                self._by_id.setdefault(operation.operation_id, (operation.method, operation.path))

    def operations(self, operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
        """The same operations with resolved links; unchanged ones stay the same objects."""
        return tuple([self._operation(operation) for operation in operations])

    def webhooks(self, webhooks: tuple[Webhook, ...]) -> tuple[Webhook, ...]:
        """The same for webhooks."""
        return tuple([replace(hook, operations=self.operations(hook.operations)) for hook in webhooks])

    def response(self, response: Response) -> Response:
        """The same for one response."""
        if not response.links:
            return response
        return replace(
            response, links=tuple([replace(link, target=self._target(link)) for link in response.links])
        )

    def _operation(self, operation: Operation) -> Operation:
        has_links = any(response.links for response in operation.responses)
        if not has_links and not operation.callbacks:
            return operation
        return replace(
            operation,
            responses=tuple([self.response(response) for response in operation.responses]),
            callbacks=tuple([self._callback(callback) for callback in operation.callbacks]),
        )

    def _callback(self, callback: Callback) -> Callback:
        return replace(callback, operations=self.operations(callback.operations))

    def _target(self, link: Link) -> tuple[str, str] | None:
        if link.operation_id is not None:
            return self._by_id.get(link.operation_id)
        if link.operation_ref is None:
            return None
        base = self._bases.get((link.span.file, link.span.line, link.span.column), self._document.base)
        found = self._document.resolve(link.operation_ref, base, at=link.span)
        if isinstance(found, Diagnostic):
            return None
        return self._places.get((found.span.file, found.span.line, found.span.column))
