from pathlib import Path

import pytest
from pydantic import ValidationError

from impl.settings import Settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "ACCORD_DATABASE_URL",
        "DATABASE_URL",
        "ACCORD_REDIS_URL",
        "REDIS_URL",
        "ACCORD_JWT_SECRET",
        "ACCORD_API_KEY",
        "ACCORD_STATE_DIR",
    ):
        monkeypatch.delenv(name, raising=False)


def test_the_defaults_need_no_other_server(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path / "state")
    assert settings.resolved_database_url() == f"sqlite+aiosqlite:///{tmp_path / 'state' / 'service.db'}"
    assert settings.signing_key() == Settings(state_dir=tmp_path / "state").signing_key()
    assert settings.api_key is None
    assert settings.chat_url is None


@pytest.mark.parametrize("name", ["DATABASE_URL", "ACCORD_DATABASE_URL"])
def test_the_database_comes_from_either_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    url = "postgresql+psycopg://user:hidden-word@host/base"
    monkeypatch.setenv(name, url)
    settings = Settings()
    assert settings.resolved_database_url() == url
    assert "hidden-word" not in repr(settings)


@pytest.mark.parametrize("name", ["REDIS_URL", "ACCORD_REDIS_URL"])
def test_redis_comes_from_either_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "redis://:hidden-word@host/0")
    settings = Settings()
    assert settings.redis_url == "redis://:hidden-word@host/0"
    assert "hidden-word" not in repr(settings)


def test_a_pool_has_the_patience_of_the_settings() -> None:
    pool = Settings(database_pool=3, database_wait=2.5, database_statement_timeout=7).pool()
    assert (pool.size, pool.wait, pool.connect, pool.statement) == (3, 2.5, 2.5, 7)


def test_secrets_of_the_environment_are_used_and_do_not_show(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = "s" * 32
    monkeypatch.setenv("ACCORD_JWT_SECRET", secret)
    monkeypatch.setenv("ACCORD_API_KEY", "k" * 24)
    settings = Settings(state_dir=tmp_path)
    assert settings.signing_key().private == secret
    assert secret not in repr(settings)
    assert "k" * 24 not in repr(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCORD_API_KEY", "short"),
        ("ACCORD_TOKEN_LIFETIME", "0"),
        ("ACCORD_REPORT_WORKERS", "0"),
        ("ACCORD_DATABASE_POOL", "0"),
        ("ACCORD_CACHE_SECONDS", "0"),
        ("ACCORD_CHAT_URL", "not a url"),
        ("ACCORD_CHAT_TOKEN_DELAY", "-1"),
    ],
)
def test_bad_settings_stop_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()
