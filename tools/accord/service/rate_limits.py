"""Rate limits: the contract names a policy (``x-accord-rate-limit``), the settings say what it allows.

A rule is ``<requests>/<time> per <subject>``, such as ``100/minute per ip`` or ``10 per 15 minutes per user and
endpoint``. Subjects: ``ip`` (an IPv6 client is its /64), ``user`` and ``key`` (they apply where such a caller was
identified), ``endpoint`` (each operation counts apart), and ``account`` (what the implementation counts itself, by
:meth:`RateLimits.count`, such as attempts on one user's password). All rules of a policy have to allow a request.

Rejections carry ``Retry-After``, ``RateLimit-Policy`` and ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers-11).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from limits import RateLimitItem, parse
from starlette.types import Scope

from accord.runtime import Admission, Rejection, RejectionKind
from accord.runtime.declare import Operation
from accord.service.callers import ClientAddress, Identify, counted_address
from accord.service.rate_counters import Counters, Left
from accord.service.settings import ServiceError, ServiceSettings
from accord.service.trace import current_request

Subject = Literal["ip", "user", "key", "endpoint", "account"]
_SUBJECTS: Final[frozenset[Subject]] = frozenset({"ip", "user", "key", "endpoint", "account"})
_CALLERS: Final[frozenset[Subject]] = frozenset({"user", "key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One limit of a policy. ``name`` is what clients read in ``RateLimit-Policy``."""

    name: str
    limit: RateLimitItem
    subjects: frozenset[Subject]

    @property
    def needs_caller(self) -> bool:
        """Whether it can be counted only when the credentials were checked."""
        return not self.subjects.isdisjoint(_CALLERS)

    @property
    def policy(self) -> str:
        """As a member of ``RateLimit-Policy``."""
        return f'"{self.name}";q={self.limit.amount};w={self.limit.get_expiry()}'

    def standing(self, left: Left) -> str:
        """As a member of ``RateLimit``: how much is left, and for how long."""
        return f'"{self.name}";r={left.remaining};t={left.seconds}'


def parse_rule(policy: str, text: str) -> Rule:
    """The rule that *text* spells.

    Raises:
        ServiceError: where it spells none.
    """
    amount, _, spelled = text.strip().rpartition(" per ")
    subjects = frozenset(part.strip() for part in spelled.split(" and "))
    if not amount or not subjects <= _SUBJECTS:
        raise ServiceError(
            f"rate limit {policy!r}: {text!r} is no rule such as '100/minute per ip' or '5/second per user and endpoint'"
        )
    known = cast("frozenset[Subject]", subjects)
    if "account" in known and len(known) > 1:
        raise ServiceError(f"rate limit {policy!r}: {text!r}: an account is counted by itself")
    if known >= _CALLERS:
        raise ServiceError(f"rate limit {policy!r}: {text!r}: a caller is a user or a key, never both")
    try:
        limit = parse(amount)
    except ValueError:
        raise ServiceError(f"rate limit {policy!r}: {amount!r} is no rate such as '100/minute'") from None
    return Rule(name="-".join([policy, *sorted(known)]), limit=limit, subjects=known)


