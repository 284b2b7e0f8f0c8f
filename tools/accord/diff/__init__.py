"""Api x Api -> changes with verdicts: breaking with a witness, compatible by proof, or undecided."""

from __future__ import annotations

from accord.diff.engine import diff
from accord.diff.model import (
    Breaking,
    Change,
    Clause,
    Compatible,
    DiffReport,
    OperationRef,
    OperationSummary,
    Place,
    RequestMessage,
    ResponseMessage,
    SchemaProof,
    Site,
    Undecided,
    Verdict,
    VersionAdvice,
    Waiver,
    Witness,
    fingerprint,
)

__all__ = [
    "Breaking",
    "Change",
    "Clause",
    "Compatible",
    "DiffReport",
    "OperationRef",
    "OperationSummary",
    "Place",
    "RequestMessage",
    "ResponseMessage",
    "SchemaProof",
    "Site",
    "Undecided",
    "Verdict",
    "VersionAdvice",
    "Waiver",
    "Witness",
    "diff",
    "fingerprint",
]
