"""``Accept`` as RFC 9110 has it."""

from __future__ import annotations

import pytest

from accord.runtime.negotiation import compile_negotiation

PLAIN = ("text/plain;format=flowed", "text/plain", "text/html", "image/jpeg", "text/plain;format=fixed")


def test_the_example_of_the_standard() -> None:
    negotiate = compile_negotiation(PLAIN)
    accept = (
        b"text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
    )
    assert negotiate(accept) == (
        "text/plain;format=flowed",  # 1
        "text/plain",  # 0.7
        "image/jpeg",  # 0.5
        "text/plain;format=fixed",  # 0.4
        "text/html",  # 0.3
    )


@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        (None, ("a/json", "a/xml")),
        (b"", ("a/json", "a/xml")),
        (b" ", ("a/json", "a/xml")),
        (b"*/*", ("a/json", "a/xml")),
        (b"a/xml, a/json", ("a/json", "a/xml")),
        (b"a/xml, a/json;q=0.999", ("a/xml", "a/json")),
        (b"A/XML", ("a/xml",)),
        (b"a/*;q=0.5, a/xml;q=0", ("a/json",)),
        (b"*/*;q=0, a/xml;q=0.001", ("a/xml",)),
        (b"a/xml;q=1.1, a/json;q=0.1", ("a/json",)),
        (b"a/xml;q=x", ()),
        (b"a/xml;q=0.5;ext=1", ("a/xml",)),
        (b'a/xml;p="q=0,\\"", b/c', ("a/xml",)),
        (b"a/xml;charset=UTF-8", ("a/xml",)),
        (b"b/*, nonsense, /, a", ()),
        (b"a/json;q=0.4, a/json;q=0.6", ("a/json",)),
        (b", ,a/xml,", ("a/xml",)),
        (b"\xff, a/xml", ("a/xml",)),
    ],
)
def test_weights_ranges_and_what_is_none(accept: bytes | None, accepted: tuple[str, ...]) -> None:
    assert compile_negotiation(["a/json", "a/xml", "a/json"])(accept) == accepted


def test_a_parameter_that_no_type_has_counts_only_where_nothing_else_does() -> None:
    negotiate = compile_negotiation(["a/json"])
    assert negotiate(b"a/json;odata=verbose") == ("a/json",)
    assert negotiate(b"a/json;odata=verbose, a/*;q=0") == ()


@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        (None, ("image/*", "a/json")),
        (b"*/*", ("image/*", "a/json")),
        (b"image/png;q=0.5, image/gif", ("image/gif", "image/png")),
        (b"image/png;q=0, image/*", ("image/*",)),
        (b"image/*;q=0.2, a/json", ("a/json", "image/*")),
        (b"image/png;q=0.3, */*;q=0.1", ("image/png", "image/*", "a/json")),
        (b"text/plain", ()),
    ],
)
def test_offered_ranges_are_narrowed(accept: bytes | None, accepted: tuple[str, ...]) -> None:
    assert compile_negotiation(["image/*", "a/json"])(accept) == accepted


def test_a_suffix_is_a_range_too() -> None:
    negotiate = compile_negotiation(["application/*+xml"])
    assert negotiate(b"application/atom+xml, application/json") == ("application/atom+xml",)
    assert negotiate(b"application/*") == ("application/*+xml",)
    assert negotiate(b"application/json") == ()
