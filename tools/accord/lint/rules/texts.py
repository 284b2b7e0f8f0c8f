"""Rules about texts: descriptions that attack their reader, addresses that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from accord.lint.model import RuleContext, Site
from accord.lint.registry import Finding, warning
from accord.lint.text import quoted
from accord.source.grammar import Kind

_UNSAFE: Final = (
    (re.compile(r"<\s*script\b", re.IGNORECASE), "a script"),
    (
        re.compile(r"<\s*(?:iframe|object|embed|form|base|meta|link|style)\b[^>]*>", re.IGNORECASE),
        "active HTML",
    ),
    (re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE), "an event handler"),
    (
        re.compile(r"(?:\]\(|(?:href|src)\s*=\s*[\"']?)\s*(?:javascript|vbscript)\s*:", re.IGNORECASE),
        "a link that runs code",
    ),
    (
        re.compile(r"(?:\]\(|(?:href|src)\s*=\s*[\"']?)\s*data:text/html", re.IGNORECASE),
        "a link that runs code",
    ),
)
_EVAL: Final = re.compile(r"<[^>]*\beval\s*\(|\beval\s*\(\s*[\"'`]", re.IGNORECASE)
_TEXT_FIELDS: Final = ("description", "summary", "title", "termsOfService")
_CODE: Final = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.DOTALL)
_TEXT_KINDS: Final[tuple[Kind, ...]] = (
    *("info", "license", "contact", "external-docs", "server", "server-variable", "tag", "path-item"),
    *("operation", "parameter", "request-body", "response", "header", "example", "link", "schema"),
    "security-scheme",
)


def _unsafe(site: Site, _: RuleContext) -> Iterator[Finding]:
    for field in _TEXT_FIELDS:
        text = site.text(field)
        if text is None or ("<" not in text and "](" not in text and "eval" not in text):
            continue
        # Documentation may show such code; between backquotes Markdown never runs it.
        prose = _CODE.sub("", text)
        found = next((what for pattern, what in _UNSAFE if pattern.search(prose)), "")
        if not found and _EVAL.search(prose):
            found = "code that is evaluated"
        if found:
            yield Finding(site.value_at(field), f"{quoted(field)} contains {found}")


_URL_FIELDS: Final[dict[Kind, tuple[str, ...]]] = {
    "info": ("termsOfService",),
    "contact": ("url",),
    "license": ("url",),
    "external-docs": ("url",),
    "oauth-flow": ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"),
    "security-scheme": ("openIdConnectUrl",),
}
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


def _bad_url(site: Site, _: RuleContext) -> Iterator[Finding]:
    for field in _URL_FIELDS.get(site.kind, ()):
        text = site.text(field)
        if text is not None and not is_url(text):
            yield Finding(site.value_at(field), f"{quoted(field)} is not a URL: {quoted(text)}")


def is_url(text: str) -> bool:
    """Whether *text* can be a URL, absolute or relative."""
    if not text.strip() or re.search(r"[\s<>\"\\^`]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    # `http:example.org` has a scheme and no host.
    return bool(parts.netloc) or parts.scheme not in {"http", "https"}


def _bad_email(site: Site, _: RuleContext) -> Iterator[Finding]:
    text = site.text("email")
    if text is not None and not _EMAIL.fullmatch(text):
        yield Finding(site.value_at("email"), f"`email` is not an address: {quoted(text)}")


RULES: Final = (
    warning("text-unsafe", _unsafe, on=_TEXT_KINDS, keys=_TEXT_FIELDS).rule(
        summary="A text with a script, an event handler or active HTML.",
        why="Documentation pages show it as HTML: it runs in the browser of the reader.",
        hint="Remove it, or show it as code between backquotes.",
    ),
    warning("url-malformed", _bad_url, on=tuple(_URL_FIELDS)).rule(
        summary="A field for a URL that holds none.",
        why="A reader or a client that follows it gets nowhere.",
        hint="Write an absolute URL, such as `https://example.org/terms`.",
    ),
    warning("email-malformed", _bad_email, on=("contact",), keys=("email",)).rule(
        summary="A contact whose email is no address.",
        why="Nobody can write to it.",
        hint="Write an address, such as `api@example.org`.",
    ),
)
