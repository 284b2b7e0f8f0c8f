"""Hashing of passwords with Argon2id, off the event loop."""

from dataclasses import dataclass
from functools import cached_property

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher


@dataclass(frozen=True, slots=True, kw_only=True)
class HashCost:
    """What one hash costs: passes over the memory, KiB of memory, threads."""

    time: int = 3
    memory: int = 65536
    parallelism: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a password is right, and the hash to store in place of the old one when the cost has changed."""

    right: bool
    new_hash: str | None = None


class Passwords:
    """Hashes and checks passwords, at most `concurrency` at a time: each takes the memory of `HashCost`."""

    def __init__(self, cost: HashCost, *, concurrency: int = 4) -> None:
        self._hasher = PasswordHash(
            (Argon2Hasher(time_cost=cost.time, memory_cost=cost.memory, parallelism=cost.parallelism),)
        )
        self._limiter = CapacityLimiter(concurrency)

    @cached_property
    def _decoy(self) -> str:
        """A hash of no password, of the same cost as real ones."""
        return self._hasher.hash(b"\x00 no password holds this byte")

    async def hash(self, password: str) -> str:
        """Return a salted hash that names its own parameters."""
        return await run_sync(self._hasher.hash, _encode(password), limiter=self._limiter)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Check a password. `stored` is None for an unknown user, which costs as much and is never right."""

        def work() -> Verdict:
            known = stored if stored is not None else self._decoy
            right, new_hash = self._hasher.verify_and_update(_encode(password), known)
            return Verdict(right=right, new_hash=new_hash) if stored is not None else Verdict(right=False)

        return await run_sync(work, limiter=self._limiter)

    async def warm_up(self) -> None:
        """Compute the decoy now, so that the first unknown user does not take longer than a known one."""
        await run_sync(lambda: self._decoy, limiter=self._limiter)


def _encode(password: str) -> bytes:
    # A form can carry what UTF-8 cannot; such a password is wrong, not an error.
    return password.encode("utf-8", "surrogatepass")
