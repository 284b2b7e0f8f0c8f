"""References between files, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from accord.diagnostics import Diagnostic, Span
from accord.errors import ContractUnusableError, UsageError
from accord.source.data import JsonValue, to_data
from accord.source.document import Document, Resolved, read_document
from accord.source.identifiers import Base
from accord.source.limits import Limits

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
Make = Callable[..., Document]
PLACE = Span("x", 1, 1)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write files and read the contract that starts in ``spec/v1/openapi.yaml``."""

    def write(entry: str = "", /, limits: Limits | None = None, **files: str) -> Document:
        folder = tmp_path / "spec"
        (folder / "common").mkdir(parents=True, exist_ok=True)
        contents = {"v1/openapi.yaml": HEAD + entry, **files}
        for name, text in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_document(folder / "v1" / "openapi.yaml", limits=limits or Limits())

    return write


def target(document: Document, ref: str, base: Base | None = None) -> JsonValue:
    found = document.resolve(ref, base or document.base, at=PLACE)
    assert isinstance(found, Resolved), found
    return to_data(found.node)


def rejection(document: Document, ref: str, base: Base | None = None) -> Diagnostic:
    found = document.resolve(ref, base or document.base, at=PLACE)
    assert isinstance(found, Diagnostic), found
    assert found.span == PLACE
    return found


def test_pointers_with_every_kind_of_escape(make: Make) -> None:
    document = make("x: {'a/b': {'m~n': 1, 'o p': 2, 'q%r': 3, '': 4, 'é': 5}, l: [6, 7]}\n")
    expected = {
        "#/x/a~1b/m~0n": 1,
        "#/x/a~1b/o%20p": 2,
        "#/x/a~1b/q%25r": 3,
        "#/x/a~1b/": 4,
        "#/x/a~1b/%C3%A9": 5,
        "#/x/a~1b/é": 5,
        "#/x/a%7E1b/m%7E0n": 1,
        "#/x/l/1": 7,
    }
    assert {ref: target(document, ref) for ref in expected} == expected


@pytest.mark.parametrize("ref", ["#/x/l/2", "#/x/l/-", "#/x/l/01", "#/x/l/-1", "#/x/l/a", "#/x/l/1/b", "#/X"])
def test_pointers_into_nothing(make: Make, ref: str) -> None:
    assert rejection(make("x: {l: [6, 7]}\n"), ref).code == "ref-unresolved"


def test_a_wrong_pointer_is_answered_with_the_nearest_name(make: Make) -> None:
    document = make("components: {schemas: {Customer: {}, Order: {}}}\n")
    assert "'Customer'" in rejection(document, "#/components/schemas/Costumer").hint
    assert "'Order'" in rejection(document, "#/components/schemas/order").hint


def test_files_are_read_when_named_and_only_once(make: Make) -> None:
    document = make(**{"v1/a.yaml": "x: 1\n", "common/b.json": '{"y": 2}', "v1/unused.yaml": "z: 3"})
    assert list(document.files) == ["v1/openapi.yaml"]
    assert target(document, "a.yaml#/x") == 1
    assert target(document, "./a.yaml") == {"x": 1}
    assert target(document, "../common/b.json#/y") == 2
    assert list(document.files) == ["v1/openapi.yaml", "v1/a.yaml", "common/b.json"]


def test_a_reference_is_relative_to_the_file_it_stands_in(make: Make) -> None:
    document = make(**{"common/a.yaml": "r: {}\n", "common/deep/b.yaml": "x: 1\n"})
    inside = document.resolve("../common/a.yaml#/r", document.base, at=PLACE)
    assert isinstance(inside, Resolved)
    assert target(document, "deep/b.yaml#/x", inside.base) == 1
    assert target(document, "../v1/openapi.yaml#/openapi", inside.base) == "3.1.0"


def test_file_names_with_odd_characters(make: Make) -> None:
    document = make(**{"v1/a b.yaml": "x: 1\n", "v1/{id}.yaml": "x: 2\n", "v1/100%.yaml": "x: 3\n"})
    assert target(document, "a%20b.yaml#/x") == 1
    assert target(document, "a b.yaml#/x") == 1
    assert target(document, "{id}.yaml#/x") == 2
    assert target(document, "100%25.yaml#/x") == 3


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("../../secret.yaml", "ref-outside-root"),
        ("../../../../../../../etc/passwd", "ref-outside-root"),
        ("%2e%2e/%2e%2e/secret.yaml", "ref-outside-root"),
        ("..%2f..%2fsecret.yaml", "ref-outside-root"),
        ("/etc/passwd", "ref-outside-root"),
        ("%2fetc/passwd", "ref-outside-root"),
        ("file:///etc/passwd", "ref-outside-root"),
        ("FILE:secret.yaml", "ref-outside-root"),
        ("C:\\secret.yaml", "ref-outside-root"),
        ("\\\\host\\share", "ref-outside-root"),
        ("http://localhost/x.yaml", "ref-remote"),
        ("HTTPS://example.com/x.yaml#/a", "ref-remote"),
        ("//example.com/x.yaml", "ref-remote"),
        ("urn:example:x", "ref-remote"),
        ("data:,x", "ref-remote"),
        ("missing.yaml#/x", "ref-file-missing"),
        ("../common", "ref-file-missing"),
        ("a%00.yaml", "ref-file-missing"),
        ("x" * 5000, "ref-file-unusable"),
        ("link.yaml", "ref-outside-root"),
        ("out/secret.yaml", "ref-outside-root"),
        ("circle.yaml", "ref-file-missing"),
        ("broken.yaml#/a", "ref-file-unusable"),
    ],
)
def test_what_is_not_opened(make: Make, tmp_path: Path, ref: str, code: str) -> None:
    (tmp_path / "secret.yaml").write_text("x: 1\n")
    document = make(**{"v1/broken.yaml": "a: [\n"})
    folder = tmp_path / "spec" / "v1"
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "out").symlink_to(tmp_path)
    (folder / "circle.yaml").symlink_to(folder / "circle.yaml")
    assert rejection(document, ref).code == code
    assert set(document.files) <= {"v1/openapi.yaml", "v1/broken.yaml"}


