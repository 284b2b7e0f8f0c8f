"""Compares two contracts: their operations with everything in them, then the documents as a whole.

Read this file first; ``docs/diff.md`` follows one change through the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from accord.contract.model import Api, Operation
from accord.diff.bodies import BodyComparison
from accord.diff.documents import compare_documents, compare_servers, documentation
from accord.diff.match import match_operations, path_names
from accord.diff.model import DiffReport, OperationKind, OperationRef, Place, Site
from accord.diff.parameters import ParameterComparison
from accord.diff.policy import PolicyComparison, removal_acceptance, removal_reason, unstable_acceptance
from accord.diff.report.assemble import Assembler
from accord.diff.report.findings import Exchange, Finding, Findings, breaking_for, compatible, place
from accord.diff.security import compare_security
from accord.diff.stack import with_deep_stack
from accord.diff.witness.comparison import SchemaComparisons
from accord.source.collector import without_collector


def diff(old: Api, new: Api, *, today: date | None = None) -> DiffReport:
    """Compare two contracts: every change from *old* to *new*, each with a verdict.

    *today* (default: the current date, UTC) decides whether an announced sunset has come.
    """
    comparison = _Comparison(old, new, today or datetime.now(UTC).date())
    # Nothing is freed while schemas are compared: the garbage collector would only look at them again and again.
    with without_collector():
        return with_deep_stack(comparison.run)


class _Comparison:
    def __init__(self, old: Api, new: Api, today: date) -> None:
        self.old = old
        self.new = new
        self.today = today
        self.findings = Findings(SchemaComparisons(old, new))
        self.assembler = Assembler(self.findings)

    def run(self) -> DiffReport:
        self._operations(self.old.operations, self.new.operations, kind="operation")
        old, new = ([o for hook in api.webhooks for o in hook.operations] for api in (self.old, self.new))
        self._operations(old, new, kind="webhook")
        compare_documents(self.findings, self.old, self.new)
        return self.assembler.report()

    def _operations(self, old: Iterable[Operation], new: Iterable[Operation], *, kind: OperationKind) -> None:
        matched = match_operations(tuple(old), tuple(new))
        for before, after in matched.pairs:
            self._pair(before, after, kind)
        for before, after in matched.renamed:
            text = f"{before.method} {before.path} was renamed to {after.method} {after.path}"
            self._removed(before, kind, "operation-renamed", text, after)
        for operation in matched.removed:
            self._removed(operation, kind, "operation-removed", "the operation was removed", None)
        for operation in matched.added:
            finding = Finding(
                code=f"{kind}-added",
                message=f"the {kind} was added",
                verdict=compatible("nobody uses it yet"),
                site=Site(location="operation"),
                key=(kind,),
            )
            self.findings.add(finding, (None, place(operation, operation.pointer)), _ref(operation, kind))

    def _pair(self, before: Operation, after: Operation, kind: OperationKind) -> None:
        ref = _ref(after, kind)
        exchange = Exchange(old=before, new=after, ref=ref, reverse=kind != "operation")
        # The old level counts: who relied on a stable operation is not helped by its being unstable now.
        acceptance = unstable_acceptance(before)
        if acceptance is not None:
            self.assembler.accept_operation(ref, acceptance)
        # The path of a webhook is its name, that of a callback an expression: neither has parameters.
        names = path_names(before.path, after.path) if kind == "operation" else {}
        ParameterComparison(self.findings, exchange, names).compare()
        BodyComparison(self.findings, exchange).compare()
        compare_security(self.findings, exchange)
        if kind == "operation":
            compare_servers(self.findings, exchange)
        PolicyComparison(self.findings, exchange).compare()
        self._callbacks(before, after)
        old_texts, new_texts = documentation(before), documentation(after)
        if any(old_texts[part] != new_texts[part] for part in old_texts.keys() & new_texts.keys()):
            self.assembler.document(ref, Place(span=before.span), Place(span=after.span))

    def _removed(
        self, operation: Operation, kind: OperationKind, code: str, text: str, after: Operation | None
    ) -> None:
        ref = _ref(operation, kind)
        message = self.findings.messages.request(operation, "old")
        reason = removal_reason(operation, self.today)
        # A renamed operation breaks as well: clients still call it by its old path.
        clause = "there is no such operation" if kind == "operation" else "it is no longer sent"
        acceptance = removal_acceptance(operation, self.today) or unstable_acceptance(operation)
        key = (str(ref),)
        code = code.replace("operation", kind)
        if acceptance is not None:
            self.assembler.accept_finding(code, key, acceptance)
        finding = Finding(
            code=code,
            message=f"{text}; {reason}" if reason else text,
            verdict=breaking_for("old", message, ("operation", clause), after.span if after else None),
            site=Site(location="operation"),
            direction="request",
            key=key,
        )
        places = (place(operation, operation.pointer), place(after, after.pointer if after else ""))
        self.findings.add(finding, places, ref)

    def _callbacks(self, old: Operation, new: Operation) -> None:
        before = {callback.name: callback.operations for callback in old.callbacks}
        after = {callback.name: callback.operations for callback in new.callbacks}
        for name in dict.fromkeys((*before, *after)):
            self._operations(before.get(name, ()), after.get(name, ()), kind="callback")


def _ref(operation: Operation, kind: OperationKind) -> OperationRef:
    return OperationRef(method=operation.method, path=operation.path, kind=kind)
