from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from accord import api
from accord.config import load_config
from accord.errors import UsageError
from accord.review.git import Repository
from accord.review.model import Review
from tests.unit.diff.support import TODAY

SPEC = """openapi: 3.1.0
info: {title: t, version: 1.0.0}
paths:
  /things:
    get:
      responses:
        "200":
          description: ""
          content:
            application/json:
              schema: {$ref: "../common/thing.yaml"}
"""


def git(folder: Path, *arguments: str) -> str:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = {
        f"GIT_{role}_{part}": "a@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, **own, **names},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(folder, {"spec/v1/openapi.yaml": SPEC, "spec/common/thing.yaml": "type: object\n"})
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=one")
    monkeypatch.chdir(folder)
    return folder


def compare(folder: Path, old: str | None = None, new: str | None = None, base: str | None = None) -> Review:
    return api.diff(load_config(folder), api.DiffArguments(old=old, new=new, base=base, today=TODAY))


def codes(review: Review) -> list[str]:
    return [change.code for _, change in review.changes()]


@pytest.mark.parametrize(
    "old", ["HEAD:spec", "main:spec/v1", "HEAD:spec/v1/openapi.yaml", "HEAD:", "main:./spec/v1", None]
)
def test_a_revision_is_read_with_the_files_it_refers_to(repository: Path, old: str | None) -> None:
    write(repository, {"spec/common/thing.yaml": "type: object\nproperties: {a: {type: string}}\n"})
    review = compare(repository, old)
    assert codes(review) == ["property-added"]
    assert not review.comparisons[0].report.diagnostics
    change = review.comparisons[0].report.changes[0]
    assert change.old is not None
    assert change.old.span is not None
    assert change.old.span.file.endswith(":spec/common/thing.yaml")


def test_paths_of_a_revision_start_at_the_top_or_with_a_dot_where_people_are(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "spec")
    assert compare(repository, "HEAD:spec/v1", "v1").old == "HEAD:spec/v1"
    assert compare(repository, "HEAD:./v1", "v1").old == "HEAD:spec/v1"
    with pytest.raises(UsageError, match="leaves the repository"):
        compare(repository, "HEAD:../../v1", "v1")


def test_what_main_gained_meanwhile_is_no_change_of_a_branch(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "feature")
    git(repository, "switch", "--quiet", "main")
    write(
        repository,
        {"spec/v1/openapi.yaml": SPEC.replace("/things:", "/other: {get: {responses: {}}}\n  /things:")},
    )
    git(repository, "commit", "--quiet", "--all", "--message=two")
    git(repository, "switch", "--quiet", "feature")
    assert codes(compare(repository)) == []
    assert codes(compare(repository, "main:spec", "spec")) == ["operation-removed"]


def test_a_project_without_a_past_is_all_new(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--orphan", "bare")
    git(repository, "commit", "--quiet", "--allow-empty", "--message=nothing")
    write(repository, {"spec/v1/openapi.yaml": SPEC, "spec/common/thing.yaml": "type: object\n"})
    assert codes(compare(repository, base="bare")) == ["version-added"]


def test_nothing_is_written_outside_and_links_that_lead_out_are_left_out(
    repository: Path, tmp_path: Path
) -> None:
    (repository / "spec" / "out.yaml").symlink_to("/etc/hostname")
    (repository / "spec" / "up.yaml").symlink_to("../../../secret.yaml")
    (repository / "spec" / "near.yaml").symlink_to("common/thing.yaml")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=links")
    found = Repository(repository)
    target = tmp_path / "target"
    found.export(str(found.commit("HEAD")), "spec", target)
    names = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir())
    assert names == ["spec/common/thing.yaml", "spec/near.yaml", "spec/v1/openapi.yaml"]
    assert (target / "spec/near.yaml").read_text() == "type: object\n"


def test_attributes_of_git_do_not_change_what_is_read(repository: Path) -> None:
    write(repository, {".gitattributes": "*.yaml export-ignore\n"})
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=attributes")
    assert codes(compare(repository, "HEAD:spec", "spec")) == []


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("nope:spec", "there is no revision 'nope'"),
        ("--help:spec", "there is no revision '--help'"),
        (":spec", "no revision before the colon"),
        ("HEAD:nothing", "there is no such path in that revision"),
        ("HEAD:spec/common", "there is no contract"),
        ("HEAD:/etc", "leaves the repository"),
    ],
)
def test_what_is_not_there_is_one_line_without_a_path_of_the_machine(
    repository: Path, old: str, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        compare(repository, old, "spec")
    assert message in str(caught.value)
    assert "accord-diff-" not in f"{caught.value}{caught.value.hint}"


def test_a_base_that_is_not_there_says_how_to_name_one(repository: Path) -> None:
    git(repository, "branch", "--move", "main", "trunk")
    with pytest.raises(UsageError, match="no branch main"):
        compare(repository)
    assert codes(compare(repository, base="trunk")) == []
    with pytest.raises(UsageError, match="two sides are named"):
        compare(repository, "trunk:spec", "spec", base="trunk")


def test_a_repository_without_a_commit_has_no_releases(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert Repository(tmp_path).tags("*") == ()
