"""Who calls: the address behind proxies, and the user or program behind a principal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Literal, TypeAlias

from starlette.types import Scope

_MAX_HOPS = 20


@dataclass(frozen=True, slots=True)
class Caller:
    """A user, or a program with an API key, by a name that may stand in logs."""

    kind: Literal["user", "key"]
    name: str


Identify: TypeAlias = Callable[[Any], Caller | None]
"""The caller of a principal (Any: each version has its own type); ``None`` where it should not be told apart."""


class TrustedNetworks:
    """Addresses and networks of proxies; ``address in networks`` asks for one that a connection comes from."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = [ip_network(text) for text in networks]
        self._is_trusted = lru_cache(1024)(self._in_a_network)

    def __contains__(self, address: str) -> bool:
        return bool(self._networks) and self._is_trusted(address)

    def _in_a_network(self, address: str) -> bool:
        """Whether *address* lies in one of the networks."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        # A socket for both families gives IPv4 clients as `::ffff:10.0.0.1`.
        mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
        return any((mapped or parsed) in network for network in self._networks)


class ClientAddress:
    """The address of the client: that of the connection, or what trusted proxies say that they were connected by."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = TrustedNetworks(trusted)

    def of(self, scope: Scope) -> str:
        """The address of the client of a request; empty where the server does not know it."""
        client = scope.get("client")
        if client is None:
            return ""
        address: str = client[0]
        if address not in self._trusted:
            return address
        hops = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").split(b",")
        # From the right: each proxy appends, so whatever stands further left may be the client's invention.
        for hop in reversed(hops[-_MAX_HOPS:]):
            named = _address(hop)
            if named is None:  # whoever wrote this is no address to count by: the last one that was good is
                return address
            address = named
            if address not in self._trusted:
                return address
        return address


def _address(hop: bytes) -> str | None:
    """The address that one entry of the header names; ``None`` for anything else, such as ``unknown``."""
    text = hop.decode("latin-1").strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    # Some proxies write the port too; an IPv6 address has more colons.
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def counted_address(address: str) -> str:
    """The part of an address that one client is likely to hold: an IPv6 client has a whole /64."""
    if ":" not in address:
        return address
    return _prefix(address)


@lru_cache(4096)
def _prefix(address: str) -> str:
    """The network of 64 bits around an IPv6 address; an IPv4 address that is written as one by itself."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False).network_address)
