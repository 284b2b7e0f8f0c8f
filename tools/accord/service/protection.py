"""Headers that tell browsers to be careful with a response."""

from __future__ import annotations

from accord.service.settings import ServiceSettings

RawHeader = tuple[bytes, bytes]


def security_headers(settings: ServiceSettings) -> list[RawHeader]:
    """The headers of every response. They forbid frames and guessing of types, no script: pages of documentation work."""
    headers: list[RawHeader] = []
    if settings.security_headers:
        headers += [
            (b"x-content-type-options", b"nosniff"),
            # In place of `X-Frame-Options`, which it obsoletes (CSP 3, section 6.4.2).
            (b"content-security-policy", b"frame-ancestors 'none'"),
            (b"referrer-policy", b"no-referrer"),
        ]
    if settings.hsts_seconds:
        value = b"max-age=%d; includeSubDomains" % settings.hsts_seconds
        headers.append((b"strict-transport-security", value))
    return headers
