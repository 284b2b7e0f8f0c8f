"""What Schemathesis is given: its configuration, derived from the contract, and the contract as it can read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

import schemathesis
from hypothesis.strategies import from_regex
from schemathesis.config import (
    AnalysisConfig,
    CacheConfig,
    ChecksConfig,
    ConstantsConfig,
    GenerationConfig,
    HealthCheck,
    OperationConfig,
    OperationsConfig,
    OutputConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SanitizationConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
    TruncationConfig,
)
from schemathesis.config._auth import AuthConfig
from schemathesis.config._checks import (
    MissingRequiredHeaderConfig,
    NegativeDataRejectionConfig,
    NotAServerErrorConfig,
    PositiveDataAcceptanceConfig,
)
from schemathesis.filters import FilterSet

from accord.contract.media_types import essence
from accord.contract.model import Operation, Parameter
from accord.contract.schema import JsonValue
from accord.contract.schemas.formats import FORMAT_PATTERNS
from accord.contract.schemas.walk import reachable
from accord.source.data import map_objects
from accord.source.grammar import Kind
from accord.testing.contract import Contract
from accord.testing.exchange import label
from accord.testing.options import ContractTestOptions
from accord.testing.problems import DATA_REJECTIONS, REJECTION_STATUSES

_CONTROL: Final = "".join(chr(code) for code in (*range(9), *range(10, 32), 127))
"""Characters that uvicorn rejects in a header before the application sees the request."""

_ANY_REJECTION: Final = REJECTION_STATUSES | {409, 412, 428}
"""An invalid request may also fail on the state of a resource first: nobody promised an order."""

_BELOW_500: Final = ("2xx", "3xx", "4xx")
"""Every status that is no server error."""

_ANYWAY: Final = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")
"""What a valid request may meet: no right to it, no such resource, a conflict. Server errors are another check's."""


_COSTLY_EXAMPLES: Final = 3
"""Random cases of an operation whose parameters hold values of any depth: Schemathesis draws whole trees and throws nearly
all of them away, which takes seconds of CPU time for each case. The coverage phase tries every constraint all the same."""


def build_config(
    contract: Contract, options: ContractTestOptions, *, base_url: str, seed: int
) -> SchemathesisConfig:
    """The whole configuration of Schemathesis for one contract. It reads no file and writes none."""
    project = ProjectConfig(
        base_url=base_url,
        headers=dict(options.headers) or None,
        # The run has to be repeatable, and probes follow what earlier requests made.
        workers=1,
        continue_on_failure=True,
        request_timeout=options.timeout,
        generation=_generation(options.max_examples),
        phases=_phases(options),
        checks=ChecksConfig(not_a_server_error=NotAServerErrorConfig(expected_statuses=[*_BELOW_500])),
        auth=AuthConfig(auto_signup=False),
        # Constants out of the service's source code would differ from machine to machine.
        analysis=AnalysisConfig(constants=ConstantsConfig(enabled=False)),
        operations=OperationsConfig(
            operations=[_operation(contract, operation, options) for operation in contract.api.operations]
        ),
    )
    return SchemathesisConfig(
        seed=seed,
        suppress_health_check=[HealthCheck.all],
        cache=CacheConfig(enabled=False),
        output=OutputConfig(
            # Accord prints its own commands and hides secrets by value; it needs whole bodies for its checks.
            sanitization=SanitizationConfig(enabled=False),
            truncation=TruncationConfig(max_recorded_payload_size=0),
        ),
        projects=ProjectsConfig(default=project),
    )


def register_formats() -> None:
    """Let Schemathesis, too, draw texts of those formats that only Accord knows: it takes them for valid otherwise."""
    for name, pattern in FORMAT_PATTERNS.items():
        schemathesis.openapi.format(name, from_regex(pattern, fullmatch=True))


def _generation(max_examples: int) -> GenerationConfig:
    """How cases are generated."""
    return GenerationConfig(
        max_examples=max_examples,
        # A failure is kept with the shortest request that showed it; shrinking would multiply the run.
        no_shrink=True,
        # Header names drawn at random reach uvicorn and get a text/plain 400 from it.
        allow_extra_parameters=False,
        exclude_header_characters=_CONTROL,
        database="none",
    )


def _is_recursive(contract: Contract, parameter: Parameter) -> bool:
    """Whether a value of *parameter*, sent as a document (``content``), may hold others of its own kind."""
    named = contract.api.schemas
    below = reachable([entry.schema for entry in parameter.content if entry.schema is not None], named)
    return any(name in reachable([named[name].schema], named) for name in below)


def _phases(options: ContractTestOptions) -> PhasesConfig:
    """Which phases run, and how long."""
    # A scenario of the stateful phase takes several requests, so it needs fewer of them.
    # At least one, so that a run with few examples has the phase at all.
    scenarios = max(1, options.max_examples // 4)
    phases = PhasesConfig(stateful=StatefulPhaseConfig(generation=GenerationConfig(max_examples=scenarios)))
    phases.update(phases=[phase for phase in options.phases if phase != "probes"])
    return phases


def _operation(contract: Contract, operation: Operation, options: ContractTestOptions) -> OperationConfig:
    """What holds for one operation alone."""
    only = FilterSet()
    # Schemathesis leaves a parameter of its own pattern type open.
    only.include(name=label(operation))  # pyright: ignore[reportUnknownMemberType]
    exact = sorted(response.status for response in operation.responses if response.status.isdigit())
    # An event stream has no end to wait for.
    streams = any(
        essence(entry.name) == "text/event-stream"
        for response in operation.responses
        for entry in response.content
    )
    # A documented 503 is a response; 500 never is, and 501 is reported once by Accord itself.
    server_errors = [status for status in exact if status.startswith("5") and status != "500"]
    client_errors = [status for status in exact if status.startswith("4")]
    # Those that the state decides (402, 410, 412, 428, ...) are fine for a valid request.
    by_state = [status for status in client_errors if int(status) not in DATA_REJECTIONS]
    rejected = _distinct(map(str, sorted(_ANY_REJECTION)), client_errors, ["5xx"])
    costly = any(_is_recursive(contract, parameter) for parameter in operation.parameters)
    return OperationConfig(
        filter_set=only,
        enabled=label(operation) not in options.exclude,
        request_timeout=options.stream_timeout if streams else None,
        generation=_generation(min(options.max_examples, _COSTLY_EXAMPLES)) if costly else None,
        checks=ChecksConfig(
            not_a_server_error=NotAServerErrorConfig(
                expected_statuses=_distinct(_BELOW_500, ["501"], server_errors)
            ),
            positive_data_acceptance=PositiveDataAcceptanceConfig(
                expected_statuses=_distinct(_ANYWAY, by_state)
            ),
            negative_data_rejection=NegativeDataRejectionConfig(expected_statuses=rejected),
            missing_required_header=MissingRequiredHeaderConfig(expected_statuses=rejected),
        ),
    )


def _distinct(*statuses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(statuses)))


def readable(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A copy of *document* in which the type ``null`` is written as the string that it is.

    In YAML ``type: [string, null]`` names no type but the value null. Accord reads what is meant; Schemathesis would leave
    every operation out that has such a schema.
    """
    copy = map_objects(dict(document), _with_null_as_text)
    assert isinstance(copy, dict)
    return copy


def _with_null_as_text(part: dict[str, JsonValue], kind: Kind) -> dict[str, JsonValue]:
    """*part* with the names of its types as texts."""
    types = part.get("type")
    if kind != "schema" or not isinstance(types, list):
        return part
    return {**part, "type": ["null" if name is None else name for name in types]}
