"""A service with two signing keys, an Ed25519 one that signs and a shared secret that is on its way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from starlette.testclient import TestClient

from impl.settings import KeySetting
from tests.service.api.support import VERSIONS, Caller, fresh
from tests.service.servers import Backend

OLD_SECRET = "the secret of last year, longer than 32 bytes"


def new_private_key() -> str:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


PRIVATE = new_private_key()
KEYS = (
    KeySetting.model_validate({"kid": "now", "private": PRIVATE}),
    KeySetting.model_validate({"kid": "then", "secret": OLD_SECRET}),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[TestClient]:
    with fresh(
        tmp_path_factory.mktemp("tokens"), **backend.settings(), signing_keys=KEYS, jwt_secret=None
    ) as opened:
        yield opened


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anybody(client: TestClient, version: str) -> Caller:
    return Caller(http=client, version=version)
