"""The pages on the reference service are true: its settings, and every file that they name."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import SecretStr

from accord.service import ServiceSettings
from impl.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/guides/reference-service.md"
REQUEST = ROOT / "docs/request.md"
POINTS = ROOT / "docs/guides/service-points.md"
SERVICE_PAGES = [
    REQUEST,
    ROOT / "docs/benchmarks.md",
    *(
        ROOT / f"docs/guides/{name}.md"
        for name in (
            "caching", "deployment", "errors", "idempotency", "logging", "ownership", "rate-limits",
            "reference-service", "service", "service-data", "service-points", "streams", "tokens",
        )
    ),
]  # fmt: skip
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PLACE = re.compile(r"`((?:benchmarks|deploy|docs|generated|scripts|spec|src|tests|tools)/[A-Za-z0-9_./-]*)`")
TOPICS = [
    ROOT / f"docs/guides/{name}.md" for name in ("service", "logging", "rate-limits", "tokens", "errors")
]


def _row(name: str) -> str:
    setting = Settings.model_fields[name]
    default = setting.default
    assert not isinstance(default, SecretStr)
    shown = (
        "none" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    )
    return f"| `ACCORD_{name.upper()}` | {shown} | {setting.description} |"


def test_every_setting_is_in_the_guide_as_it_is() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `ACCORD_")]
    assert rows == [_row(name) for name in Settings.model_fields]


def test_every_setting_of_a_service_is_in_its_guide() -> None:
    text = TOPICS[0].read_text(encoding="utf-8")
    assert [field.name for field in fields(ServiceSettings) if f"`{field.name}" not in text] == []


@pytest.mark.parametrize("page", [GUIDE, REQUEST, *TOPICS[1:]], ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`([a-z0-9_./-]+\.(?:py|yaml|json))`", page.read_text(encoding="utf-8"))
    assert named
    places = [ROOT, ROOT / "src/impl", ROOT / "tools", ROOT / "tools/accord/runtime", ROOT / "generated/v1"]
    missing = [name for name in named if not any((place / name).is_file() for place in places)]
    assert missing == []


@pytest.mark.parametrize("page", SERVICE_PAGES, ids=lambda page: page.name)
def test_every_place_that_a_page_of_the_service_names_exists(page: Path) -> None:
    named = _PLACE.findall(page.read_text(encoding="utf-8"))
    assert [place for place in named if not (ROOT / place).exists()] == []


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_every_link_leads_to_a_page_and_a_heading_of_it(page: Path) -> None:
    broken: list[str] = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_point_names_its_code_its_test_and_its_page() -> None:
    rows = [line for line in POINTS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    points = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if "---" not in row][1:]
    assert len(points) > 25
    for point, contract, code, test, page in points:
        assert contract == "-" or _PLACE.fullmatch(contract), point
        assert _PLACE.fullmatch(code), point
        assert _PLACE.fullmatch(test), point
        assert _LINK.search(page), point
