"""Which media type an answer with several, or with a range, is sent in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from starlette.types import Scope

from accord.runtime import declare
from accord.runtime.contents import Content, Header
from accord.runtime.media_types import parse_media_type
from accord.runtime.negotiation import compile_negotiation, header_of
from accord.runtime.replies import ContractViolation, raw_header

Choose: TypeAlias = "Callable[[Any, str | None, Scope], tuple[Content, Header]]"
"""The body, the media type that the implementation names, and the request in; ``Content-Type`` comes with the content."""


def compile_choice(answer: declare.Answer, contents: Sequence[Content]) -> Choose:
    """What chooses for *answer*.

    A media type that the implementation names is sent, if it is documented. Without one it follows from the Python type of
    the body; where several are left, from ``Accept`` and from the order of the contract.
    """
    clause = f"{answer.status} media type"
    by_text = {content.declared.media_type: content for content in contents if not content.media_type.is_open}
    negotiate = compile_negotiation(list(by_text))

    def choose(
        body: Any, named: str | None, scope: Scope
    ) -> tuple[Content, Header]:  # Any: the contract's type
        if named is not None:
            return _named(named, by_text, contents, clause)
        fitting = [content for content in by_text.values() if content.holds(body)]
        if isinstance(body, str):  # text is text where it can be, and a JSON string otherwise
            fitting = [content for content in fitting if content.kind == "text"] or fitting
        if not fitting:
            raise ContractViolation(
                clause, f"none is documented for {type(body).__name__}, or it must be named"
            )
        chosen = fitting[0]
        if len(fitting) > 1:
            texts = {content.declared.media_type: content for content in fitting}
            accepted = negotiate(header_of(scope, b"accept"))
            chosen = next((texts[text] for text in accepted if text in texts), chosen)
        return chosen, chosen.header

    return choose


def _named(
    named: str, by_text: dict[str, Content], contents: Sequence[Content], clause: str
) -> tuple[Content, Header]:
    known = by_text.get(named)
    if known is not None:
        return known, known.header
    parsed = parse_media_type(named)
    if parsed is not None and not parsed.is_range:
        for content in sorted(contents, key=lambda content: -content.media_type.specificity):
            if content.media_type.accepts(parsed):
                return content, raw_header("content-type", named)
    raise ContractViolation(clause, "the answer names none that is documented")
