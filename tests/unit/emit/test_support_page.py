"""The page on what is served is the registry's."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.diagnostics import Severity, Span
from accord.emit.python.support import CONSTRUCTS, unsupported
from accord.emit.python.support_page import support_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "support.md"
HERE = Span("openapi.yaml", 3, 4)


def test_the_page_is_printed_from_the_registry() -> None:
    assert PAGE.read_text() == support_page(), "run `make docs-pages`"


@pytest.mark.parametrize("code", CONSTRUCTS)
def test_each_construct_has_a_finding_with_place_and_hint(code: str) -> None:
    finding = unsupported(code, "what stands there", HERE)
    assert finding.span == HERE
    assert finding.hint.endswith(".")
    assert finding.hint[0].isupper()
    assert finding.severity is not Severity.ERROR, "what is not supported does not fail the rest"


def test_a_construct_that_the_registry_does_not_know_is_a_bug() -> None:
    with pytest.raises(KeyError):
        unsupported("unsupported-nothing", "", HERE)
