"""The page of formats is printed, and says what the guard does."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from accord.emit.python.formats_page import ASSERTED, formats_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "formats.md"
SAMPLES = {
    "date": ("2024-02-29", "2023-02-29"),
    "date-time": ("2016-12-31T23:59:60Z", "2024-01-01T00:00:00"),
    "duration": ("P1Y2M", "1 day"),
    "email": ("joe@localhost", "joe"),
    "hostname": ("xn--bcher-kva.example", "a_b"),
    "idn-email": ("jö@bücher.example", "jö"),
    "idn-hostname": ("bücher.example", "-a"),
    "ipv4": ("127.0.0.1", "127.0.0.01"),
    "ipv6": ("::1", "fe80::1%eth0"),
    "iri": ("http://bücher.example/ö", "/ö"),
    "iri-reference": ("/ö", "\\ö"),
    "json-pointer": ("/a~1b", "a"),
    "regex": ("^a+$", "("),
    "relative-json-pointer": ("1/a", "/a"),
    "time": ("12:00:00Z", "12:00:00"),
    "uri": ("http://a.example/b", "/b"),
    "uri-reference": ("/b", "\\b"),
    "uri-template": ("/{a}", "/{a"),
    "uuid": ("2EB8AA08-AA98-11EA-B4AA-73B441D16380", "2eb8aa08"),
}


def accepts(format_: str, value: object) -> bool:
    return jsonschema_rs.Draft202012Validator({"format": format_}, validate_formats=True).is_valid(value)


def test_the_page_is_printed_from_the_registries() -> None:
    assert PAGE.read_text() == formats_page(), "run `make docs-pages`"


@pytest.mark.parametrize("name", ASSERTED)
def test_the_guard_asserts_each_format(name: str) -> None:
    good, bad = SAMPLES[name]
    assert accepts(name, good)
    assert not accepts(name, bad)
    assert accepts(name, 1)


@pytest.mark.parametrize("name", ["byte", "binary", "password", "float", "own", "int32"])
def test_the_guard_asserts_no_other(name: str) -> None:
    assert name not in ASSERTED
    assert accepts(name, "anything at all \u0000")
