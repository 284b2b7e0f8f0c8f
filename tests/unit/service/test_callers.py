"""The address of a client behind proxies."""

from __future__ import annotations

import pytest

from accord.service import ServiceSettings
from accord.service.callers import ClientAddress, counted_address

PROXIES = ("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),  # nobody may speak for others
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        (
            "10.0.0.1",
            ["203.0.113.9, 198.51.100.7"],
            "198.51.100.7",
        ),  # what the client wrote itself is no proof
        ("10.0.0.1", ["203.0.113.9", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("fd00::1", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, x, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    ],
)
def test_only_trusted_proxies_say_who_connected(peer: str, forwarded: list[str], expected: str) -> None:
    headers = [(b"x-forwarded-for", text.encode()) for text in forwarded]
    assert ClientAddress(PROXIES).of({"client": (peer, 1), "headers": headers}) == expected


def test_without_trusted_proxies_it_is_the_peer() -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.7")]
    assert ClientAddress(()).of({"client": ("127.0.0.1", 1), "headers": headers}) == "127.0.0.1"
    assert ClientAddress(PROXIES).of({"client": None, "headers": []}) == ""


def test_a_client_of_ipv6_is_its_network() -> None:
    assert counted_address("2001:db8:1:2:3::4") == counted_address("2001:db8:1:2:ffff::") == "2001:db8:1:2::"
    assert counted_address("2001:db8:1:3::4") != counted_address("2001:db8:1:2::4")
    assert counted_address("::ffff:192.0.2.1") == counted_address("192.0.2.1") == "192.0.2.1"
    assert counted_address("fe80::1%eth0") == "fe80::"


@pytest.mark.parametrize(
    "changes",
    [
        {"trusted_proxies": ("10.0.0.1/8x",)},
        {"check_timeout": 0},
        {"drain_delay": -1},
        {"request_timeout": 0},
        {"metrics_path": "metrics"},
    ],
)
def test_settings_that_mean_nothing_are_rejected(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ServiceSettings(**changes)  # type: ignore[arg-type]
