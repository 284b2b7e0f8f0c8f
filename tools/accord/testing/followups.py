"""Checks across two exchanges: a created resource can be read where ``Location`` says, and a deleted one is gone.

Follow-ups are sent at once, before another request changes the resource. On the way they remember requests that
succeeded and URLs that exist: probes start from those.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from accord.contract.model import Operation
from accord.testing.checks import Breach
from accord.testing.collect import Collector
from accord.testing.contract import Contract, PathTemplate, find_response
from accord.testing.credentials import Credentials
from accord.testing.exchange import Exchange, label
from accord.testing.judge import parse_json
from accord.testing.sender import Sender, get_request

_LIMIT: Final = 15
"""Follow-ups of one kind for each operation: enough to see a fault, few enough to stay fast."""
_KEPT: Final = 8
_LARGEST_SAMPLE: Final = 20_000
_STATE_REJECTIONS: Final = frozenset({404, 409, 410, 412, 428})
"""What a well-formed request meets when only the state of a resource is against it."""
_DELETED: Final = frozenset({404, 410})


class Memory:
    """What earlier exchanges left: requests that succeeded or nearly did, by operation, and URLs that answered a GET, by path
    template."""

    def __init__(self) -> None:
        self._samples: defaultdict[str, deque[Exchange]] = defaultdict(lambda: deque(maxlen=_KEPT))
        self._well_formed: defaultdict[str, deque[Exchange]] = defaultdict(lambda: deque(maxlen=_KEPT))
        self._alive: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._fullest: dict[str, Exchange] = {}

    def remember(self, exchange: Exchange) -> None:
        """Keep a success of a manageable size; forget what was deleted."""
        if not exchange.is_own_method:
            return
        # Samples are sent again many times, and stand in reports.
        is_small = len(exchange.body or b"") + len(exchange.url) <= _LARGEST_SAMPLE
        if is_small and exchange.intent == "valid" and exchange.response.status in _STATE_REJECTIONS:
            self._well_formed[label(exchange.operation)].append(exchange)
        if not 200 <= exchange.response.status < 300:
            return
        if is_small:
            own = label(exchange.operation)
            self._samples[own].append(exchange)
            known = self._fullest.get(own)
            if exchange.intent == "valid" and (known is None or _fullness(exchange) >= _fullness(known)):
                self._fullest[own] = exchange
        if exchange.method == "GET":
            self.is_alive(exchange.operation.path, exchange.url)
        elif exchange.method == "DELETE":
            self._alive[exchange.operation.path].pop(_without_query(exchange.url), None)

    def is_alive(self, path: str, url: str) -> None:
        """Note that a resource exists."""
        known, url = self._alive[path], _without_query(url)
        known.pop(url, None)
        known[url] = None
        # Probes take the newest few; a long run creates thousands.
        if len(known) > 4 * _KEPT:
            known.pop(next(iter(known)))

    def alive(self, path: str) -> Iterable[str]:
        """URLs of a path that existed when last seen, the newest first."""
        return tuple(reversed(self._alive[path]))

    def template(self, operation: Operation) -> Exchange | None:
        """A request whose body can be sent again: one that succeeded, or one that only the state refused."""
        own = label(operation)
        return next((kept[-1] for kept in (self._samples[own], self._well_formed[own]) if kept), None)

    def samples(self, operation: Operation) -> tuple[Exchange, ...]:
        """Requests for an operation that succeeded, the newest first."""
        return tuple(reversed(self._samples[label(operation)]))

    def fullest(self, operation: Operation) -> tuple[Exchange, ...]:
        """The successful request with the most members first, then the others: probes should try optional parts too.

        Where none succeeded, those that only the state of the resource refused.
        """
        own = label(operation)
        known = self._fullest.get(own)
        others = self.samples(operation) or tuple(reversed(self._well_formed[own]))
        return others if known is None else (known, *others)


def _fullness(exchange: Exchange) -> int:
    """How many query parameters and top-level members a request has."""
    members = 0
    if exchange.body is not None:
        try:
            value = parse_json(exchange.body)
        except ValueError:
            value = None
        members = len(value) if isinstance(value, dict) else 0
    return members + exchange.url.partition("?")[2].count("=")


class FollowUps:
    """Sends the second request where a first one promises something."""

    def __init__(
        self, contract: Contract, base_url: str, credentials: Credentials, collector: Collector
    ) -> None:
        self._contract = contract
        self._base_url = base_url
        self._credentials = credentials
        self._collector = collector
        self._done: Counter[tuple[str, str]] = Counter()
        self.memory = Memory()

    def after(self, exchange: Exchange, sender: Sender) -> None:
        """Look at an exchange and follow it up where the contract says what has to come next."""
        self.memory.remember(exchange)
        if not exchange.is_own_method:
            return
        status = exchange.response.status
        if status == 201 and exchange.response.header("location") is not None:
            self._created(exchange, sender)
        elif exchange.method == "DELETE" and status in {200, 204}:
            self._deleted(exchange, sender)

    def _is_due(self, kind: str, exchange: Exchange) -> bool:
        """Count a follow-up of this kind, and tell whether there are few enough so far."""
        key = (kind, label(exchange.operation))
        self._done[key] += 1
        return self._done[key] <= _LIMIT

    def _created(self, exchange: Exchange, sender: Sender) -> None:
        """What a 201 says was created can be read."""
        location = exchange.response.header("location") or ""
        # On the service under test: behind a proxy it would have another host.
        named, base = urlsplit(urljoin(exchange.url, location)), urlsplit(self._base_url)
        target = urlunsplit(named._replace(scheme=base.scheme, netloc=base.netloc))
        template = self._contract.match(_below(target, self._base_url))
        if template is None:
            # Behind a proxy a service may name its public host; that is no fault of the path.
            if named.netloc == base.netloc and self._children(exchange.operation):
                self._report_location(exchange, f"Location: {location} is no path of the contract")
            return
        reader = self._contract.operation("GET", template.path)
        if reader is None or not self._is_due("location", exchange):
            return
        found = sender.send(get_request(reader, target, self._credentials.attach(reader)), "follow-up")
        if found is None:
            return
        if found.response.status in _DELETED:
            message = f"Location: {location} does not resolve, GET answered {found.response.status}"
            self._report_location(exchange, message)
        elif found.response.status < 300:
            self.memory.is_alive(template.path, target)

    def _report_location(self, exchange: Exchange, message: str) -> None:
        """Report a breach of the declared ``Location``."""
        steps = ("responses", "201", "headers", "Location")
        clause = self._contract.clauses.pointer(exchange.operation.pointer, *steps)
        self._collector.report(Breach("location-unresolvable", clause, message), exchange)

    def _children(self, operation: Operation) -> list[PathTemplate]:
        """Templates one segment below the operation's path that can be read: what a POST to it creates."""
        prefix = operation.path.rstrip("/") + "/"
        return [
            template
            for template in self._contract.templates
            if template.path.startswith(prefix)
            and template.names_one_resource
            and "/" not in template.path[len(prefix) :]
            and "GET" in self._contract.methods[template.path]
        ]

    def _deleted(self, exchange: Exchange, sender: Sender) -> None:
        """Only where the path names one resource, and reading it may answer that it is gone."""
        reader = self._contract.operation("GET", exchange.operation.path)
        if reader is None or not PathTemplate(reader.path).names_one_resource:
            return
        deleted = next((r for s in sorted(_DELETED) if (r := find_response(reader, s)) is not None), None)
        if not self._is_due("delete", exchange):
            return
        # Parameters of the deletion, such as a reason, are not those of reading.
        request = get_request(reader, _without_query(exchange.url), self._credentials.attach(reader))
        found = sender.send(request, "follow-up")
        if found is None or found.response.status >= 300:
            return
        steps = ("responses", deleted.status) if deleted is not None else ("responses",)
        breach = Breach(
            "deleted-still-there",
            self._contract.clauses.pointer(reader.pointer, *steps),
            f"DELETE answered {exchange.response.status}, but GET still answers {found.response.status}",
        )
        self._collector.report(breach, exchange)


def _below(url: str, base_url: str) -> str:
    """The percent-encoded path of *url* below the base URL."""
    path, prefix = urlsplit(url).path, urlsplit(base_url).path.rstrip("/")
    if not prefix:
        return path
    # A text that no template matches.
    return path[len(prefix) :] if path.startswith(prefix + "/") else "\0"


def _without_query(url: str) -> str:
    """*url* up to its path."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))
