"""Certificates of clients that a proxy has verified: from a header of the proxy to where the runtime looks for them."""

from __future__ import annotations

import base64
import binascii
import ssl
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from accord.service.callers import TrustedNetworks

CLIENT_CERT: Final = "Client-Cert"
_BEGIN: Final = "-----BEGIN CERTIFICATE-----"


class ForwardedCertificates:
    """Pure ASGI: gives requests of trusted proxies the TLS extension of ASGI, as if the client had come itself.

    The method of a ``mutualTLS`` scheme is then asked with the certificate. The header is read as RFC 9440 writes it
    (``:MIIB...:``), or as percent-encoded PEM, which nginx calls ``$ssl_client_escaped_cert``. From anybody else the header
    means nothing, and what is no certificate is none. The proxy must remove the header from what clients send.
    """

    def __init__(self, app: ASGIApp, *, trusted: Iterable[str], header: str = CLIENT_CERT) -> None:
        """*trusted*: addresses or networks of the proxies, in the notation of ``ServiceSettings.trusted_proxies``.

        Raises:
            ValueError: one of them is no network.
        """
        self._app = app
        self._trusted = TrustedNetworks(trusted)
        self._header = header.lower().encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, with the certificate where there is one."""
        if scope["type"] == "http" and (certificate := self._certificate(scope)) is not None:
            tls = {"client_cert_chain": (certificate,), "client_cert_name": None, "client_cert_error": None}
            extensions: Mapping[str, Any] = scope.get("extensions") or {}
            scope = {**scope, "extensions": {**extensions, "tls": {**extensions.get("tls", {}), **tls}}}
        await self._app(scope, receive, send)

    def _certificate(self, scope: Scope) -> str | None:
        """The certificate that a trusted proxy vouches for; ``None`` without one."""
        found = [value for name, value in scope["headers"] if name == self._header]
        client = scope.get("client")
        # Two headers: one of them is the client's own, and nobody knows which.
        if len(found) != 1 or client is None or client[0] not in self._trusted:
            return None
        return pem_of(found[0].decode("latin-1"))


def pem_of(text: str) -> str | None:
    """The certificate in the value of a header as PEM; ``None`` where there is none."""
    text = text.strip()
    try:
        if len(text) > 2 and text.startswith(":") and text.endswith(":"):
            return ssl.DER_cert_to_PEM_cert(base64.b64decode(text[1:-1], validate=True))
        pem = unquote(text).strip() + "\n"
        return ssl.DER_cert_to_PEM_cert(ssl.PEM_cert_to_DER_cert(pem)) if pem.startswith(_BEGIN) else None
    except (binascii.Error, ValueError):
        return None