class RateLimits:
    """The limits of a service. As ``RuntimeSettings.admissions`` it admits the requests of operations with a policy.

    Raises:
        ServiceError: for a rule that cannot be read, and, when a version is installed, for a policy without rules.
    """

    def __init__(self, settings: ServiceSettings, clients: ClientAddress, identify: Identify | None) -> None:
        self.counters = Counters(settings)
        self._policies: Mapping[str, tuple[Rule, ...]] = {
            name: tuple(parse_rule(name, text) for text in texts)
            for name, texts in settings.rate_limits.items()
        }
        self._clients = clients
        self._identify = identify
        self._always = settings.rate_limit_fields == "always"

    def __call__(self, operation: Operation, route: str) -> Admission | None:
        """The admission of *operation*; ``None`` where its contract names no policy."""
        name = operation.rate_limit
        if name is None or not self._policies:
            return None
        rules = self._policies.get(name)
        # At start-up, and not with the first request: an operation that the contract limits must not be
        # open by a misspelling.
        if rules is None:
            raise ServiceError(
                f"the contract limits {operation.key} by {name!r}, which ServiceSettings.rate_limits does not have"
            )
        endpoint = f"{operation.method.upper()} {route}"
        # Addresses are counted before credentials are checked: checking a password is what an attacker
        # makes dear.
        early = [rule for rule in rules if not rule.needs_caller and "account" not in rule.subjects]
        late = [rule for rule in rules if rule.needs_caller]
        return Admission(
            arrived=self._admit(early, rules, endpoint) if early else None,
            identified=self._admit(late, rules, endpoint) if late else None,
        )

    async def count(self, policy: str, account: str) -> None:
        """Count an attempt on *account* against the rules of *policy* that are ``per account``.

        Raises:
            Rejection: 429, where it is one too many.
        """
        rules = self._policies.get(policy, ())
        for rule in rules:
            if "account" not in rule.subjects:
                continue
            if not await self.counters.hit(rule.limit, rule.name, account):
                raise _rejection(rule, rules, await self.counters.left(rule.limit, rule.name, account))

    def _admit(
        self, rules: Iterable[Rule], all_rules: tuple[Rule, ...], endpoint: str
    ) -> Callable[[Scope], Awaitable[None]]:
        """What lets a request in that none of *rules* rejects."""
        plan = [(rule, rule.limit, self._reader(rule, endpoint)) for rule in rules]
        hit, left, always = self.counters.hit, self.counters.left, self._always

        async def admit(scope: Scope) -> None:
            for rule, limit, read in plan:
                key = read(scope)
                # A rule for keys does not count users, and the other way round.
                if key is None:
                    continue
                if not await hit(limit, rule.name, key):
                    raise _rejection(rule, all_rules, await left(limit, rule.name, key))
                if always:
                    _announce(scope, rule, await left(limit, rule.name, key))

        return admit

    def _reader(self, rule: Rule, endpoint: str) -> Callable[[Scope], str | None]:
        """What tells those apart whom *rule* counts apart; gives ``None`` for a request that it does not count."""
        by_ip, by_endpoint = "ip" in rule.subjects, "endpoint" in rule.subjects
        kind = next(iter(rule.subjects & _CALLERS), None)
        address_of, identify = self._clients.of, self._identify

        def read(scope: Scope) -> str | None:
            key = endpoint if by_endpoint else ""
            if kind is not None:
                principal = scope.get("accord.principal")
                caller = None if principal is None or identify is None else identify(principal)
                if caller is None or caller.kind != kind:
                    return None
                key = f"{key}|{caller.name}"
            return f"{key}|{counted_address(address_of(scope))}" if by_ip else key

        return read


def _rejection(rule: Rule, rules: tuple[Rule, ...], left: Left) -> Rejection:
    """429 with the time after which it is worth another try."""
    headers = [
        ("Retry-After", str(left.seconds)),
        ("RateLimit-Policy", ", ".join(other_rule.policy for other_rule in rules)),
        ("RateLimit", rule.standing(Left(0, left.seconds))),
    ]
    request = current_request()
    if request is not None:
        # What the response would have said of other rules is overtaken by the rejection.
        request.scope.pop("accord.headers", None)
    return Rejection(
        RejectionKind.TOO_MANY_REQUESTS,
        detail=f"There were too many requests. Try again in {left.seconds} seconds.",
        headers=headers,
    )


def _announce(scope: Scope, rule: Rule, left: Left) -> None:
    """Let the response to *scope* say what is left of *rule*."""
    headers: list[tuple[bytes, bytes]] = scope.setdefault("accord.headers", [])
    headers.append((b"ratelimit-policy", rule.policy.encode()))
    headers.append((b"ratelimit", rule.standing(left).encode()))
