"""Which tokens the emulator takes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from nccodsl.emulator.http.host import Emulator
from tests.e2e.emulated_api import emulator
from tests.e2e.servers import APPLICATION, private_key


def token(key: str = "", algorithm: str = "RS256", **claims: Any) -> str:
    now = int(time.time())
    whole = {"application_id": APPLICATION, "iat": now, "exp": now + 300, "jti": str(uuid.uuid4()), **claims}
    kept = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(kept, key or private_key(), algorithm=algorithm)


def _unsigned() -> str:
    return jwt.encode({"application_id": APPLICATION, "iat": int(time.time()), "jti": "1"}, None, algorithm="none")


def _with_public_key_as_secret() -> str:
    """What a verifier falls for that lets the token choose the algorithm."""

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    public = load_pem_private_key(private_key().encode(), None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def part(value: Any) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    now = int(time.time())
    signed = part({"alg": "HS256", "typ": "JWT"}) + b"." + part({"application_id": APPLICATION, "iat": now, "jti": "1"})
    mac = base64.urlsafe_b64encode(hmac.new(pem, signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + mac).decode()


def _twice() -> str:

    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = f'{{"application_id":"{APPLICATION}","iat":{int(time.time())},"jti":"1","jti":"2"}}'
    signed = part(b'{"alg":"RS256","typ":"JWT"}') + b"." + part(claims.encode())
    key = load_pem_private_key(private_key().encode(), None)
    return (signed + b"." + part(jwt.get_algorithm_by_name("RS256").sign(signed, key))).decode()


REFUSED = {
    "none at all": ("", "no bearer token"),
    "another kind": ("Basic abc", "no bearer token"),
    "no token": ("Bearer abc", "cannot be read"),
    "unsigned": (lambda: _unsigned(), "not signed with RS256"),
    "HS256 with the public key": (_with_public_key_as_secret, "not signed with RS256"),
    "RS512": (lambda: token(algorithm="RS512"), "not signed with RS256"),
    "another key": (lambda: token(private_key(1)), "not signed with the private key"),
    "expired": (lambda: token(exp=int(time.time()) - 1), "expired"),
    "old and without exp": (lambda: token(iat=int(time.time()) - 1000, exp=None), "expired"),
    "from the future": (lambda: token(iat=int(time.time()) + 300, exp=int(time.time()) + 600), "from the future"),
    "not yet": (lambda: token(nbf=int(time.time()) + 300), "is not valid yet"),
    "another application": (
        lambda: token(application_id="00000000-0000-0000-0000-000000000000"),
        "another application",
    ),
    "without an application": (lambda: token(application_id=None), "has no application_id"),
    "without jti": (lambda: token(jti=None), "has no jti"),
    "without iat": (lambda: token(iat=None), "has no iat"),
    "iat in words": (lambda: token(iat="now"), "numbers"),
    "a claim that stands twice": (lambda: _twice(), "duplicate key"),
}


@pytest.fixture(scope="module")
def strict() -> Iterator[Emulator]:
    with emulator(public_key=private_key(), application_id=APPLICATION) as server:
        yield server


@pytest.mark.parametrize("name", REFUSED)
def test_tokens_that_are_refused(strict: Emulator, name: str) -> None:
    made, words = REFUSED[name]
    header = made if isinstance(made, str) else f"Bearer {made()}"
    answer = httpx.get(strict.url + "/v1/calls", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


def test_a_good_token_is_taken_until_it_expires(strict: Emulator) -> None:
    good = {"authorization": f"Bearer {token(exp=int(time.time()) + 2)}"}
    assert httpx.get(strict.url + "/v1/calls", headers=good).status_code == 200
    assert httpx.get(strict.url + "/v1/calls", headers=good).status_code == 200
    time.sleep(2.1)
    assert httpx.get(strict.url + "/v1/calls", headers=good).status_code == 401