def test_a_missing_file_is_answered_with_the_nearest_name(make: Make) -> None:
    document = make(**{"v1/customer.yaml": "x: 1\n"})
    assert "'customer.yaml'" in rejection(document, "custmer.yaml").hint


def test_a_link_inside_of_the_root_is_followed(make: Make, tmp_path: Path) -> None:
    document = make(**{"common/a.yaml": "x: 1\n"})
    (tmp_path / "spec" / "v1" / "a.yaml").symlink_to(tmp_path / "spec" / "common" / "a.yaml")
    assert target(document, "a.yaml#/x") == 1


def test_the_faults_of_a_file_are_reported_once(make: Make) -> None:
    document = make(**{"v1/a.yaml": "x: 1\nx: 2\n"})
    for _ in range(2):
        assert target(document, "a.yaml#/x") == 2
    assert [(d.code, d.span.line) for d in document.diagnostics] == [("yaml-duplicate-key", 2)]


def test_pointers_step_through_references(make: Make) -> None:
    document = make("x: {$ref: 'a.yaml#/y'}\n", **{"v1/a.yaml": "y: {$ref: '#/z'}\nz: {w: [1]}\n"})
    found = document.resolve("#/x/w/0", document.base, at=PLACE)
    assert isinstance(found, Resolved)
    assert (found.origin, found.pointer) == ("v1/a.yaml", "/z/w/0")


@pytest.mark.parametrize("text", ["x: {$ref: '#/x/y'}\n", "x: {$ref: '#/y'}\ny: {$ref: '#/x'}\n"])
def test_stepping_through_a_circle_ends(make: Make, text: str) -> None:
    assert rejection(make(text), "#/x/y/z").code == "ref-cycle"


def test_identifiers_and_anchors(make: Make) -> None:
    document = make(
        """components:
  schemas:
    A:
      $id: https://example.com/schemas/a
      $anchor: top
      $defs:
        In: {type: string, $anchor: inner}
        Other: {$id: other, $defs: {X: {type: integer}}}
    B: {$anchor: plain, const: {$anchor: hidden}, properties: {example: {$anchor: visible}}}
"""
    )
    assert target(document, "https://example.com/schemas/a#/$defs/In/type") == "string"
    assert target(document, "https://example.com/schemas/a#inner") == {"type": "string", "$anchor": "inner"}
    assert target(document, "https://example.com/schemas/other#/$defs/X") == {"type": "integer"}
    assert target(document, "#visible") == {"$anchor": "visible"}
    inside = Base(origin="v1/openapi.yaml", uri="https://example.com/schemas/a")
    assert target(document, "other#/$defs/X", inside) == {"type": "integer"}
    assert target(document, "#/$defs/In/type", inside) == "string"
    assert rejection(document, "#hidden").code == "ref-unresolved"
    assert rejection(document, "#inner").code == "ref-unresolved"
    assert "'plain'" in rejection(document, "#plane").hint


def test_what_is_no_uri_is_no_identifier_and_no_target(make: Make) -> None:
    document = make("components: {schemas: {A: {$id: 'http://[bad', $defs: {B: {$id: b}}}}}\n")
    assert rejection(document, "http://[bad").code == "ref-remote"
    assert target(document, "b") == {"$id": "b"}


def test_a_pointer_that_ignores_the_id_around_it_is_taken_with_a_warning(make: Make) -> None:
    document = make("components: {schemas: {A: {$id: 'https://e.org/a'}, B: {type: string}}}\n")
    inside = Base(origin="v1/openapi.yaml", uri="https://e.org/a")
    assert target(document, "#/components/schemas/B", inside) == {"type": "string"}
    assert [d.code for d in document.diagnostics] == ["ref-below-id"]


def test_a_circle_below_an_id_ends_too(make: Make) -> None:
    document = make(
        "components: {schemas: {A: {$id: 'https://e.org/a', $ref: '#/components/schemas/A/x'}}}\n"
    )
    inside = Base(origin="v1/openapi.yaml", uri="https://e.org/a")
    found = document.resolve("#/components/schemas/A/x/y", inside, at=PLACE)
    assert isinstance(found, Diagnostic)
    assert found.code == "ref-cycle"


