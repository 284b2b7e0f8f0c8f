"""What a contract may cost to read. A contract is untrusted input: each limit ends reading with a finding."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds for one contract with all of its files.

    The largest published contracts known (13 MB, 600,000 nodes, 31 levels) stay far below each of them.
    """

    bytes_per_file: int = 64 * 1024 * 1024
    files: int = 2_000
    nodes: int = 5_000_000
    alias_nodes: int = 200_000
    """Nodes that YAML aliases may add by expansion."""
    depth: int = 128
    """Levels of nesting in one file. Every later stage recurses over schemas, so this bounds its stack as well."""
    schema_depth: int = 64
    """Levels of schemas inside of each other without a reference between them."""
    reference_depth: int = 128
    """References that a value is led through in place (``$ref`` to ``$ref``, through ``allOf``)."""
    seconds: float = 120.0
    """Wall-clock seconds for reading all files."""


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """What is left of the limits while the files of one contract are read."""

    limits: Limits
    nodes: int = 0
    alias_nodes: int = 0
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        # Not the time of day, which may jump.
        self.deadline = time.monotonic() + self.limits.seconds

    def exceeded(self, depth: int) -> tuple[str, str] | None:
        """Code and message of the limit that is passed now, at *depth* levels of nesting; ``None`` if none is."""
        limits = self.limits
        if depth > limits.depth:
            return "limit-depth", f"this is nested deeper than {limits.depth} levels"
        if self.nodes > limits.nodes:
            return "limit-nodes", f"the contract has more than {limits.nodes} values"
        if self.alias_nodes > limits.alias_nodes:
            return "limit-aliases", f"aliases expand to more than {limits.alias_nodes} values"
        if time.monotonic() > self.deadline:
            return "limit-seconds", f"reading takes longer than {limits.seconds:g} seconds"
        return None
