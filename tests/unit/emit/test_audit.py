"""What no printer means is rejected, whatever let it through."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.emit.python.audit import AuditError, audit

ROOT = Path(__file__).parents[3]


def test_generated_code_passes() -> None:
    files = {
        path.name + str(n): path.read_text(encoding="utf-8")
        for n, path in enumerate((ROOT / "generated").rglob("*.py"))
    }
    assert len(files) > 20
    audit({f"{name}.py": text for name, text in files.items()})


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("x = eval('1')", "a call of eval"),
        ("x = __import__('os')", "a call of __import__"),
        ("x: int = Field(default_factory=open('x').read)", "a call of open"),
        ("x = (lambda: print(1))()", "something computed"),
        ("x = [print][0](1)", "something computed"),
        ("x = declare.os.system('x')", "a call of declare.os.system"),
        ("x = getattr.__call__(1)", "getattr.__call__"),
        ("import os", "an import of os"),
        ("from subprocess import run", "an import of subprocess"),
        ("from os.path import join", "an import of os.path"),
        ("x = ().__class__", "the name __class__"),
        ("x = __builtins__", "the name __builtins__"),
        ("async def f(): await x", "an expression Await"),
        ("x = (y := 1)", "an expression NamedExpr"),
        ("for x in y: pass", "a statement For"),
        ("with x: pass", "a statement With"),
        ("del x", "a statement Delete"),
        ("@print\ndef f(): ...", "the decorator print"),
        ("@open('x')\nclass A: ...", "the decorator open"),
        ("x = [y for y in z]", "an expression ListComp"),
        ("x = f'{open}'", "open in a message"),
        ("x = f'{name.secret}'", "name.secret in a message"),
        ("def broken(", "does not parse"),
        ("x = '\0'", "does not parse"),
    ],
)
def test_what_is_rejected(text: str, reported: str) -> None:
    with pytest.raises(AuditError, match=r"a\.py") as caught:
        audit({"a.py": text})
    assert reported in str(caught.value)


def test_types_of_the_project_may_be_imported() -> None:
    text = "from shop.money import Money\n"
    with pytest.raises(AuditError):
        audit({"a.py": text})
    audit({"a.py": text}, modules=["shop"])


def test_other_files_are_none_of_its_business() -> None:
    audit({"openapi.json": "import os", "py.typed": ""})
