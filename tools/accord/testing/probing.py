"""All probes in their order: those that change or delete resources come last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from accord.contract.model import Operation
from accord.testing import directed, links, probes
from accord.testing.probes import Probe, Probing

PROBES: Final[tuple[Probe, ...]] = (
    probes.probe_login,
    probes.probe_fresh,
    probes.probe_credentials,
    directed.probe_scopes,
    probes.probe_alternatives,
    probes.probe_method,
    directed.probe_not_acceptable,
    probes.probe_not_modified,
    links.probe_links,
    directed.probe_somebody_else,
    probes.probe_precondition,
    probes.probe_inputs,
    directed.probe_too_large,
    directed.probe_conflict,
    probes.probe_delete,
)


def run_probes(probing: Probing, operations: Sequence[Operation], is_over: Callable[[], bool]) -> None:
    """Run every probe on every operation."""
    for probe in PROBES:
        for operation in operations:
            if is_over():
                return
            probe(probing, operation)