def test_self_of_openapi_32_is_a_base_that_still_finds_files(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_text("openapi: 3.2.0\n$self: https://example.com/api/openapi\ninfo: {}\nx: 1\n")
    (tmp_path / "a.yaml").write_text("y: 2\n")
    document = read_document(entry)
    assert document.base.uri == "https://example.com/api/openapi"
    assert target(document, "https://example.com/api/openapi#/x") == 1
    assert target(document, "openapi#/x") == 1
    assert target(document, "a.yaml#/y") == 2


def test_openapi_30_knows_no_identifiers(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_text("openapi: 3.0.3\nx: {$id: 'https://e.org/x', $anchor: a}\n")
    document = read_document(entry)
    assert rejection(document, "#a").code == "ref-unresolved"
    assert rejection(document, "https://e.org/x").code == "ref-remote"


def test_the_number_of_files_is_limited(make: Make) -> None:
    files = {f"v1/f{number}.yaml": "x: 1\n" for number in range(5)}
    document = make("", Limits(files=3), **files)
    codes = [document.resolve(f"f{number}.yaml", document.base, at=PLACE) for number in range(5)]
    assert [c.code for c in codes if isinstance(c, Diagnostic)] == ["limit-files"] * 3


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "empty", "openapi: 3.1.0"),
        (b"# nothing\n", "empty", "openapi: 3.1.0"),
        (b"- a\n", "a list", "openapi: 3.1.0"),
        (b"just text", "a single value", "openapi: 3.1.0"),
        (b"swagger: '2.0'\ninfo: {}\n", "Swagger 2.0", "swagger2openapi"),
        (b"asyncapi: 3.0.0\n", "`openapi` is missing", "AsyncAPI"),
        (b"openapy: 3.1.0\n", "`openapi` is missing", "'openapy'"),
        (b"openapi: 4.0.0\n", "'4.0.0' is not known", "3.0, 3.1 and 3.2"),
        (b"openapi: 3.10.0\n", "'3.10.0' is not known", "3.0, 3.1 and 3.2"),
        (b"openapi: {}\n", "not a version", "3.0, 3.1 and 3.2"),
        (b"a: 'b\n", "quote is not closed", "Close it"),
        (b"openapi: 3.1.0\nx: caf\xe9\n", "0xE9 is not UTF-8", "UTF-8"),
    ],
)
def test_an_entry_that_cannot_be_used(tmp_path: Path, content: bytes, message: str, hint: str) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_bytes(content)
    with pytest.raises(ContractUnusableError) as caught:
        read_document(entry)
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert len(caught.value.diagnostics) == 1
    assert caught.value.exit_code == 3


def test_the_place_of_a_byte_that_is_no_text(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_bytes("a: 1\n\u00e9\u00e9: ".encode() + b"\xff\n")
    with pytest.raises(ContractUnusableError) as caught:
        read_document(entry)
    place = caught.value.diagnostics[0].span
    assert (place.line, place.column) == (2, 5)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_bytes("openapi: 3.1.0\né: 1\n".encode(encoding))
    document = read_document(entry)
    assert document.root_node.entries["openapi"].column == 1
    assert "é" in document.root_node.entries


def test_an_unquoted_version_is_understood_and_reported(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_text("openapi: 3.1\ninfo: {}\n")
    document = read_document(entry)
    assert document.version == "3.1"
    assert [(d.code, d.span.line, d.span.column) for d in document.diagnostics] == [
        ("openapi-version", 1, 10)
    ]


def test_missing_and_misplaced_entries(tmp_path: Path) -> None:
    with pytest.raises(ContractUnusableError, match="no such file"):
        read_document(tmp_path / "nope.yaml")
    with pytest.raises(ContractUnusableError, match="no such file"):
        read_document(tmp_path)
    (tmp_path / "a.yaml").write_text("openapi: 3.1.0\n")
    with pytest.raises(UsageError, match="does not lie in the folder"):
        read_document(tmp_path / "a.yaml", root=tmp_path / "spec")


def test_a_file_with_too_many_bytes(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_text("openapi: 3.1.0\n" + "# x\n" * 100)
    with pytest.raises(ContractUnusableError, match="more than 100 bytes"):
        read_document(entry, limits=Limits(bytes_per_file=100))


def test_findings_show_paths_as_the_user_types_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "spec" / "v1"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text("openapi: 3.1.0\nx: 1\nx: 2\n")
    monkeypatch.chdir(tmp_path)
    for typed in (
        Path("spec/v1/openapi.yaml"),
        folder / "openapi.yaml",
        Path("spec/../spec/v1/openapi.yaml"),
    ):
        assert read_document(typed).diagnostics[0].span.file == "spec/v1/openapi.yaml"
    monkeypatch.chdir(folder)
    assert read_document(Path("openapi.yaml")).diagnostics[0].span.file == "openapi.yaml"
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    typed = Path("../spec/v1/openapi.yaml")
    assert read_document(typed).diagnostics[0].span.file == "../spec/v1/openapi.yaml"
