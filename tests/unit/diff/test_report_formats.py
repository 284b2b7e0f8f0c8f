from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from accord import api
from accord.cli.app import app
from accord.config import load_config
from accord.diagnostics import Severity
from accord.errors import UsageError, WriteError
from accord.report.junit import findings_junit
from accord.review import changelog, markdown, text
from accord.review.accepted import AcceptRequest, parse_accepted
from accord.review.document import as_json
from accord.review.findings import findings
from accord.review.fragments import Fragments
from tests.unit.diff.report_support import HOSTILE, review, shop
from tests.unit.diff.support import TODAY, body, document

SCHEMA = json.loads((files("accord.review") / "report.schema.json").read_text(encoding="utf-8"))


def upload(media_types: str) -> dict[str, Any]:
    """A document whose one operation takes a file of *media_types*."""
    file = {"type": "object", "properties": {"file": {}}, "required": ["file"]}
    content = {"multipart/form-data": {"schema": file, "encoding": {"file": {"contentType": media_types}}}}
    return document({"/files": {"post": {"requestBody": {"required": True, "content": content}, "responses": {"204": {"description": ""}}}}})  # fmt: skip


def pairs() -> list[tuple[Any, Any]]:
    return [
        (shop(), shop(maximum=50)),
        (shop(), shop(price={"type": "number"})),
        (shop(), document()),
        (shop(), shop()),
        (body({"type": "string", "contentEncoding": "base64"}), body({"type": "string"})),
        (upload("image/png, image/jpeg"), upload("image/png")),
    ]


@pytest.mark.parametrize("pair", pairs())
def test_json_is_what_its_schema_says(pair: tuple[Any, Any], tmp_path: Path) -> None:
    found = review(*pair, tmp_path, semver=True)
    told = json.loads(as_json(found, "breaking"))
    jsonschema_rs.validator_for(SCHEMA).validate(told)
    assert told["failed"] is found.fails("breaking")
    assert len(told["comparisons"][0]["changes"]) == len(list(found.changes()))


def test_a_proof_in_json_can_be_repeated(tmp_path: Path) -> None:
    told = json.loads(as_json(review(shop(), shop(maximum=50), tmp_path), "breaking"))
    witness = told["comparisons"][0]["changes"][0]["verdict"]["witness"]
    proof = witness["proof"]
    assert jsonschema_rs.is_valid(proof["accepting"], proof["instance"])
    assert not jsonschema_rs.is_valid(proof["refusing"], proof["instance"])


def test_text_of_a_contract_steers_no_terminal_and_no_markdown(tmp_path: Path) -> None:
    name = "a\x1b[31m\n## b @everyone <img src=x> [c](d)"
    found = review(shop(), {**shop(), "tags": [{"name": name}]}, tmp_path)
    assert "\x1b" not in text.render(found)
    told = markdown.render(found)
    assert "\x1b" not in told
    assert not re.search(r"^## b", told, re.MULTILINE)
    outside = re.sub(r"`[^`\n]*`", "", told)
    assert "@everyone" not in outside
    assert "<img" not in outside


def test_markdown_keeps_to_what_a_comment_may_hold(tmp_path: Path) -> None:
    many: dict[str, Any] = {f"p{number}": {"type": "string", "maxLength": 9} for number in range(400)}
    more: dict[str, Any] = {name: {"type": "string", "maxLength": 8} for name in many}
    told = markdown.render(review(shop(**many), shop(**more), tmp_path))
    assert told.startswith(markdown.MARKER)
    assert len(told) < 65_536
    assert re.search(r"and \d+ more", told)


def test_colours_are_asked_for(tmp_path: Path) -> None:
    found = review(shop(), shop(maximum=50), tmp_path)
    assert "\x1b[31mbreaking" in text.render(found, colour=True)
    assert "\x1b" not in text.render(found)


def test_findings_have_the_severity_of_their_verdict_and_a_place_in_the_new_side(tmp_path: Path) -> None:
    found = findings(review(shop(), document(), tmp_path), everything=True)
    assert {finding.severity for finding in found if finding.code == "operation-removed"} == {Severity.ERROR}
    assert all(finding.span.file.endswith("new/openapi.json") for finding in found)
    suite = fromstring(findings_junit("diff", ["new"], found).split("\n", 1)[1])[0]
    assert int(suite.get("failures") or 0) == 2


