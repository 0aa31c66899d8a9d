"""SHAKEN passports: signing one for a call, looking into one, and checking what it vouches for.

A passport (RFC 8225) says who calls whom and when; the Identity header (RFC 8224) carries it, with the address of the
certificate; RFC 8588 adds the attestation (`attest`) and an id of the origin (`origid`).
"""

from __future__ import annotations

import base64
import json
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nccodsl.client.errors import VoiceError, shown
from nccodsl.phone import NotAPhoneNumber, digits
from nccodsl.record import Record
from nccodsl.voice import forms
from nccodsl.voice.identity import Passport, check_identity, read_passport

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.x509 import Certificate

ATTESTATIONS = ("A", "B", "C")
"""Full, partial and gateway attestation (RFC 8588, section 4)."""
_INFO = re.compile(r";info=<([^>]+)>")
_MOST_BYTES = 2**18
_SIGNATURE_BYTES = 64


class BadPassport(VoiceError):
    """A passport cannot be signed, or a key or certificate cannot be used for one."""

    code = "E713"


class Signer:
    """Signs passports with a P-256 key whose certificate stands at an https address."""

    def __init__(self, key: EllipticCurvePrivateKey, certificate_url: str, attest: str = "A") -> None:
        if attest not in ATTESTATIONS:
            raise BadPassport(f"the attestation is one of {', '.join(ATTESTATIONS)}, not `{shown(attest, 20)}`")
        try:
            parts = urlsplit(certificate_url)
            right = parts.scheme == "https" and parts.hostname and not set(certificate_url) & set("<> \t\r\n")
        except ValueError:
            right = False
        if not right:
            raise BadPassport(
                f"`{shown(certificate_url, 80)}` is no address of a certificate", "write https://example.com/cert.pem"
            )
        self._key = key
        self._url = certificate_url
        self._attest = attest

    def __repr__(self) -> str:
        return f"Signer(key=hidden, certificate_url={self._url!r}, attest={self._attest!r})"

    def sign(self, orig: str, dest: str, iat: int | None = None, origid: str | None = None) -> str:
        """The Identity header of a call from `orig` to `dest`; `iat` in Unix seconds. Raises BadPassport."""
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        claims = {
            "attest": self._attest,
            "dest": {"tn": [_number(dest, "called")]},
            "iat": int(time.time()) if iat is None else iat,
            "orig": {"tn": _number(orig, "calling")},
            "origid": str(uuid.uuid4()) if origid is None else origid,
        }
        header = {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": self._url}
        signed = f"{_part(header)}.{_part(claims)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ECDSA(SHA256())))
        signature = _base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return f'{signed}.{signature};info=<{self._url}>;alg=ES256;ppt="shaken"'


def load_signer(key: str, certificate_url: str, attest: str = "A") -> Signer:
    """A signer from a PEM or the path of one. Raises BadPassport with a reason for each way to get it wrong."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    name, pem = _text(key, "the key")
    if b"PRIVATE KEY-----" not in pem:
        what = (
            "is a public key" if b"PUBLIC KEY" in pem else "is a certificate" if b"CERTIFICATE" in pem else "is no PEM"
        )
        raise BadPassport(f"{name} {what}", "a private key on the curve P-256 is wanted")
    try:
        loaded = load_pem_private_key(pem, None)
    except TypeError:
        raise BadPassport(f"{name} is encrypted", "`openssl pkey -in KEY -out shaken.key` writes it without") from None
    except (ValueError, UnsupportedAlgorithm):
        raise BadPassport(f"{name} is damaged or truncated", "get the whole file") from None
    if not isinstance(loaded, EllipticCurvePrivateKey) or not isinstance(loaded.curve, SECP256R1):
        raise BadPassport(f"{name} is not on the curve P-256", "ES256 wants one that is (RFC 8225, section 8)")
    return Signer(loaded, certificate_url, attest)


def sign_body(body: Mapping[str, Any], signer: Signer, now: int | None = None) -> dict[str, Any]:
    """The call body with a fresh passport for each phone that is called or connected. Raises BadPassport."""
    caller = body.get("from")
    number = caller.get("number") if isinstance(caller, Mapping) else None
    signed = {**body, "to": [_signed(endpoint, number, signer, now) for endpoint in body.get("to", ())]}
    if isinstance(body.get("ncco"), list):
        signed["ncco"] = [_signed_action(action, signer, now) for action in body["ncco"]]
    return signed


def _signed_action(action: Any, signer: Signer, now: int | None) -> Any:
    if not isinstance(action, Mapping) or action.get("action") != "connect" or not action.get("from"):
        return action
    listed = action.get("endpoint")
    endpoints = [_signed(one, action["from"], signer, now) for one in (listed if isinstance(listed, list) else ())]
    return {**action, "endpoint": endpoints or listed}


def _signed(endpoint: Any, caller: Any, signer: Signer, now: int | None) -> Any:
    if not isinstance(endpoint, Mapping) or endpoint.get("type") != "phone":
        return endpoint
    if not isinstance(caller, str):
        raise BadPassport("a passport names the calling number, and the call has none", "give `from phone NUMBER`")
    return {**endpoint, "shaken": signer.sign(caller, str(endpoint.get("number", "")), now)}


class Inspection(Record):
    """What a header says. `info` is the address of the certificate, `age` in seconds, `findings` what is wrong."""

    header: dict[str, Any]
    claims: dict[str, Any]
    info: str
    age: float | None
    findings: tuple[str, ...]


def inspect(identity: str, now: float | None = None) -> Inspection:
    """Look into an Identity header, without checking its signature. Raises BadPassport where it cannot be read."""
    passport = _read(identity)
    now = time.time() if now is None else now
    info = _INFO.search(identity)
    return Inspection(
        passport.header,
        passport.claims,
        info[1] if info else "",
        now - passport.iat if passport.iat is not None else None,
        tuple(message for _, message in check_identity(identity, now=now)),
    )


def verify(
    identity: str, pem: str, to: str | None = None, from_: str | None = None, now: float | None = None
) -> list[str]:
    """What does not hold, in words; an empty list where all does.

    `pem` is a certificate or public key, or the path of one. The chain to a trust anchor, and whether the certificate
    has been revoked, are not checked. Raises BadPassport where something cannot be read.
    """
    now = time.time() if now is None else now
    passport = _read(identity)
    key, certificate = _public(pem)
    callee, caller = (None if one is None else _number(one, "given") for one in (to, from_))
    found = [message for _, message in check_identity(identity, callee, caller, now)]
    found += _claims_wrong(passport, identity)
    if not _signature_holds(identity.partition(";")[0], key):
        found.append("the signature is not that of this key")
    if certificate is not None:
        moment = datetime.fromtimestamp(now, UTC)
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            valid = f"{certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}"
            found.append(f"the certificate is valid from {valid}, and not now")
    return found


def _claims_wrong(passport: Passport, identity: str) -> Iterator[str]:
    """What RFC 8225 and 8588 want of header and claims, beyond what the call says."""
    header, claims = passport.header, passport.claims
    info = _INFO.search(identity)
    for name, wanted in (("alg", "ES256"), ("ppt", "shaken"), ("typ", "passport")):
        if name not in header:
            yield f"the passport's header has no {name}"
        elif name == "typ" and header[name] != wanted:
            yield f"the passport's typ is not {wanted}"
    if "x5u" not in header:
        yield "the passport's header has no x5u"
    elif info is None or header["x5u"] != info[1]:
        yield "the passport's x5u and the header's info are different addresses"
    if claims.get("attest") not in ATTESTATIONS:
        yield f"the passport's attest is not one of {', '.join(ATTESTATIONS)}"
    if passport.orig is None or not forms.is_phone(passport.orig):
        yield "the passport names no calling number (orig.tn)"
    dest = claims.get("dest")
    listed = dest.get("tn") if isinstance(dest, dict) else None
    if not isinstance(listed, list) or not passport.dest or not all(map(forms.is_phone, passport.dest)):
        yield "the passport names no called number (dest.tn, a list)"
    if passport.iat is None:
        yield "the passport has no time of issue (iat)"
    try:
        uuid.UUID(str(claims.get("origid")))
    except ValueError:
        yield "the passport's origid is no UUID"


def _signature_holds(token: str, key: EllipticCurvePublicKey) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    signed, _, last = token.rpartition(".")
    try:
        raw = base64.b64decode(last + "=" * (-len(last) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return False
    # Another way to write the same bytes is another token: nothing may be changed.
    if len(raw) != _SIGNATURE_BYTES or _base64(raw) != last:
        return False
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        key.verify(signature, signed.encode(), ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _public(text: str) -> tuple[EllipticCurvePublicKey, Certificate | None]:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    name, pem = _text(text, "the certificate")
    certificate = None
    try:
        if b"BEGIN CERTIFICATE" in pem:
            certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key() if certificate is not None else load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise BadPassport(f"{name} is no certificate or public key in PEM") from None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise BadPassport(f"the key of {name} is not on the curve P-256", "ES256 wants one that is")
    return key, certificate


def _read(identity: str) -> Passport:
    if wrong := forms.identity(identity):
        raise BadPassport(f"the Identity header {wrong[1]}")
    passport = read_passport(identity)
    if passport is None:
        raise BadPassport("the passport cannot be read: it is no JWT of two JSON objects and a signature")
    return passport


def _text(text: str, called: str) -> tuple[str, bytes]:
    """What a PEM, or the file that a path names, is called in messages; and its bytes."""
    if "-----" in text:
        return called, text.encode()
    name = f"{called} {shown(text, 200)}"
    try:
        with Path(text).open("rb") as stream:
            return name, stream.read(_MOST_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        raise BadPassport(f"{name} cannot be read: {reason}") from None


def _number(text: str, which: str) -> str:
    try:
        return digits(text)
    except NotAPhoneNumber as reason:
        raise BadPassport(f"the {which} number `{shown(text, 40)}` is none: {reason}") from None


def _part(value: Mapping[str, Any]) -> str:
    """JSON as it is signed: keys in order, no spaces (RFC 8225, section 9)."""
    return _base64(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
