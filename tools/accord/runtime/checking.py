"""Which responses are compared with the contract (``RuntimeSettings.mode``), and what becomes of one that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from accord.runtime.guard import Guard
from accord.runtime.replies import ContractViolation
from accord.runtime.settings import RuntimeSettings, Violation

Report: TypeAlias = Callable[[Violation], None]


class Checking:
    """The comparison of one operation's responses: counts them, so that in mode ``sample`` one in so many is compared."""

    def __init__(self, operation: str, guard: Guard, settings: RuntimeSettings, report: Report) -> None:
        self._operation = operation
        self._guard = guard
        self._report = report
        self._every = {"check": 1, "sample": settings.sample_every, "trust": 0}[settings.mode]
        self._rejects = self.always = settings.mode == "check"
        self._count = 0

    def due(self) -> bool:
        """Whether the next response is compared."""
        if self._every <= 1:
            return self._every == 1
        self._count += 1
        # The first response is compared: a mistake in every response shows at once.
        return self._count % self._every == 1

    def compare(self, key: str | None, value: Any, clause: str) -> None:  # Any: JSON
        """Compare *value* where that is due; see :meth:`broken`."""
        if key is not None and self.due() and not self.is_valid(key, value, clause):
            self.broken(ContractViolation(clause, *self.reasons(key, value)))

    def broken(self, violation: ContractViolation) -> None:
        """Raise *violation* in mode ``check``; report it otherwise."""
        if self._rejects:
            raise violation
        self._report(violation.of(self._operation))

    def is_valid(self, key: str, value: Any, clause: str) -> bool:  # Any: JSON
        """Whether the contract allows *value*.

        Raises:
            ContractViolation: where the question cannot be put, as for a lone surrogate.
        """
        try:
            return self._guard.valid({key: value})
        # jsonschema-rs raises for what it cannot convert, in place of calling it invalid.
        except (ValueError, TypeError):  # what no JSON has, such as a lone surrogate
            raise ContractViolation(clause, "has no JSON form") from None

    def reasons(self, key: str, value: Any) -> list[str]:  # Any: JSON
        """What is wrong with *value*, each as ``pointer: reason``."""
        return [
            f"{fault.pointer}: {fault.reason}" if fault.pointer else fault.reason
            for fault in self._guard.faults(key, value)
        ]
