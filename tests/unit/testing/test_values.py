"""Curl commands, hidden secrets and forged values."""

from __future__ import annotations

import base64
import shlex
import subprocess

import pytest

from accord.contract.model import Operation
from accord.diagnostics import Span
from accord.testing.credentials import Attached
from accord.testing.curl import curl_of
from accord.testing.exchange import Exchange, Response
from accord.testing.mutate import falsified, other_etag, shifted
from accord.testing.redaction import PLACEHOLDER, Secrets

HERE = Span("openapi.yaml", 1, 1)
OPERATION = Operation(method="POST", path="/items", span=HERE, path_span=HERE)


def sent(
    body: bytes | None, *headers: tuple[str, str], method: str = "POST", url: str = "http://h/items"
) -> Exchange:
    return Exchange(
        operation=OPERATION, method=method, url=url, headers=headers, body=body, response=Response(status=200)
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "it\'s"}',
        b'{"a": "$HOME `id` \\\\ !"}',
        '{"a": "\u202e\u00e9\U0001f600"}'.encode(),
        b"a\nb\tc",
        b"\xff\xfe\x01",
    ],
)
def test_a_shell_sends_the_very_bytes_of_the_body(body: bytes) -> None:
    command = curl_of(sent(body))
    pieces = command.split("--data-binary ", 1)[1].rsplit(" ", 1)[0]
    shown = subprocess.run(["bash", "-c", f"printf %s {pieces}"], capture_output=True, check=True)
    assert shown.stdout == body


def test_a_command_keeps_what_matters_and_drops_what_curl_adds() -> None:
    command = curl_of(
        sent(
            None, ("Accept", "*/*"), ("X-A", "1 2"), ("X-Empty", ""), ("Content-Length", "0"), method="DELETE"
        )
    )
    assert shlex.split(command) == [
        "curl",
        "-i",
        "-X",
        "DELETE",
        "-H",
        "X-A: 1 2",
        "-H",
        "X-Empty;",
        "http://h/items",
    ]
    assert curl_of(sent(None, method="GET", url="http://h/?a=1&b=2")) == "curl -i 'http://h/?a=1&b=2'"


def test_a_long_body_is_cut_and_says_so() -> None:
    command = curl_of(sent(b"x" * 10_000))
    assert len(command) < 5000
    assert command.endswith("# body cut, 10000 bytes in all")


def test_secrets_are_hidden_in_every_spelling() -> None:
    secrets = Secrets()
    secrets.add("ada:s/cret+1")
    secrets.add("abc")
    basic = base64.b64encode(b"ada:s/cret+1").decode()
    text = f"ada:s/cret+1 | ada%3As%2Fcret%2B1 | Basic {basic} | abc"
    assert secrets.hide(text) == f"{PLACEHOLDER} | {PLACEHOLDER} | Basic {PLACEHOLDER} | abc"


def test_a_secret_inside_of_another_one_leaves_no_rest() -> None:
    secrets = Secrets()
    secrets.add("token")
    secrets.add("token-of-ada")
    assert secrets.hide("Bearer token-of-ada") == f"Bearer {PLACEHOLDER}"


@pytest.mark.parametrize("etag", ['"3"', '"0af9"', 'W/"12"', '"zZ9"', '"---"'])
def test_another_etag_has_the_same_shape(etag: str) -> None:
    other = other_etag(etag)
    assert other != etag
    if etag != '"---"':
        assert len(other) == len(etag)
        assert other.startswith("W/") == etag.startswith("W/")


def test_a_forged_token_keeps_its_claims_and_loses_its_signature() -> None:
    header, claims, sign = (
        falsified(Attached(headers={"Authorization": "Bearer eyJh.eyJz.c2ln"}))
        .headers["Authorization"]
        .split(".")
    )
    assert (header, claims) == ("Bearer eyJh", "eyJz")
    assert sign != "c2ln"


def test_a_forged_password_keeps_the_user() -> None:
    basic = "Basic " + base64.b64encode(b"ada:secret").decode()
    value = falsified(Attached(headers={"Authorization": basic})).headers["Authorization"]
    assert base64.b64decode(value.removeprefix("Basic ")) == b"ada:" + shifted("secret").encode()


def test_forged_keys_differ_wherever_they_stand() -> None:
    before = Attached(headers={"X-Key": "k1"}, query={"key": "k2"}, cookies={"sid": "k3"})
    after = falsified(before)
    assert after.headers["X-Key"] != "k1"
    assert after.query["key"] != "k2"
    assert after.cookies["sid"] != "k3"
