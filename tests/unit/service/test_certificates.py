"""Certificates of clients that a proxy hands on in a header."""

from __future__ import annotations

import asyncio
import base64
import datetime
import ssl
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accord.service.certificates import ForwardedCertificates, pem_of


@pytest.fixture(scope="module")
def pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def rfc9440(pem: str) -> str:
    return f":{base64.b64encode(ssl.PEM_cert_to_DER_cert(pem)).decode()}:"


def seen(headers: list[tuple[str, str]], peer: str | None = "10.0.0.9", **more: Any) -> Any:
    """The extensions that the application sees."""
    found: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append(scope.get("extensions"))

    scope = {
        "type": "http",
        "client": None if peer is None else (peer, 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        **more,
    }
    around = ForwardedCertificates(app, trusted=["10.0.0.0/8"])
    asyncio.run(around(scope, None, None))  # type: ignore[arg-type]  # nothing is received or sent
    return found[0]


@pytest.mark.parametrize("write", [rfc9440, quote])
def test_a_trusted_proxy_is_believed(pem: str, write: Any) -> None:
    extensions = seen([("client-cert", write(pem))], extensions={"http.response.push": {}})
    assert extensions["tls"]["client_cert_chain"] == (pem,)
    assert extensions["tls"]["client_cert_error"] is None
    assert extensions["http.response.push"] == {}


def test_nobody_else_is(pem: str) -> None:
    header = [("client-cert", rfc9440(pem))]
    assert seen(header, peer="192.0.2.1") is None
    assert seen(header, peer=None) is None
    assert seen(header * 2) is None  # one of the client's own beside the proxy's
    assert seen([]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "::x",
        ":!!:",
        "MIIB",
        "-----BEGIN CERTIFICATE-----",
        "%00",
        "-----BEGIN%20CERTIFICATE-----%0A",
    ],
)
def test_what_is_no_certificate_is_none(text: str) -> None:
    assert pem_of(text) is None


def test_a_wrong_network_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.300"):
        ForwardedCertificates(lambda *_: None, trusted=["10.0.0.300"])  # type: ignore[arg-type]