def test_the_gate_asks_for_the_step_that_is_due(tmp_path: Path) -> None:
    def found(new: dict[str, Any], version: str) -> list[str]:
        return [
            f.code
            for f in review(
                shop(), {**new, "info": {"title": "t", "version": version}}, tmp_path, semver=True
            ).findings
        ]

    assert found(shop(maximum=50), "1.9.0") == ["version-not-raised"]
    assert found(shop(maximum=50), "2.0.0") == []
    assert found(shop(price={"type": "number"}), "1.0.1") == ["version-not-raised"]
    assert found(shop(price={"type": "number"}), "1.1.0") == []
    assert found(shop(maximum=50), "spring") == ["version-not-semantic"]
    assert found(shop(), "1.0.0") == []


def test_an_accepted_change_is_marked_and_counted_at_its_operations(tmp_path: Path) -> None:
    first = review(shop(), shop(maximum=50), tmp_path)
    (change,) = (change for _, change in first.changes())
    (tmp_path / "new" / "accepted-changes.yaml").write_text(
        f"- fingerprint: {change.fingerprint}\n  reason: so be it\n"
    )
    second = review(shop(), shop(maximum=50), tmp_path)
    assert first.fails("breaking")
    assert not second.fails("undecided")
    report = second.comparisons[0].report
    assert [(summary.breaking, summary.accepted) for summary in report.summary] == [(0, 1)]
    assert next(report.of("accepted")).acceptance is not None


def test_an_entry_ends_after_its_day(tmp_path: Path) -> None:
    entry = f"- fingerprint: '{'1' * 16}'\n  reason: r\n  until: "
    for day, holds in ((TODAY.isoformat(), True), ("2026-05-31", False)):
        read = parse_accepted(entry + day, display="a.yaml", today=TODAY)
        assert (len(read.entries) == 1, [f.code for f in read.findings]) == (
            holds,
            [] if holds else ["accepted-expired"],
        )


def test_a_fingerprint_of_digits_needs_no_quotes() -> None:
    for written in ("1234567890123456", "12345678901234e5"):
        read = parse_accepted(f"- {{fingerprint: {written}, reason: r}}", display="a.yaml", today=TODAY)
        assert [entry.fingerprint for entry in read.entries] == [written]


