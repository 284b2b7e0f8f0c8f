"""Comparing a tree with a folder, and writing it all or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from accord.emit import tree as tree_module
from accord.emit.tree import Tree, compare_tree, has_header, header, write_tree
from accord.errors import WriteError

HEADER = header("spec/v1/")


def snapshot(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): ("-> " + str(path.readlink()))
        if path.is_symlink()
        else path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "C:x", "a/./b", "x\0y", "a/"]
)
def test_a_path_stays_inside_of_the_tree(path: str) -> None:
    with pytest.raises(ValueError, match="no relative path"):
        Tree({path: ""})


def test_a_path_is_not_both_a_file_and_a_folder() -> None:
    with pytest.raises(ValueError, match="'a/b' is both"):
        Tree({"a/b/c.py": "", "a/b": ""})


def test_trees_are_joined_under_a_folder_and_never_silently_overwrite() -> None:
    both = Tree({"v1/a.py": "1"}).joined({"a.py": "2"}, under="v2")
    assert dict(both) == {"v1/a.py": "1", "v2/a.py": "2"}
    with pytest.raises(ValueError, match=r"two emitters wrote 'v1/a.py'"):
        both.joined({"a.py": "3"}, under="v1")


def test_the_header_is_recognised_and_nothing_like_it() -> None:
    assert has_header(HEADER + "\nx = 1\n")
    assert has_header(HEADER + "\r\nx = 1\r\n")
    assert not has_header("\n" + HEADER)
    assert not has_header("# Generated from spec/v1/ by somebody else.\n")


def test_writing_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "generated"
    tree = Tree({"v1/models/item.py": "x = 1\n", "v1/py.typed": ""})
    assert write_tree(tree, target).written == ("v1/models/item.py", "v1/py.typed")
    stamp = (target / "v1/models/item.py").stat()
    again = write_tree(tree, target)
    assert again.written == ()
    assert again.unchanged == ("v1/models/item.py", "v1/py.typed")
    assert (target / "v1/models/item.py").stat().st_mtime_ns == stamp.st_mtime_ns
    assert sorted(path.name for path in target.iterdir()) == ["v1"]


def test_compare_names_missing_changed_and_stale_with_a_diff(tmp_path: Path) -> None:
    write_tree(Tree({"v1/a.py": f"{HEADER}\na = 1\nb = 2\n", "v1/old.py": f"{HEADER}\n"}), tmp_path)
    differences = compare_tree(
        Tree({"v1/a.py": f"{HEADER}\na = 1\nb = 3", "v1/new.py": "n = 1\n"}), tmp_path, folders=None
    )
    assert [(difference.path, difference.change) for difference in differences] == [
        ("v1/a.py", "changed"),
        ("v1/new.py", "missing"),
        ("v1/old.py", "stale"),
    ]
    name = (tmp_path / "v1/a.py").as_posix()
    assert differences[0].diff.splitlines()[:2] == [f"--- {name}", f"+++ {name}"]
    assert "-b = 2\n+b = 3\n\\ No newline at end of file\n" in differences[0].diff
    assert differences[1].diff.startswith("--- /dev/null\n")
    assert "+++ /dev/null" in differences[2].diff


def test_form_feeds_and_line_separators_do_not_cut_lines_of_a_diff(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 'a\x0cb\u2028c'\n")
    (difference,) = compare_tree(Tree({"a.py": "x = 'a\x0cd\u2028c'\n"}), tmp_path)
    assert "-x = 'a\x0cb\u2028c'\n+x = 'a\x0cd\u2028c'\n" in difference.diff


def test_only_files_of_ours_are_stale(tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    data = {
        "v1/notes.txt": "mine",
        "v1/own.py": "x = 1\n",
        "v1/manifest.json": '{"files": {"notes.txt": "0"}}',
    }
    for path, text in data.items():
        (tmp_path / path).write_text(text)
    (tmp_path / "v1/gone.py").write_text(f"{HEADER}\nx = 1\n")
    assert write_tree(Tree({"v1/new.py": ""}), tmp_path, folders=None).removed == ("v1/gone.py",)
    assert snapshot(tmp_path) == {**data, "v1/new.py": ""}


def test_what_an_old_manifest_lists_is_removed_with_its_folder(tmp_path: Path) -> None:
    manifest = json.dumps({"accord": "0.1.0", "files": {"guard.json": "0", "py.typed": "0"}})
    write_tree(Tree({"v1/manifest.json": manifest, "v1/guard.json": "{}", "v1/py.typed": ""}), tmp_path)
    (tmp_path / "v1/__pycache__").mkdir()
    (tmp_path / "v1/__pycache__/x.pyc").write_text("")
    done = write_tree(Tree({"v2/a.py": ""}), tmp_path, folders=None)
    assert done.removed == ("v1/guard.json", "v1/manifest.json", "v1/py.typed")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v2"]


def test_a_manifest_cannot_reach_outside_of_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "precious.txt"
    outside.write_text("keep")
    target = tmp_path / "generated"
    listing = {"../../precious.txt": "0", str(outside): "0"}
    write_tree(Tree({"v1/manifest.json": json.dumps({"accord": "0.1.0", "files": listing})}), target)
    write_tree(Tree({"v2/a.py": ""}), target, folders=None)
    assert outside.read_text() == "keep"


def test_stale_files_of_other_folders_stay_when_only_some_are_asked_for(tmp_path: Path) -> None:
    write_tree(Tree({"v1/a.py": f"{HEADER}\n", "v2/a.py": f"{HEADER}\n"}), tmp_path)
    assert write_tree(Tree({"v1/b.py": ""}), tmp_path, folders=["v1"]).removed == ("v1/a.py",)
    assert (tmp_path / "v2/a.py").exists()
    assert [
        difference.path for difference in compare_tree(Tree({"v1/b.py": ""}), tmp_path, folders=None)
    ] == ["v2/a.py"]


def test_a_file_may_become_a_folder(tmp_path: Path) -> None:
    write_tree(Tree({"v1/models.py": f"{HEADER}\n"}), tmp_path)
    (tmp_path / "v1/models.py").rename(tmp_path / "v1/models")
    manifest = json.dumps({"accord": "0.1.0", "files": {"models": "0"}})
    (tmp_path / "v1/manifest.json").write_text(manifest)
    write_tree(Tree({"v1/models/a.py": "1\n"}), tmp_path, folders=None)
    assert snapshot(tmp_path) == {"v1/models/a.py": "1\n"}


def test_a_fault_midway_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "generated"
    write_tree(
        Tree({"v1/a.py": f"{HEADER}\nold\n", "v1/b.py": "old\n", "v1/stale.py": f"{HEADER}\n"}), target
    )
    before = snapshot(tmp_path)
    replace = Path.replace
    done = 0

    def fail_at_the_third(self: Path, where: Path) -> Path:
        nonlocal done
        done += 1
        if done == 3:
            raise OSError(28, "No space left on device", str(self))
        return replace(self, where)

    monkeypatch.setattr(Path, "replace", fail_at_the_third)
    tree = Tree({"v1/a.py": "new\n", "v1/b.py": "new\n", "v2/sub/c.py": "new\n", "v2/d.py": "new\n"})
    with pytest.raises(WriteError, match=r"generated: cannot be written: No space left on device"):
        write_tree(tree, target)
    monkeypatch.undo()
    assert snapshot(tmp_path) == before
    assert sorted(path.name for path in target.iterdir()) == ["v1"]


def test_an_interrupt_is_undone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(Tree({"a.py": "old\n"}), tmp_path)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tree_module, "_replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_tree(Tree({"a.py": "new\n", "b/c.py": ""}), tmp_path)
    assert snapshot(tmp_path) == {"a.py": "old\n"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py"]


def test_a_target_that_cannot_be_made_is_one_line_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(WriteError) as caught:
        write_tree(Tree({"a.py": ""}), tmp_path / "file" / "generated")
    assert str(tmp_path / "file") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    assert caught.value.exit_code == 4
    with pytest.raises(WriteError):
        write_tree(Tree({"a.py": ""}), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_where_a_file_belongs_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a.py").mkdir()
    (tmp_path / "a.py/mine").write_text("keep")
    with pytest.raises(WriteError):
        write_tree(Tree({"0.py": "", "a.py": ""}), tmp_path)
    assert snapshot(tmp_path) == {"a.py/mine": "keep"}


def test_links_are_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "gone.py").write_text(f"{HEADER}\n")
    target = tmp_path / "generated"
    target.mkdir()
    (target / "v1").symlink_to(outside)
    with pytest.raises(WriteError, match=r"v1: is a symbolic link"):
        write_tree(Tree({"v1/a.py": ""}), target)
    assert compare_tree(Tree({"v2/a.py": ""}), target, folders=None)[0].path == "v2/a.py"
    assert write_tree(Tree({"v2/a.py": ""}), target, folders=None).removed == ()
    assert snapshot(outside) == {"gone.py": f"{HEADER}\n"}


def test_a_link_in_the_place_of_a_file_is_replaced_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("keep\n")
    target = tmp_path / "generated"
    target.mkdir()
    (target / "a.py").symlink_to(outside)
    assert [difference.change for difference in compare_tree(Tree({"a.py": "keep\n"}), target)] == ["missing"]
    write_tree(Tree({"a.py": "new\n"}), target)
    assert outside.read_text() == "keep\n"
    assert not (target / "a.py").is_symlink()
