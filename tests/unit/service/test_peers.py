"""Peers and addresses that are none: nobody trusts them, and each is counted as what it is."""

from __future__ import annotations

import pytest

from accord.service.callers import ClientAddress, TrustedNetworks, counted_address


@pytest.mark.parametrize("peer", ["testclient", "", "10.0.0", "10.0.0.256", "fd00::1%"])
def test_a_peer_without_an_address_speaks_for_itself_only(peer: str) -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.7")]

    assert ClientAddress(("0.0.0.0/0", "::/0")).of({"client": (peer, 1), "headers": headers}) == peer
    assert peer not in TrustedNetworks(("0.0.0.0/0", "::/0"))


@pytest.mark.parametrize("hop", [b"[2001:db8::1]", b" [2001:db8::1]:1 ", b"2001:db8::1"])
def test_an_address_of_ipv6_may_stand_in_brackets_with_a_port(hop: bytes) -> None:
    scope = {"client": ("10.0.0.1", 1), "headers": [(b"x-forwarded-for", hop)]}

    assert ClientAddress(("10.0.0.0/8",)).of(scope) == "2001:db8::1"


def test_hops_beyond_what_is_read_are_not_believed() -> None:
    hops = ["198.51.100.7", *(f"10.0.0.{number}" for number in range(1, 21))]
    scope = {"client": ("10.0.0.99", 1), "headers": [(b"x-forwarded-for", ", ".join(hops).encode())]}

    assert ClientAddress(("10.0.0.0/8",)).of(scope) == "10.0.0.1"
    del hops[1]
    scope["headers"] = [(b"x-forwarded-for", ", ".join(hops).encode())]
    assert ClientAddress(("10.0.0.0/8",)).of(scope) == "198.51.100.7"


def test_what_is_no_address_is_counted_as_it_is() -> None:
    assert counted_address("a:b") == "a:b"
    assert counted_address("testclient") == "testclient"
    assert counted_address("2001:db8:1:2:3:4:5:6%eth0") == "2001:db8:1:2::"
