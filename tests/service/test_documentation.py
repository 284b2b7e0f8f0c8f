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
