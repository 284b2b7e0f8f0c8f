"""``mock``: contracts as services, without an implementation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from accord.api.contracts import Progress, read_contracts, reject_errors, silent
from accord.config import Config

if TYPE_CHECKING:
    from accord.mock import MockArguments, MockContract


@dataclass(frozen=True, slots=True, kw_only=True)
class MockServer:
    """Where ``accord mock`` listens (``port`` 0: any free one), and the seed of its samples.

    ``tokens`` are the only credentials that are accepted, any if there are none.
    ``keep_going`` mocks what is sound in a contract with errors: an operation with one in it then answers 501.
    """

    host: str = "127.0.0.1"
    port: int = 4010
    seed: int = 0
    tokens: tuple[str, ...] = ()
    keep_going: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mock:
    """Contracts that are ready to be mocked."""

    contracts: tuple[MockContract, ...]
    arguments: MockArguments

    def listen(self, listener: Progress = silent) -> None:
        """Serve them until the process is interrupted; *listener* is told where, once they answer.

        Raises:
            EnvironmentFaultError: the port is in use.
            UsageError: two contracts ask for the same path prefix.
        """
        from accord.mock import listen

        listen(self.contracts, self.arguments, listener)


def mock(
    config: Config,
    paths: Sequence[Path] = (),
    server: MockServer | None = None,
    *,
    versions: Sequence[str] = (),
    progress: Progress = silent,
) -> Mock:
    """Read every chosen contract for a mock: answers from its examples, and from samples where it has none.

    Raises:
        ContractUnusableError: a contract has errors.
    """
    from accord.bundle import bundle as build
    from accord.mock import MockArguments, MockContract, MockOptions

    server = server or MockServer()
    contracts = read_contracts(config, paths, versions=versions, progress=progress)
    found = [d for contract in contracts for d in contract.diagnostics]
    if not (server.keep_going or config.keep_going):
        hint = "fix them, or mock the valid operations with --keep-going"
        reject_errors(found, ", so it cannot be mocked", hint=hint)
    options = MockOptions(seed=server.seed, tokens=frozenset(server.tokens), formats=config.formats)
    return Mock(
        contracts=tuple(
            MockContract(api=contract.loaded.api, document=build(contract.document, contract.loaded).data)
            for contract in contracts
        ),
        arguments=MockArguments(host=server.host, port=server.port, options=options),
    )
