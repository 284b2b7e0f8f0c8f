from pathlib import Path

import pytest

from scripts.check_hygiene import LOCK, ROOT, check_content

HASH = "0123456789abcdef" * 4
DOCUMENT = Path("docs/page.md")


def findings(text: str, path: Path = DOCUMENT) -> list[str]:
    return list(check_content(path, text.encode()))


# The samples are put together here, so that this file passes the check that it tests.
@pytest.mark.parametrize(
    ("parts", "what"),
    [
        (("https://py", "pi.org/simple"), "package index"),
        (("https://files.python", "hosted.org/packages/x.whl"), "package index"),
        (("https://registry.npm", "js.org/left-pad"), "package index"),
        (("pip install --extra-index-", "url https://mirror.example/simple x"), "package index"),
        (("pip install --find-", "links=wheels x"), "package index"),
        (("open('/ho", "me/joe/accord/spec.yaml')"), "one machine"),
        (("see `/Us", "ers/joe/notes.txt`"), "one machine"),
        (("cd /ro", "ot/project"), "one machine"),
        (("file:///wo", "rk/main"), "one machine"),
        (("log: /t", "mp/run-1/log"), "one machine"),
        (("C:\\Us", "ers\\joe"), "one machine"),
    ],
)
def test_a_place_of_one_machine_is_found(parts: tuple[str, str], what: str) -> None:
    (found,) = findings("good line\n" + "".join(parts) + "\n")

    assert found.startswith("docs/page.md:2: ")
    assert what in found


@pytest.mark.parametrize(
    "text",
    [
        "GET /users/{userId}/wo" + "rk/items",
        "the home/office ratio",
        "https://example.com/home/about/",
        "https://example.com/ro" + "ot/child",
        "the package index named in pip's configuration",
        "~/wo" + "rk/accord",
        "#!/usr/bin/env bash",
        "/api/v1/items",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert findings(text) == []


def test_a_binary_file_is_not_read() -> None:
    assert list(check_content(Path("logo.png"), b"\0/ro" + b"ot/x")) == []


def test_a_lock_of_pins_markers_and_hashes_is_clean() -> None:
    lock = (
        f"anyio==4.16.0 \\\n    --hash=sha256:{HASH} \\\n    --hash=sha256:{HASH}\n"
        f"colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:{HASH}\n"
    )

    assert findings(lock, Path(LOCK)) == []


@pytest.mark.parametrize(
    "line",
    [
        "anyio>=4.16.0 \\",
        "anyio==4.16.0",  # no hash follows
        "anyio @ https://mirror.example/anyio.whl \\",
        "-i https://mirror.example/simple",
        "    --hash=md5:0123",
        "# a comment",
        "-e .",
    ],
)
def test_any_other_line_of_a_lock_is_found(line: str) -> None:
    (found,) = findings(line, Path(LOCK))

    assert found.startswith(f"{LOCK}:1: not a pinned and hashed requirement")


def test_this_projects_lock_is_clean() -> None:
    assert list(check_content(Path(LOCK), (ROOT / LOCK).read_bytes())) == []
