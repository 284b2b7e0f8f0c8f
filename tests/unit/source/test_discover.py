"""Where contracts are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.errors import UsageError
from accord.source.discover import contract_file, find_contracts, root_of


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    folder = tmp_path / "spec"
    for name in (
        "v10/openapi.json",
        "v2/openapi.yml",
        "v1/openapi.yaml",
        "common/openapi.yaml",
        "notes/a.yaml",
    ):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text("openapi: 3.1.0\n")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "openapi.yaml").write_text("")
    return folder


def test_a_folder_of_versions_in_natural_order(spec: Path) -> None:
    found = find_contracts(spec)
    assert [item.name for item in found] == ["v1", "v2", "v10"]
    assert {item.root for item in found} == {spec}
    assert found[2].path == spec / "v10" / "openapi.json"


def test_one_version_keeps_the_root_of_all(spec: Path) -> None:
    for path in (spec / "v1", spec / "v1" / "openapi.yaml"):
        (found,) = find_contracts(path)
        assert (found.name, found.root) == ("v1", spec)


def test_a_relative_path_is_understood(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spec / "v1")
    (found,) = find_contracts(Path("openapi.yaml"))
    assert (found.name, found.root, found.path) == ("v1", spec, Path("openapi.yaml"))


def test_a_lone_file_is_named_after_its_stem(tmp_path: Path) -> None:
    (tmp_path / "petstore.yaml").write_text("")
    found = contract_file(tmp_path / "petstore.yaml")
    assert (found.name, found.root) == ("petstore", tmp_path)
    (tmp_path / "openapi.yaml").write_text("")
    found = contract_file(tmp_path / "openapi.yaml")
    assert (found.name, found.root) == ("openapi", tmp_path)


def test_a_common_folder_makes_any_folder_one_of_contracts(tmp_path: Path) -> None:
    (tmp_path / "apis" / "common").mkdir(parents=True)
    assert root_of(tmp_path / "apis" / "shop" / "openapi.yaml") == tmp_path / "apis"
    assert root_of(tmp_path / "apis" / "shop" / "other.yaml") == tmp_path / "apis" / "shop"


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        find_contracts(tmp_path / "spec")
    (tmp_path / "spec" / "v1").mkdir(parents=True)
    with pytest.raises(UsageError, match="no contract in this folder"):
        find_contracts(tmp_path / "spec")


def test_two_entry_files_are_ambiguous(spec: Path) -> None:
    (spec / "v1" / "openapi.json").write_text("{}")
    with pytest.raises(UsageError, match=r"openapi\.yaml and openapi\.json"):
        find_contracts(spec)
