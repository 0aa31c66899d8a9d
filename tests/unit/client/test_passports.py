from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, strategies as st

from nccodsl.client.failures import BadPassport
from nccodsl.client.passports import Signer, inspect, load_signer, sign_body, verify
from nccodsl.voice import forms

URL = "https://example.com/cert.pem"
NOW = 1_795_000_000
CALLER, CALLEE = "14155550100", "14155550101"
ORIGID = "123e4567-e89b-42d3-a456-426614174000"
PRIVATE, PUBLIC = serialization.PrivateFormat.PKCS8, serialization.PublicFormat.SubjectPublicKeyInfo
PEM = serialization.Encoding.PEM
OPEN = serialization.NoEncryption()


@lru_cache
def key(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve())


def pem(of: Any, protection: Any = OPEN) -> str:
    return of.private_bytes(PEM, PRIVATE, protection).decode()  # type: ignore[no-any-return]


def public() -> str:
    return key().public_key().public_bytes(PEM, PUBLIC).decode()


@lru_cache
def certificate(days: int = 30) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "SHAKEN 1234")])
    start = datetime.fromtimestamp(NOW, UTC) - timedelta(days=10)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .sign(key(), hashes.SHA256())
    )
    return made.public_bytes(PEM).decode()


def signed(**more: Any) -> str:
    return Signer(key(), URL).sign(CALLER, CALLEE, **{"iat": NOW, "origid": ORIGID, **more})


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_bytes_that_are_signed() -> None:
    identity = signed()
    token, _, rest = identity.partition(";")
    header, claims, signature = token.split(".")
    assert decoded(header) == b'{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://example.com/cert.pem"}'
    assert decoded(claims) == (
        b'{"attest":"A","dest":{"tn":["14155550101"]},"iat":1795000000,"orig":{"tn":"14155550100"},'
        b'"origid":"123e4567-e89b-42d3-a456-426614174000"}'
    )
    assert len(decoded(signature)) == 64
    assert rest == 'info=<https://example.com/cert.pem>;alg=ES256;ppt="shaken"'
    assert forms.identity(identity) is None


def test_another_library_finds_the_signature_good() -> None:
    import jwt

    claims = jwt.decode(signed().partition(";")[0], public(), ["ES256"], options={"verify_iat": False})
    assert claims["orig"] == {"tn": CALLER}


numbers = st.sampled_from(["+1 415 555 0100", "14155550101", "+44 20 7946 0018", "4930901820"])


@given(numbers, numbers, st.sampled_from("ABC"), st.integers(NOW - 60, NOW + 60))
def test_what_was_signed_holds(orig: str, dest: str, attest: str, iat: int) -> None:
    identity = Signer(key(), URL, attest).sign(orig, dest, iat)
    seen = inspect(identity, NOW)
    assert (seen.claims["attest"], seen.info, seen.age) == (attest, URL, NOW - iat)
    assert seen.findings == ()
    assert verify(identity, public(), dest, orig, NOW) == []
    assert verify(identity, certificate(), dest, orig, NOW) == []


@given(st.data())
def test_one_other_character_anywhere_and_it_does_not_hold(data: st.DataObject) -> None:
    identity = signed()
    token = identity.partition(";")[0]
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_").filter(lambda one: one != token[at]))
    try:
        wrong = verify(token[:at] + letter + identity[at + 1 :], public(), CALLEE, CALLER, NOW)
    except BadPassport:
        return
    assert wrong


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"now": NOW + 61}, "too old: it was issued 61 s before the call"),
        ({"now": NOW - 61}, "not valid yet: it was issued 61 s after"),
        ({"to": "14155550199"}, "the call goes to 14155550199"),
        ({"from_": "14155550199"}, "the call is from 14155550199"),
        ({"pem": pem(key())}, ""),
        ({"pem": ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(PEM, PUBLIC).decode()}, "signature"),
        ({"pem": certificate(3)}, "has expired"),
        ({"pem": certificate(), "now": NOW - 11 * 86400}, "not valid yet"),
    ],
)
def test_what_does_not_hold(more: dict[str, Any], words: str) -> None:
    asked = {"pem": public(), "to": CALLEE, "from_": CALLER, "now": NOW, **more}
    if not words:
        with pytest.raises(BadPassport):
            verify(signed(), **asked)
        return
    assert any(words in finding for finding in verify(signed(), **asked))