def test_accepting_keeps_what_is_there_and_rejects_what_it_would_break(tmp_path: Path) -> None:
    (change,) = (change for _, change in review(shop(), shop(maximum=50), tmp_path).changes())
    request = AcceptRequest(fingerprint=change.fingerprint, reason='because: # of "it"')
    place = tmp_path / "new" / "accepted-changes.yaml"
    place.write_text("# why we have this\n[]\n")
    with pytest.raises(UsageError, match="cannot be added at the end"):
        review(shop(), shop(maximum=50), tmp_path, accept=request)
    assert place.read_text() == "# why we have this\n[]\n"
    place.write_bytes(b"# \xfb\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        review(shop(), shop(maximum=50), tmp_path, accept=request)
    place.write_text("# why we have this")
    accepted = review(shop(), shop(maximum=50), tmp_path, accept=request)
    assert not accepted.fails("breaking")
    assert place.read_text().startswith("# why we have this\n")
    with pytest.raises(UsageError, match="already"):
        review(shop(), shop(maximum=50), tmp_path, accept=request)


def test_entries_are_not_called_unused_where_only_some_versions_are_compared(tmp_path: Path) -> None:
    for side in ("old", "new"):
        for version in ("v1", "v2"):
            place = tmp_path / side / version / "openapi.json"
            place.parent.mkdir(parents=True)
            place.write_text(json.dumps(shop()))
    (tmp_path / "new" / "accepted-changes.yaml").write_text(
        "- {fingerprint: '0000000000000001', reason: r}\n"
    )

    def found(**options: Any) -> list[str]:
        sides = {"old": str(tmp_path / "old"), "new": str(tmp_path / "new"), **options}
        return [
            f.code for f in api.diff(load_config(tmp_path), api.DiffArguments(today=TODAY, **sides)).findings
        ]

    assert found() == ["accepted-unused"]
    assert found(versions=("v1",)) == []


def test_a_changelog_groups_what_changed(tmp_path: Path) -> None:
    new = shop(maximum=50, price={"type": "number"}, note="said better")
    new["paths"]["/items"]["post"]["deprecated"] = True
    new["paths"]["/more"] = {"get": {"responses": {"204": {"description": ""}}}}
    comparisons = review(shop(), new, tmp_path).comparisons
    page = changelog.render([changelog.Release(name="1.1", day="2026-06-01", comparisons=comparisons)])
    groups = dict(re.findall(r"#### (\w+)\n\n((?:- .*\n?)+)", page))
    assert "## 1.1 (2026-06-01)" in page
    assert "`price`" in groups["Added"]
    assert "GET /more" in groups["Added"]
    assert "**Breaking:**" in groups["Changed"]
    assert "deprecated" in groups["Deprecated"]
    assert "documentation" in groups["Fixed"]


def test_fragments_show_both_sides_and_mark_what_differs(tmp_path: Path) -> None:
    (comparison,) = review(shop(), shop(maximum=50), tmp_path).comparisons
    fragment = Fragments(comparison).of(comparison.report.changes[0])
    assert fragment is not None
    changed = [row for row in fragment.rows if row.kind == "changed"]
    assert [(row.old.text.strip(), row.new.text.strip()) for row in changed if row.old and row.new] == [
        ('"maximum": 100', '"maximum": 50')
    ]
    focus = [cell for row in fragment.rows for cell in (row.old, row.new) if cell is not None and cell.focus]
    assert len(focus) == 2


def test_a_fragment_of_a_contract_on_one_line_is_cut(tmp_path: Path) -> None:
    for name, content in (("old", shop(note="x" * 900)), ("new", shop(maximum=50, note="x" * 900))):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    arguments = api.DiffArguments(old=str(tmp_path / "old.json"), new=str(tmp_path / "new.json"), today=TODAY)
    (comparison,) = api.diff(load_config(tmp_path), arguments).comparisons
    fragment = Fragments(comparison).of(comparison.report.changes[0])
    assert fragment is not None
    assert all(len(cell.text) < 260 for row in fragment.rows for cell in (row.old, row.new) if cell)


def test_hostile_text_is_no_part_of_the_markdown(tmp_path: Path) -> None:
    hostile: dict[str, Any] = {HOSTILE: {"type": "string"}}
    told = markdown.render(review(shop(), shop(maximum=50, **hostile), tmp_path))
    outside = re.sub(r"`[^`\n]*`", "", told)
    assert "<script" not in outside


def test_the_configuration_decides_what_no_option_does(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.accord.diff]\nsemver = true\nbase = "trunk"\nfail-on = "undecided"\n')
    settings = load_config(tmp_path).diff
    assert (settings.semver, settings.base, settings.fail_on) == (True, "trunk", "undecided")
    for wrong in ("semver = 1", 'fail-on = "warning"', 'bases = "x"', "base = 3"):
        project.write_text(f"[tool.accord.diff]\n{wrong}\n")
        with pytest.raises(UsageError, match=r"pyproject\.toml:2:1"):
            load_config(tmp_path)


@pytest.mark.parametrize("name", ["json", "github", "sarif", "junit"])
def test_an_unreadable_side_is_a_finding_and_no_comparison(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.json").write_text(json.dumps(shop()))
    (tmp_path / "new.json").write_text("{")
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(app, ["diff", "old.json", "new.json", "--format", name])
    assert ran.exit_code == 3
    assert "new.json" in ran.stdout
    if name == "json":
        told = json.loads(ran.stdout)
        jsonschema_rs.validator_for(SCHEMA).validate(told)
        assert (told["failed"], told["comparisons"]) == (True, [])


def test_the_output_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old.json").write_text(json.dumps(shop()))
    (tmp_path / "new.json").write_text(json.dumps(shop(maximum=50)))
    (tmp_path / "taken").mkdir()
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(app, ["diff", "old.json", "new.json", "--format", "html", "-o", "out/page.html"])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert (tmp_path / "out/page.html").read_text().startswith("<!doctype html>")
    failed = CliRunner().invoke(app, ["diff", "old.json", "new.json", "-o", "taken"])
    assert isinstance(failed.exception, WriteError)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_headers_of_a_part_are_told(tmp_path: Path) -> None:
    told = markdown.render(review(upload("image/png, image/jpeg"), upload("image/png"), tmp_path))
    assert "part file: Content-Type: image/jpeg" in told


def test_a_comment_fits_however_much_is_found(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    entries = "".join(f"- {{fingerprint: '{number:016x}', reason: r}}\n" for number in range(2_000))
    (tmp_path / "new" / "accepted-changes.yaml").write_text(entries)
    told = markdown.render(review(shop(), shop(maximum=50), tmp_path))
    assert len(told) < 65_536
    assert "more: see the whole report" in told
    assert "maximum" in told
