"""What is known of each ``format``: one row says everything that the tools ask about it.

The guard, lint, the samples, the models, the comparison and ``docs/reference/formats.md`` read this table, so a new format
is a new row. ``tests/unit/test_formats.py`` says which columns it must fill.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from accord.contract.schema import SchemaType

Origin: TypeAlias = Literal["OpenAPI 3.0", "JSON Schema", "OpenAPI registry", "common use"]
"""Who defines a format: OpenAPI 3.0 (and all later versions), JSON Schema draft 2020-12 (OpenAPI 3.1 and later), the format
registry of the OpenAPI Initiative; the rest is in use without any of them."""

Value: TypeAlias = Literal["text", "date", "date-time", "uuid", "bytes"]
"""What a text of a format stands for, where a program has more than a string for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format. It is asserted by ``in_library``, ``pattern`` or ``bounds``; one that has none of these only describes."""

    name: str
    types: frozenset[SchemaType]
    """The kinds of values that it is about."""
    origin: Origin
    takes: str = ""
    """Which texts hold, as docs say it; given where texts are asserted."""
    in_library: bool = False
    """Whether jsonschema-rs checks it by itself."""
    pattern: str | None = None
    """The expression (ECMA 262) that validators are given for it, where they do not know it."""
    # Not written as ``pattern``: so an error names the keyword that the author wrote, ``formats = "annotate"`` leaves it out
    # like every other format, and a ``pattern`` beside it stays free. It costs 0.1 microseconds a value.
    bounds: tuple[int, int] | None = None
    """Least and greatest number; validators run no format on a number, so these are written as keywords."""
    value: Value = "text"
    draw: Callable[[Random], str] | None = None
    """Gives a plausible text."""
    good: tuple[str, ...] = ()
    """Texts that hold: two or more, in different forms."""
    bad: tuple[str, ...] = ()
    """Texts that just do not hold."""
    length: tuple[int, int | None] = (0, None)
    """The least and the greatest length that a text can have, as far as that is certain."""
    longer: Callable[[int], str] | None = None
    """Gives a text of more characters than the number says, as far as the format has one that long."""
    wider: frozenset[str] = frozenset()
    """Other formats that every text of this one has, too."""

    @property
    def asserts_texts(self) -> bool:
        """Whether validators reject texts that do not have the format."""
        return self.in_library or self.pattern is not None


WORDS: Final = (
    "amber basil cedar delta ember fjord grove hazel indigo juniper koala lemon maple nectar olive pearl quartz river "
    "sable tulip umber violet willow xenon yarrow zephyr"
).split()
"""What plausible texts are made of."""

_FROM: Final = 1_767_225_600  # 2026-01-01T00:00:00Z
_SPAN: Final = 31_536_000
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _moment(random: Random) -> datetime:
    return datetime.fromtimestamp(_FROM + random.randrange(_SPAN), tz=UTC)


def _word(random: Random) -> str:
    return random.choice(WORDS)


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _ulid(random: Random) -> str:
    milliseconds = int(_moment(random).timestamp()) * 1000
    number = milliseconds << 80 | random.getrandbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def _octets(random: Random, count: int) -> str:
    return base64.b64encode(random.randbytes(count)).decode()


def _labels(length: int) -> str:
    return ".".join("a" * 60 for _ in range(length // 60 + 1)) + ".com"


_STRING: Final[frozenset[SchemaType]] = frozenset({"string"})
_NUMBER: Final[frozenset[SchemaType]] = frozenset({"integer", "number"})
_EITHER: Final = _STRING | _NUMBER


_checked: Final = partial(Format, types=_STRING, origin="JSON Schema", in_library=True)
_CHECKED: Final = (
    _checked(
        name="date",
        takes="a full date of RFC 3339",
        origin="OpenAPI 3.0",
        value="date",
        draw=lambda r: f"{_moment(r):%Y-%m-%d}",
        good=("2024-02-29", "1999-12-31"),
        bad=("2023-02-29", "24-02-29"),
        length=(10, 10),
    ),
    _checked(
        name="date-time",
        takes="a date and a time with an offset of RFC 3339, leap seconds included",
        origin="OpenAPI 3.0",
        value="date-time",
        draw=lambda r: f"{_moment(r):%Y-%m-%dT%H:%M:%SZ}",
        good=("2024-02-29T12:00:00Z", "1999-12-31T23:59:59.5+02:00", "2016-12-31T23:59:60Z"),
        bad=("2024-01-01T00:00:00", "2024-01-01"),
        length=(20, None),
        longer=lambda n: f"2024-02-29T12:00:00.{'0' * n}1Z",
    ),
    _checked(
        name="duration",
        takes="a duration of RFC 3339, appendix A",
        draw=lambda r: f"P{r.randint(1, 30)}DT{r.randint(1, 23)}H",
        good=("P1D", "PT5M", "P1Y2M"),
        bad=("1 day", "P"),
    ),
    _checked(
        name="email",
        takes="an address of RFC 5321",
        draw=lambda r: f"{_word(r)}@example.com",
        good=("a@example.com", "joe.bloggs@example.org", "joe@localhost"),
        bad=("joe", "a@b@"),
        longer=lambda n: f"{'a' * 40}@{_labels(n)}",
        wider=frozenset({"idn-email"}),
    ),
    _checked(
        name="hostname",
        takes="a host name of RFC 1123, its encoded labels by RFC 5890",
        draw=lambda r: f"{_word(r)}.example.com",
        good=("example.com", "a", "xn--bcher-kva.example"),
        bad=("a_b", "-a"),
        longer=_labels,
        wider=frozenset({"idn-hostname"}),
    ),
    _checked(
        name="idn-email",
        takes="an address of RFC 6531",
        draw=lambda r: f"{_word(r)}@example.com",
        good=("a@example.com", "j\u00f6rg@example.org", "j\u00f6@b\u00fccher.example"),
        bad=("j\u00f6",),
    ),
    _checked(
        name="idn-hostname",
        takes="a host name of RFC 5890",
        draw=lambda r: f"{_word(r)}.example.com",
        good=("example.com", "b\u00fccher.example"),
        bad=("-a",),
    ),
    _checked(
        name="ipv4",
        takes="four decimal numbers without leading zeros",
        draw=lambda r: f"192.0.2.{r.randint(1, 254)}",
        good=("192.0.2.1", "10.0.0.1"),
        bad=("127.0.0.01", "256.0.0.1"),
        length=(7, 15),
    ),
    _checked(
        name="ipv6",
        takes="an address of RFC 4291 without a zone",
        draw=lambda r: f"2001:db8::{r.randint(1, 0xFFFF):x}",
        good=("2001:db8::1", "::1"),
        bad=("fe80::1%eth0", "192.0.2.1"),
        length=(2, 45),
    ),
    _checked(
        name="iri",
        takes="an IRI of RFC 3987 with a scheme",
        draw=lambda r: f"https://example.com/{_word(r)}",
        good=("https://example.com/a", "https://example.com/\u00e4", "http://b\u00fccher.example/\u00f6"),
        bad=("/\u00f6",),
        longer=lambda n: f"https://example.com/{'a' * n}",
        wider=frozenset({"iri-reference"}),
    ),
    _checked(
        name="iri-reference",
        takes="an IRI or a relative reference of RFC 3987",
        draw=lambda r: f"/{_word(r)}",
        good=("/a", "/\u00e4"),
        bad=("\\\u00f6",),
    ),
    _checked(
        name="json-pointer",
        takes="a pointer of RFC 6901",
        draw=lambda r: f"/{_word(r)}",
        good=("/a", "", "/a~1b"),
        bad=("a", "/~2"),
        longer=lambda n: f"/{'a' * n}",
    ),
    _checked(
        name="regex",
        takes="a regular expression of ECMA 262",
        draw=lambda r: f"^{_word(r)}$",
        good=("^a$", "b", "^a+$"),
        bad=("(", "["),
        longer=lambda n: "a" * (n + 1),
    ),
    _checked(
        name="relative-json-pointer",
        takes="a relative JSON pointer",
        draw=lambda r: f"{r.randint(0, 9)}/{_word(r)}",
        good=("0", "1/a"),
        bad=("/a", "-1"),
    ),
    _checked(
        name="time",
        takes="a time with an offset of RFC 3339",
        draw=lambda r: f"{_moment(r):%H:%M:%SZ}",
        good=("12:00:00Z", "23:59:59+02:00"),
        bad=("12:00:00", "24:00:00Z"),
    ),
    _checked(
        name="uri",
        takes="a URI of RFC 3986 with a scheme",
        draw=lambda r: f"https://example.com/{_word(r)}",
        good=("https://example.com/a", "urn:example:a"),
        bad=("/b", "http://["),
        longer=lambda n: f"https://example.com/{'a' * n}",
        wider=frozenset({"uri-reference", "iri", "iri-reference"}),
    ),
    _checked(
        name="uri-reference",
        takes="a URI or a relative reference of RFC 3986",
        draw=lambda r: f"/{_word(r)}/{r.randint(1, 99)}",
        good=("/a", "https://example.com/a"),
        bad=("\\b", "\u00e4"),
        longer=lambda n: f"/{'a' * n}",
        wider=frozenset({"iri-reference"}),
    ),
    _checked(
        name="uri-template",
        takes="a template of RFC 6570",
        draw=lambda r: f"https://example.com/{_word(r)}/{{id}}",
        good=("/a/{b}", "/a"),
        bad=("/{a",),
        longer=lambda n: "a" * (n + 1),
    ),
    _checked(
        name="uuid",
        takes="a UUID of RFC 4122, in either case",
        value="uuid",
        draw=_uuid,
        good=(
            "00000000-0000-4000-8000-000000000000",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
        ),
        bad=("2eb8aa08", "f81d4fae7dec11d0a76500a0c91e6bf6"),
        length=(36, 36),
    ),
)
"""Formats of strings that jsonschema-rs knows."""


_BY_PATTERN: Final = (
    Format(
        name="ulid",
        types=_STRING,
        origin="common use",
        takes="a ULID: 26 characters of Crockford's base 32, in either case, `7ZZZZZZZZZZZZZZZZZZZZZZZZZ` the greatest",
        # The specification writes upper case and decodes without regard to it, so lower case holds, as with a UUID. The
        # letters I, L and O, which Crockford reads as digits, are not in its alphabet and do not hold.
        pattern="^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$",
        draw=_ulid,
        good=("01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
        bad=("80000000000000000000000000", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5FA"),
        length=(26, 26),
    ),
)
"""Formats of strings that it does not know."""


def _of_bounds() -> Iterator[Format]:
    """Whole numbers of a size; 64 bits are often sent as strings, which no bound restricts."""
    for is_signed in (True, False):
        for size in (8, 16, 32, 64):
            half = 2 ** (size - 1)
            yield Format(
                name=f"int{size}" if is_signed else f"uint{size}",
                types=_EITHER if size == 64 else _NUMBER,
                origin="OpenAPI 3.0" if is_signed and size >= 32 else "OpenAPI registry",
                bounds=(-half, half - 1) if is_signed else (0, 2 * half - 1),
            )


def _describing() -> Iterator[Format]:
    """Formats that nobody asserts."""

    def rows(names: str, types: frozenset[SchemaType], origin: Origin) -> Iterable[Format]:
        return (Format(name=name, types=types, origin=origin) for name in names.split())

    def drawn(name: str, origin: Origin, draw: Callable[[Random], str]) -> Format:
        return Format(name=name, types=_STRING, origin=origin, draw=draw)

    yield Format(name="binary", types=_STRING, origin="OpenAPI 3.0", value="bytes")
    yield drawn("byte", "OpenAPI 3.0", lambda r: _octets(r, 6))
    yield from rows("password", _STRING, "OpenAPI 3.0")
    yield from rows("float double", _EITHER, "OpenAPI 3.0")
    yield drawn(
        "base64url", "OpenAPI registry", lambda r: _octets(r, 6).rstrip("=").translate({43: "-", 47: "_"})
    )
    yield drawn("char", "OpenAPI registry", lambda r: _word(r)[0])
    yield Format(
        name="decimal",
        types=_EITHER,
        origin="OpenAPI registry",
        draw=lambda r: f"{r.randint(0, 999)}.{r.randint(0, 99):02}",
    )
    yield from rows("decimal128 double-int sf-decimal sf-integer", _EITHER, "OpenAPI registry")
    yield from rows(
        """commonmark date-time-local html http-date media-range sf-binary sf-boolean sf-string sf-token
        time-local""",
        _STRING,
        "OpenAPI registry",
    )
    yield drawn("url", "common use", lambda r: f"https://example.com/{_word(r)}")
    yield drawn("color", "common use", lambda r: f"#{r.getrandbits(24):06x}")
    yield from rows("base64 guid ip markdown media-type", _STRING, "common use")
    yield from rows("int uint integer int128 uint128", _NUMBER, "common use")
    yield from rows(
        "currency epoch float32 float64 money number percent phone timestamp unix-time unixtime",
        _EITHER,
        "common use",
    )


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {row.name: row for row in (*_CHECKED, *_BY_PATTERN, *_of_bounds(), *_describing())}
)
"""Every format that is known, by name. Any other describes and is not asserted."""

FORMAT_PATTERNS: Final[Mapping[str, str]] = {
    row.name: row.pattern for row in FORMATS.values() if row.pattern is not None
}
"""The patterns that validators are given for formats that they do not know."""

FORMAT_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    row.name: row.bounds for row in FORMATS.values() if row.bounds is not None
}
"""Formats that restrict numbers."""

ASSERTED_FORMATS: Final = frozenset(row.name for row in FORMATS.values() if row.asserts_texts)
"""Formats that restrict strings."""