def _made(header: dict[str, Any], claims: dict[str, Any]) -> str:
    import jwt

    return jwt.encode(claims, pem(key()), "ES256", headers=header) + f';info=<{URL}>;alg=ES256;ppt="shaken"'


GOOD_HEADER = {"ppt": "shaken", "typ": "passport", "x5u": URL}
GOOD = {"attest": "A", "dest": {"tn": [CALLEE]}, "iat": NOW, "orig": {"tn": CALLER}, "origid": ORIGID}


@pytest.mark.parametrize(
    ("header", "claims", "words"),
    [
        ({}, {"attest": "D"}, "attest"),
        ({}, {"origid": "1"}, "origid"),
        ({}, {"dest": {"tn": CALLEE}}, "passport's dest must be"),
        ({}, {"dest": {"tn": []}}, "passport's dest must be"),
        ({}, {"orig": {}}, "passport's orig must be"),
        ({}, {"orig": {"tn": "+14155550100"}}, "passport's orig must be"),
        ({}, {"dest": {"tn": [5, CALLEE]}}, "passport's dest must be"),
        ({}, {"origid": "{123e4567-e89b-42d3-a456-426614174000}"}, "a UUID"),
        ({}, {"iat": -5}, "since 1970"),
        ({}, {"iat": 10**400}, "since 1970"),
        ({"crit": ["x"]}, {}, "crit"),
        ({"x5u": "http://example.com/cert.pem"}, {}, "https URL"),
        ({}, {"iat": "1"}, "iat"),
        ({"x5u": "https://example.org/c.pem"}, {}, "but the header's info is"),
        ({"typ": "JWT"}, {}, "typ"),
        ({"ppt": "div"}, {}, "ppt"),
    ],
)
def test_claims_that_the_standards_do_not_allow(header: dict[str, Any], claims: dict[str, Any], words: str) -> None:
    assert any(words in finding for finding in verify(_made(GOOD_HEADER | header, GOOD | claims), public(), now=NOW))
    assert verify(_made(GOOD_HEADER, GOOD), public(), now=NOW) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (lambda: pem(rsa.generate_private_key(65537, 2048)), "P-256"),
        (lambda: pem(key(ec.SECP384R1)), "P-256"),
        (public, "public key"),
        (certificate, "certificate"),
        (lambda: pem(key(), serialization.BestAvailableEncryption(b"x")), "encrypted"),
        (lambda: pem(key())[:120], "truncated"),
        (lambda: pem(key())[:120] + pem(key())[160:], "damaged"),
        (lambda: pem(key()).replace("PRIVATE", "OPENSSH PRIVATE"), "OpenSSH"),
        (lambda: " \n ", "empty"),
        (lambda: "-----BEGIN-----", "is not a PEM"),
        (lambda: "/no/such/file", "cannot be read"),
        (lambda: "/", "cannot be read"),
    ],
)
def test_keys_that_cannot_sign(text: Any, words: str) -> None:
    with pytest.raises(BadPassport) as told:
        load_signer(text(), URL)
    assert words in str(told.value)
    assert "BEGIN" not in str(told.value)
    assert told.value.code == "E713"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/c.pem",
        "https:///c.pem",
        "https://a/<x>",
        "x",
        "https://a b",
        "https://example.com:99999/c",
        'https://a"b/c',
        "https://me:secret@example.com/c",
        "https://exämple.com/c",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(BadPassport) as told:
        Signer(key(), url)
    assert "secret" not in str(told.value)


def test_the_inside_of_a_key_is_never_shown() -> None:
    inside = "".join(pem(key()).splitlines()[1:-1])
    for call in (lambda: load_signer(inside, URL), lambda: verify(signed(), inside)):
        with pytest.raises(BadPassport) as told:
            call()
        assert inside[40:60] not in str(told.value)
    assert "hidden" in repr(load_signer(pem(key()), URL))


