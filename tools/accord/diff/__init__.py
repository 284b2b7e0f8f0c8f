"""Compares two contracts: every change with a verdict, which is breaking, compatible or undecided.

Read ``engine.py`` first, and ``docs/diff.md``, which follows one change through the code. Imports point down this list:

* ``engine.py`` pairs operations (``match.py``) and compares them: ``parameters.py``, ``bodies.py``, ``headers.py``,
  ``encodings.py``, ``styles.py``, ``security.py``, ``policy.py``, ``documents.py``.
* ``report/`` gathers what they find into causes, and makes the report.
* ``witness/`` finds a message that shows a break.
* ``proof/`` proves that there is none.
* ``model.py`` is the result, which is all that other rooms see.

Promise: *breaking* comes with a message that a validator accepts by one contract and refuses by the other, and
*compatible* with a proof. What is neither is *undecided*, and says so.
"""

from __future__ import annotations

from accord.diff.engine import diff
from accord.diff.model import (
    STATUSES,
    Acceptance,
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
    Status,
    Undecided,
    Verdict,
    VersionAdvice,
    Witness,
    fingerprint,
)

__all__ = [
    "STATUSES",
    "Acceptance",
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
    "Status",
    "Undecided",
    "Verdict",
    "VersionAdvice",
    "Witness",
    "diff",
    "fingerprint",
]
