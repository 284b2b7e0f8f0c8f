"""Compares two contracts: operations first, then every value in their messages, then what was agreed apart from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from accord.contract.model import Api, Callback, Operation, Webhook
from accord.diff.assemble import Assembler
from accord.diff.contents import ContentComparison
from accord.diff.deep import with_deep_stack
from accord.diff.documents import compare_documents, compare_servers, documentation
from accord.diff.gather import Exchange, Finding, Gather, harmless, place
from accord.diff.lanes import Lanes
from accord.diff.match import match_operations, path_names
from accord.diff.model import Breaking, Clause, DiffReport, OperationKind, OperationRef, Site, Witness
from accord.diff.parameters import ParameterComparison
from accord.diff.policy import PolicyComparison, removal_reason, removal_waiver, unstable_waiver
from accord.diff.security import compare_security
from accord.source.collector import without_collector


def diff(old: Api, new: Api, *, today: date | None = None) -> DiffReport:
    """What changed from *old* to *new*, and whom it breaks.

    *today* (default: the date, UTC) decides whether an announced sunset has come.
    """
    comparison = _Comparison(old, new, today or datetime.now(UTC).date())
    with without_collector():
        return with_deep_stack(comparison.run)


class _Comparison:
    def __init__(self, old: Api, new: Api, today: date) -> None:
        self.old = old
        self.new = new
        self.today = today
        self.lanes = Lanes(old, new)
        self.gather = Gather(self.lanes)
        self.assembler = Assembler(self.lanes, self.gather)

    def run(self) -> DiffReport:
        self._operations(self.old.operations, self.new.operations, kind="operation")
        self._webhooks(self.old.webhooks, self.new.webhooks)
        compare_documents(self.gather, self.old, self.new)
        return self.assembler.report()

    def _operations(self, old: Iterable[Operation], new: Iterable[Operation], *, kind: OperationKind) -> None:
        matched = match_operations(tuple(old), tuple(new))
        for before, after in matched.pairs:
            self._pair(before, after, kind)
        for before, after in matched.renamed:
            text = f"{before.method} {before.path} is now {after.method} {after.path}"
            self._gone(before, kind, "operation-renamed", text, after)
        for operation in matched.removed:
            self._gone(operation, kind, "operation-removed", "the operation was removed", None)
        for operation in matched.added:
            self.gather.add(
                Finding(
                    code=f"{kind}-added",
                    message=f"the {kind} was added",
                    verdict=harmless("nobody uses it yet"),
                    site=Site(location="operation"),
                    key=(kind,),
                    new=place(operation.span, operation.pointer),
                ),
                _ref(operation, kind),
            )

    def _pair(self, before: Operation, after: Operation, kind: OperationKind) -> None:
        ref = _ref(after, kind)
        exchange = Exchange(old=before, new=after, ref=ref, reverse=kind != "operation")
        waiver = unstable_waiver(before)
        if waiver is not None:
            self.assembler.waive(ref, waiver)
        names = path_names(before.path, after.path) if kind == "operation" else {}
        ParameterComparison(self.gather, exchange, names).compare()
        ContentComparison(self.gather, exchange).compare()
        compare_security(self.gather, exchange)
        if kind == "operation":
            compare_servers(self.gather, exchange)
        PolicyComparison(self.gather, exchange).compare()
        self._callbacks(before, after)
        told, tells = documentation(before), documentation(after)
        if any(told[key] != tells[key] for key in told.keys() & tells.keys()):
            self.assembler.document(ref, place(before.span), place(after.span))

    def _gone(
        self, operation: Operation, kind: OperationKind, code: str, text: str, after: Operation | None
    ) -> None:
        ref = _ref(operation, kind)
        message = self.gather.messages.request(operation, "old")
        reason = removal_reason(operation, self.today)
        clause = "there is no such operation" if kind == "operation" else "it is sent no longer"
        waiver = removal_waiver(operation, self.today) or unstable_waiver(operation)
        key = (str(ref),)
        if waiver is not None:
            self.assembler.waive_finding(code.replace("operation", kind), key, waiver)
        self.gather.add(
            Finding(
                code=code.replace("operation", kind),
                message=f"{text}; {reason}" if reason else text,
                verdict=Breaking(
                    reason=clause,
                    witness=Witness(
                        message=message,
                        accepted_by="old",
                        refused_by="new",
                        clause=Clause(
                            keyword="operation", message=clause, span=after.span if after else None
                        ),
                    ),
                ),
                site=Site(location="operation"),
                direction="request",
                key=key,
                old=place(operation.span, operation.pointer),
                new=place(after.span, after.pointer) if after else None,
            ),
            ref,
        )

    def _callbacks(self, old: Operation, new: Operation) -> None:
        before = {callback.name: callback for callback in old.callbacks}
        after = {callback.name: callback for callback in new.callbacks}
        for name in dict.fromkeys((*before, *after)):
            self._operations(_inner(before.get(name)), _inner(after.get(name)), kind="callback")

    def _webhooks(self, old: Iterable[Webhook], new: Iterable[Webhook]) -> None:
        self._operations(
            (o for hook in old for o in hook.operations),
            (o for hook in new for o in hook.operations),
            kind="webhook",
        )


def _inner(callback: Callback | None) -> Iterator[Operation]:
    if callback is not None:
        yield from callback.operations


def _ref(operation: Operation, kind: OperationKind) -> OperationRef:
    return OperationRef(method=operation.method, path=operation.path, kind=kind)