def test_a_key_is_taken_as_people_keep_it(tmp_path: Path) -> None:
    file = tmp_path / "a-rather-long-name-of-a-key-without-any-dot-in-it"
    parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    file.write_text(parameters + pem(key()), encoding="utf-8-sig")
    for given_key in (str(file), pem(key()), pem(key()).replace("\n", "\\n")):
        assert verify(load_signer(given_key, URL).sign(CALLER, CALLEE, NOW), public(), now=NOW) == []


@pytest.mark.parametrize("more", [{"iat": -1}, {"origid": "x"}, {"origid": ORIGID.replace("-", "")}])
def test_what_cannot_be_signed(more: dict[str, Any]) -> None:
    with pytest.raises(BadPassport):
        signed(**more)
    with pytest.raises(BadPassport, match="RSA"):
        Signer(rsa.generate_private_key(65537, 2048), URL)  # type: ignore[arg-type]


def test_the_signature_is_written_in_one_way() -> None:
    token, _, rest = signed().partition(";")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same = letters[letters.index(token[-1]) + 1]  # differs in bits that decoding drops
    assert decoded(token.rpartition(".")[2]) == decoded(token.rpartition(".")[2][:-1] + same)
    assert any("signature" in finding for finding in verify(f"{token[:-1]}{same};{rest}", public(), now=NOW))


def test_a_time_that_nobody_can_reckon_with() -> None:
    assert inspect(_made(GOOD_HEADER, GOOD | {"iat": 10**400}), NOW + 0.5).age is None


def test_a_body_gets_passports() -> None:
    body = {
        "to": [{"type": "phone", "number": CALLEE}, {"type": "sip", "uri": "sip:a@example.com"}],
        "from": {"type": "phone", "number": CALLER},
        "ncco": [
            {"action": "connect", "from": "14155550102", "endpoint": [{"type": "phone", "number": "14155550103"}]},
            {"action": "connect", "endpoint": [{"type": "phone", "number": "14155550103"}]},
            {"action": "talk", "text": "x"},
        ],
    }
    before = json.dumps(body)
    made = sign_body(body, Signer(key(), URL), NOW)
    assert json.dumps(body) == before
    assert verify(made["to"][0]["shaken"], public(), CALLEE, CALLER, NOW) == []
    inner = made["ncco"][0]["endpoint"][0]["shaken"]
    assert verify(inner, public(), "14155550103", "14155550102", NOW) == []
    assert (made["to"][1], made["ncco"][1:]) == (body["to"][1], body["ncco"][1:])
    for caller, words in (({}, "from no number"), ({"number": "sip:a@example.com"}, "SIP URI")):
        with pytest.raises(BadPassport, match=words):
            sign_body({**body, "from": caller}, Signer(key(), URL))
    assert sign_body({"to": None}, Signer(key(), URL)) == {"to": None}
    assert sign_body({}, Signer(key(), URL)) == {}


@pytest.mark.parametrize(
    ("header", "claims", "words"),
    [
        (b'"alg":"ES256",', b"", "in its header, duplicate key `alg`"),
        (b"", b'"iat":1,', "in its claims, duplicate key `iat`"),
        (b"", b'"\\u006frig":{"tn":"14155550199"},', "in its claims, duplicate key `orig`"),
        (b"", b'"x":{"a":1,"a":1},', "in its claims, duplicate key `a`"),
    ],
)
def test_a_passport_in_which_a_key_stands_twice_does_not_hold(header: bytes, claims: bytes, words: str) -> None:
    """Signed as it is: whoever reads it may take the first value or the last one."""
    parts = [
        b"{" + more + json.dumps(members).encode()[1:]
        for more, members in ((header, {"alg": "ES256", **GOOD_HEADER}), (claims, GOOD))
    ]
    text = b".".join(base64.urlsafe_b64encode(one).rstrip(b"=") for one in parts)
    from jwt import get_algorithm_by_name

    signature = base64.urlsafe_b64encode(get_algorithm_by_name("ES256").sign(text, key())).rstrip(b"=")
    identity = f'{(text + b"." + signature).decode()};info=<{URL}>;alg=ES256;ppt="shaken"'
    assert any(words in finding for finding in verify(identity, public(), now=NOW))
    with pytest.raises(BadPassport, match="duplicate key"):
        inspect(identity, NOW)
