"""Webhooks that are signed, and those that only look so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import warnings
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import given, strategies as st

from nccodsl.emulator.core.mail import OutgoingWebhook
from nccodsl.emulator.http.sender import Secret, WebhookSender
from nccodsl.server.front import read_query
from nccodsl.server.refusals import NobodySigns
from nccodsl.server.signatures import Signatures

SECRET = "a secret that is long enough for everybody"
NOW = 1_800_000_000.0
BODY = b'{"uuid":"leg-1"}'


def part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def token(secret: str = SECRET, header: Any = None, body: bytes = BODY, **claims: Any) -> str:
    whole = {
        "iat": int(NOW),
        "jti": "1",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": "abc",
        **claims,
    }
    kept = {name: value for name, value in whole.items() if value is not ...}
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT'} if header is None else header)}.{part(kept)}"
    return f"{signed}.{part(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def checker(*secrets: str, **options: Any) -> Signatures:
    return Signatures(secrets or (SECRET,), clock=lambda: NOW, **options)


def reason(header: str | None, signatures: Signatures | None = None, body: bytes = BODY) -> str:
    refusal = (signatures or checker()).refusal(header, "POST", body, {})
    return refusal.reason if refusal is not None else ""


def test_what_the_platform_signs_is_accepted() -> None:
    assert reason(f"Bearer {token()}") == ""
    assert reason(f"bearer  {token()}") == ""
    assert reason(f"Bearer {token(payload_hash=hashlib.sha256(BODY).hexdigest().upper())}") == ""


@pytest.mark.parametrize("body", [BODY, b"{}", b"", '{"a": "é"}'.encode()])
def test_what_a_jwt_library_signs_is_accepted(body: bytes) -> None:
    claims = {"iat": int(NOW), "iss": "Vonage", "payload_hash": hashlib.sha256(body).hexdigest()}
    assert reason(f"Bearer {jwt.encode(claims, SECRET, algorithm='HS256')}", body=body) == ""


def _with(change: int) -> str:
    """The right token with one character of its signature changed."""
    right = token()
    at = len(right) - change
    return right[:at] + ("A" if right[at] != "A" else "B") + right[at + 1 :]


WRONG: dict[str, tuple[str | None, str]] = {
    "no header": (None, "missing"),
    "an empty header": ("", "missing"),
    "another kind": ("Basic YWJj", "malformed"),
    "no token": ("Bearer ", "malformed"),
    "one word": ("Bearer", "malformed"),
    "no jwt": ("Bearer abc", "malformed"),
    "two parts": ("Bearer a.b", "malformed"),
    "four parts": (f"Bearer {token()}.x", "malformed"),
    "odd letters": (f"Bearer {token()[:-1]}é", "malformed"),
    "a newline": (f"Bearer {token()}\n.", "malformed"),
    "endless": (f"Bearer {'a' * 100_000}", "malformed"),
    "no base64": ("Bearer a.b.c", "malformed"),
    "claims are a list": (f"Bearer {part({'alg': 'HS256'})}.{part([1])}.{part(b'x')}", "malformed"),
    "nested without end": (f"Bearer {part(b'[' * 5000)}.{part(b'[' * 5000)}.{part(b'x')}"[:8000], "malformed"),
    "unsigned": (f"Bearer {token(header={'alg': 'none'})}", "algorithm"),
    "unsigned, without a signature": (f"Bearer {token(header={'alg': 'none'}).rpartition('.')[0]}.", "malformed"),
    "HS512": (f"Bearer {token(header={'alg': 'HS512'})}", "algorithm"),
    "RS256": (f"Bearer {token(header={'alg': 'RS256'})}", "algorithm"),
    "hs256": (f"Bearer {token(header={'alg': 'hs256'})}", "algorithm"),
    "a list of algorithms": (f"Bearer {token(header={'alg': ['HS256']})}", "algorithm"),
    "no algorithm": (f"Bearer {token(header={})}", "algorithm"),
    "critical headers": (f"Bearer {token(header={'alg': 'HS256', 'crit': ['x']})}", "algorithm"),
    "another secret": (f"Bearer {token('another secret')}", "secret"),
    "a changed signature": (f"Bearer {_with(10)}", "secret"),
    "a signature cut off": (f"Bearer {token()[:-4]}", "secret"),
    "another issuer": (f"Bearer {token(iss='Vonag')}", "issuer"),
    "no issuer": (f"Bearer {token(iss=...)}", "issuer"),
    "no time": (f"Bearer {token(iat=...)}", "malformed"),
    "a time in words": (f"Bearer {token(iat='now')}", "malformed"),
    "a time without end": (f"Bearer {token(iat=10**400)}", "malformed"),
    "a time that is true": (f"Bearer {token(iat=True)}", "malformed"),
    "old": (f"Bearer {token(iat=int(NOW) - 301)}", "old"),
    "no number": (f"Bearer {token(iat=float('nan'))}", "malformed"),
    "before all time": (f"Bearer {token(iat=float('-inf'))}", "malformed"),
    "from the future": (f"Bearer {token(iat=int(NOW) + 61)}", "future"),
    "another body": (f"Bearer {token(body=b'{}')}", "altered"),
    "no hash": (f"Bearer {token(payload_hash=...)}", "unhashed"),
    "a hash that is null": (f"Bearer {token(payload_hash=None)}", "unhashed"),
    "a hash of odd letters": (f"Bearer {token(payload_hash='é')}", "altered"),
    "half of a surrogate pair": (f"Bearer {token(payload_hash=chr(0xD800))}", "altered"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_ones_are_refused(name: str) -> None:
    header, why = WRONG[name]
    assert reason(header) == why


def test_a_little_old_or_early_is_fine() -> None:
    assert reason(f"Bearer {token(iat=int(NOW) - 299)}") == ""
    assert reason(f"Bearer {token(iat=int(NOW) + 59)}") == ""


def test_statuses() -> None:
    """A missing signature may follow an error of the platform, which then signs after a 5xx (signed webhooks)."""
    statuses = {}
    for header in (None, "Bearer x"):
        refusal = checker().refusal(header, "POST", BODY, {})
        assert refusal is not None
        assert SECRET not in refusal.told
        statuses[header] = refusal.status
    assert statuses == {None: 503, "Bearer x": 401}


def test_secrets_may_change() -> None:
    both = checker("the old one", SECRET)
    assert reason(f"Bearer {token()}", both) == ""
    assert reason(f"Bearer {token('the old one')}", both) == ""
    assert reason(f"Bearer {token('a third one')}", both) == "secret"


def test_a_header_that_was_good_once_is_not_good_with_any_signature() -> None:
    signatures = checker()
    assert reason(f"Bearer {token()}", signatures) == ""
    assert reason(f"Bearer {token('another secret')}", signatures) == "secret"
    assert reason(f"Bearer {token(header={'alg': 'none'})}", signatures) == "algorithm"


def test_unsigned_ones_by_leave() -> None:
    free = Signatures([], allow_unsigned=True)
    assert reason(None, free) == ""
    assert reason("Bearer x", free) == ""
    assert not free.checks
    half = checker(allow_unsigned=True)
    assert reason(None, half) == ""
    assert reason("Bearer x", half) == "malformed"


@pytest.mark.parametrize("secrets", [[], [""], ["a", ""]])
def test_somebody_has_to_sign(secrets: list[str]) -> None:
    with pytest.raises(NobodySigns) as caught:
        Signatures(secrets)
    assert caught.value.code == "E804"


PAYLOADS = [
    {"uuid": "leg-1", "status": "answered"},
    {"to": "14155550101", "name": 'Ann Bé/\\" &=+%', "empty": "", "emoji": "\U0001f600"},
    {"dtmf": {"digits": "1", "timed_out": False}, "list": [1, 2.5, None]},
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("secret", [SECRET, "short"])
def test_what_our_emulator_signs_is_accepted(payload: dict[str, Any], method: str, secret: str) -> None:
    hook = OutgoingWebhook("input", None, method, "https://x.example/ivr/input?at=main&n=0&call=leg-1", payload)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sent = httpx.Request(**_request(WebhookSender(["*"], Secret(secret)).arguments(hook)))
    query = read_query(sent.url.query)
    signatures = Signatures([secret], clock=time.time)
    assert signatures.refusal(sent.headers["authorization"], method, sent.content, query) is None
    changed = {**query, "call": "leg-2"}
    refusal = signatures.refusal(sent.headers["authorization"], method, sent.content + b" ", changed)
    assert refusal is not None
    assert refusal.reason == "altered"


def _request(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name != "timeout"}


def test_a_get_without_a_hash_is_accepted() -> None:
    """What the platform hashes of a GET stands in a support page only."""
    assert checker().refusal(f"Bearer {token(payload_hash=...)}", "GET", b"", {"uuid": "1"}) is None


@given(st.one_of(st.none(), st.text(), st.binary().map(lambda data: "Bearer " + data.decode("latin-1"))))
def test_nothing_makes_it_fail(header: str | None) -> None:
    refusal = checker().refusal(header, "POST", BODY, {})
    assert refusal is not None
    assert refusal.status in (401, 503)


@given(
    st.sampled_from(["HS256", "HS384", "none"]),
    st.binary(max_size=12),
    st.integers(min_value=0, max_value=60),
)
def test_as_pyjwt_judges(algorithm: str, noise: bytes, at: int) -> None:
    """Ours accepts nothing that the library refuses."""
    text = token(header={"alg": algorithm, "typ": "JWT"})
    changed = text[: -at or None] + base64.urlsafe_b64encode(noise).decode().rstrip("=") if at else text
    accepted = reason(f"Bearer {changed}") == ""
    try:
        jwt.decode(changed, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    except jwt.PyJWTError:
        assert not accepted
    else:
        assert accepted


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        (b'{"alg":"none","alg":"HS256"}', None),
        (b'{"alg":"HS256","typ":"JWT","typ":"JWT"}', None),
        (None, b'{"iat":1,"iat":%d,"iss":"Vonage","payload_hash":"%s"}'),
        (None, b'{"iat":%d,"iss":"Vonage","payload_hash":"0","payload_hash":"%s"}'),
        (None, b'{"iat":%d,"iss":"Vonage","payload_hash":"%s","x":{"a":1,"a":1}}'),
    ],
)
def test_a_token_in_which_a_key_stands_twice_is_refused(header: bytes | None, claims: bytes | None) -> None:
    signed = token(header=header)
    if claims is not None:
        digest = hashlib.sha256(BODY).hexdigest().encode()
        signed = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims % (int(NOW), digest))}"
        signed += f".{part(hmac.digest(SECRET.encode(), signed.encode(), 'sha256'))}"
    assert reason(f"Bearer {signed}") == "malformed"
