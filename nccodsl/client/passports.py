"""SHAKEN passports: made for a call, taken apart, checked (RFC 8224, 8225, 8588).

Owns: signing, the signature, what a passport must hold. Does not own: the Identity header's outer form (voice.forms),
reading a passport and comparing it with a call (voice.identity). Nothing here puts key material into a message, a
`repr` or a traceback.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nccodsl.base.ids import is_uuid
from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.record import Record
from nccodsl.client.failures import VoiceError, shown
from nccodsl.voice import forms
from nccodsl.voice.identity import Passport, check_identity, read_passport, why_unreadable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.x509 import Certificate

ATTESTATIONS = {
    "A": "the signer knows the caller, who may use the number",
    "B": "the signer knows the caller, but not whether the number is theirs",
    "C": "the signer only knows where the call came in",
}
"""What each level of attestation vouches for (RFC 8588, section 4)."""
NOT_CHECKED = (
    "whether the certificate leads to a trusted authority, whether it was revoked, whether it covers the number, "
    "and whether it is the one that the URL gives"
)
"""What `verify` leaves to the networks."""

_UNREADABLE = "the Identity header has no passport that can be read: "
_MOST_BYTES = 2**18
_LIKE_A_KEY = re.compile(r"[A-Za-z0-9+/=_\\ -]{40,}").fullmatch
_LAST_TIME = 2**53
_MAKE = "`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out shaken.key` makes a key of the right kind"
_LABEL = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_INFO = re.compile(r";info=<([^<>\s]+)>").search
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_TELEPHONE = re.compile(r"[0-9*#]{1,32}").fullmatch  # RFC 8224, section 8.3: no `+`, no separators


class BadPassport(VoiceError):
    """A passport cannot be signed, or cannot be checked with what was given."""

    code = "E713"


class Signer:
    """Signs passports with an EC key on P-256. Raises BadPassport where a part cannot be used.

    `certificate_url` is the https address where networks fetch the certificate of the key.
    """

    __slots__ = ("_key", "attest", "certificate_url")

    def __init__(self, key: EllipticCurvePrivateKey, certificate_url: str, attest: str = "A") -> None:
        if other := _other_kind(key):
            raise BadPassport(f"the signing key is {other}, and ES256 wants one on the curve P-256", _MAKE)
        if attest not in ATTESTATIONS:
            raise BadPassport(f"the attestation is A, B or C, not {forms.quote(str(attest))}")
        self._key = key
        self.certificate_url = _checked_url(certificate_url)
        self.attest = attest

    def __repr__(self) -> str:
        return f"Signer({self.certificate_url!r}, {self.attest!r}, key=hidden)"

    def sign(self, orig: str, dest: str, iat: int | None = None, origid: str | None = None) -> str:
        """The Identity header for a call from `orig` to `dest`, signed at `iat` (Unix seconds; now by default).

        Deterministic but for the signature (RFC 8225, section 9). `origid` is a UUID, a fresh one by default. Raises
        BadPassport.
        """
        from jwt import get_algorithm_by_name

        iat = int(time.time()) if iat is None else iat
        origid = str(uuid.uuid4()) if origid is None else origid
        if not 0 <= iat <= _LAST_TIME:
            raise BadPassport(f"a passport is issued at a time in seconds since 1970, not at {iat}")
        if not is_uuid(origid):
            raise BadPassport(f"the origid is a UUID, not {forms.quote(origid)}")
        header = {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": self.certificate_url}
        claims = {
            "attest": self.attest,
            "dest": {"tn": [_number(dest, "the number called")]},
            "iat": iat,
            "orig": {"tn": _number(orig, "the caller's number")},
            "origid": origid.lower(),
        }
        signed = f"{_encoded(_canonical(header))}.{_encoded(_canonical(claims))}"
        signature = _encoded(get_algorithm_by_name("ES256").sign(signed.encode(), self._key))
        return f'{signed}.{signature};info=<{self.certificate_url}>;alg=ES256;ppt="shaken"'


class Inspection(Record):
    """What an Identity header says; `findings` is what is wrong with it, in words.

    `age` in seconds, negative if it is from the future; None where there is no time to reckon with.
    """

    header: dict[str, Any]
    claims: dict[str, Any]
    info: str
    age: int | None
    findings: tuple[str, ...]


def load_signer(key: str, certificate_url: str, attest: str = "A") -> Signer:
    """A signer with the key in a PEM (text, or the path of its file). Raises BadPassport."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    block, called = _block(key, "the signing key", _KEYS, _NO_KEY)
    try:
        loaded = load_pem_private_key(block.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _damaged(called) from None
    if other := _other_kind(loaded):
        raise BadPassport(f"{called} is {other}, and ES256 wants one on the curve P-256", _MAKE)
    return Signer(loaded, certificate_url, attest)  # type: ignore[arg-type]  # _other_kind has seen to it


def sign_body(body: Mapping[str, Any], signer: Signer, now: float | None = None) -> dict[str, Any]:
    """The body of a create request with a fresh passport for each phone: those in `to`, and those that the actions of
    its `ncco` connect under a `from` of their own. The argument stays as it is.

    Networks take a passport for 60 seconds: one of a `connect` that runs later than that is too old by then. Raises
    BadPassport where a phone is called, but from no telephone number.
    """
    iat = None if now is None else int(now)
    signed = copy.deepcopy(dict(body))
    sender = signed.get("from")
    for phone in _phones(signed.get("to")):
        caller = _from(sender.get("number") if isinstance(sender, dict) else None)
        phone["shaken"] = signer.sign(caller, phone.get("number", ""), iat)
    actions = signed.get("ncco")
    for action in actions if isinstance(actions, list) else ():
        if isinstance(action, dict) and action.get("action") == "connect" and action.get("from") is not None:
            for phone in _phones(action.get("endpoint")):
                phone["shaken"] = signer.sign(_from(action["from"]), phone.get("number", ""), iat)
    return signed


def inspect(identity: str, now: float | None = None) -> Inspection:
    """What an Identity header says, taken at its word: the signature is not looked at. `now` in Unix seconds.

    Raises BadPassport where it has no passport that can be read.
    """
    now = int(time.time() if now is None else now)
    passport = read_passport(identity)
    if passport is None:
        raise BadPassport(
            _UNREADABLE + why_unreadable(identity), 'its form is JWT;info=<https://…>;alg=ES256;ppt="shaken"'
        )
    info = _INFO(identity)
    known = _has_time(passport)
    return Inspection(
        passport.header,
        passport.claims,
        info[1] if info else "",
        now - passport.iat if known and passport.iat is not None else None,
        tuple(message for _, message in check_identity(identity, now=now if known else None)),
    )


def verify(
    identity: str, pem: str, to: str | None = None, from_: str | None = None, now: float | None = None
) -> list[str]:
    """What does not hold of an Identity header, by a certificate or public key in PEM (text, or the path of its file).

    Looked at are the form, the signature, what header and claims must be (RFC 8225, 8588), the age (60 s, RFC 8224),
    the certificate's period, and the numbers of the call where they are given. NOT_CHECKED is what is not. Raises
    BadPassport where the certificate or a number cannot be used.
    """
    now = time.time() if now is None else now
    certificate, key = _proof(pem)
    to = None if to is None else _number(to, "the number called")
    from_ = None if from_ is None else _number(from_, "the caller's number")
    passport = read_passport(identity)
    if passport is None:
        return [_UNREADABLE + why_unreadable(identity)]
    moment = int(now) if _has_time(passport) else None
    found = [message for _, message in check_identity(identity, to, from_, moment)]
    found += _misshapen(passport.header, _HEADER)
    found += _misshapen(passport.claims, _CLAIMS)
    info, x5u = _INFO(identity), passport.header.get("x5u")
    if info and isinstance(x5u, str) and x5u != info[1]:
        found.append(f"the passport's x5u is {forms.quote(x5u)}, but the header's info is {forms.quote(info[1])}")
    if "crit" in passport.header:
        found.append("the passport has crit, which names extensions that SHAKEN does not know")
    if certificate is not None:
        found += _wrong_period(certificate, now)
    if other := _other_kind(key):
        found.append(f"the certificate's key is {other}, and ES256 wants one on the curve P-256")
    elif not _is_signed(identity.partition(";")[0], key):
        found.append("the signature does not hold: the passport was changed, or signed with another key")
    return found


def _canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and without white space (RFC 8225, section 9)."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _number(number: object, called: str) -> str:
    if not isinstance(number, str) or not number:
        raise BadPassport(f"{called} is missing", "a passport names the telephone numbers of its call")
    try:
        return digits(number)
    except NotAPhoneNumber as error:
        raise BadPassport(f"{called} {forms.quote(number)} is none: {error}") from None


def _phones(listed: object) -> Iterator[dict[str, Any]]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("type") == "phone":
            yield one


def _from(number: object) -> str:
    if isinstance(number, str) and forms.sip(number) is not None:
        return _number(number, "the caller's number")
    what = f"from the SIP URI {forms.quote(number)}" if isinstance(number, str) else "from no number"
    raise BadPassport(
        f"the call is {what}, and a passport vouches for a telephone number",
        "give one of your Vonage numbers as `from`; random_from_number leaves nothing to sign",
    )


def _checked_url(url: str) -> str:
    """An https URL as it can stand in a header. Raises BadPassport."""
    help = "it is where networks fetch the certificate, such as https://example.com/shaken.pem"
    if wrong := forms.url(url):
        raise BadPassport(f"the certificate URL {wrong[1]}", help)
    if not url.lower().startswith("https://"):
        raise BadPassport(f"the certificate URL must begin with https://: {forms.quote(url)} does not", help)
    if not url.isascii():
        raise BadPassport(f"the certificate URL {forms.quote(url)} holds more than ASCII", "write it percent-encoded")
    if "@" in urlsplit(url).netloc:
        raise BadPassport("the certificate URL holds a user name, which every network would see", help)
    return url


def _has_time(passport: Passport) -> bool:
    """Whether `iat` is a number that one can reckon with."""
    return passport.iat is not None and abs(passport.iat) <= _LAST_TIME


def _telephone(value: object) -> bool:
    return isinstance(value, str) and bool(_TELEPHONE(value))


def _dest(value: object) -> bool:
    numbers = value.get("tn") if isinstance(value, dict) else None
    return isinstance(numbers, list) and bool(numbers) and all(map(_telephone, numbers))


_Rules = dict[str, tuple[Callable[[Any], bool], str]]
# That alg and ppt are not what the header says, or iat no whole number, has been found by check_identity.
_HEADER: _Rules = {
    "alg": (lambda value: True, "ES256"),
    "ppt": (lambda value: True, "shaken"),
    "typ": (lambda value: value == "passport", "passport"),
    "x5u": (
        lambda value: isinstance(value, str) and value.lower().startswith("https://") and forms.url(value) is None,
        "the https URL of the certificate",
    ),
}
_CLAIMS: _Rules = {
    "attest": (lambda value: isinstance(value, str) and value in ATTESTATIONS, "A, B or C"),
    "dest": (_dest, '{"tn": […]} with the numbers called, digits alone'),
    "iat": (lambda value: not isinstance(value, int) or 0 <= value <= _LAST_TIME, "a time in seconds since 1970"),
    "orig": (
        lambda value: isinstance(value, dict) and _telephone(value.get("tn")),
        '{"tn": "…"} with the caller\'s number, digits alone',
    ),
    "origid": (lambda value: isinstance(value, str) and bool(is_uuid(value)), "a UUID"),
}
"""What must be there, and be what (RFC 8225, sections 4 and 5; RFC 8588, sections 4 and 5)."""


def _misshapen(part: dict[str, Any], rules: _Rules) -> Iterator[str]:
    for name, (holds, wanted) in rules.items():
        if name not in part:
            yield f"the passport has no {name}; it must be {wanted}"
        elif not holds(part[name]):
            yield f"the passport's {name} must be {wanted}, not {shown(json.dumps(part[name]), 60)}"


def _wrong_period(certificate: Certificate, now: float) -> Iterator[str]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not start.timestamp() <= now <= end.timestamp():
        what = "is not valid yet" if now < start.timestamp() else "has expired"
        yield f"the certificate {what}: it holds from {start:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} UTC"


def _is_signed(token: str, key: EllipticCurvePublicKey) -> bool:
    from jwt import get_algorithm_by_name

    signed, _, signature = token.rpartition(".")
    if not all(map(_BASE64URL, token.split("."))) or len(signature) % 4 == 1:
        return False
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    # Bits of the last character that mean nothing must be 0: there is one way to write a signature.
    return _encoded(raw) == signature and get_algorithm_by_name("ES256").verify(signed.encode(), key, raw)


def _proof(pem: str) -> tuple[Certificate | None, EllipticCurvePublicKey]:
    """The first certificate in a PEM, if it holds one, and the public key. Raises BadPassport."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    block, called = _block(pem, "the certificate", _PROOFS, _NO_PROOF)
    certificate = None
    try:
        if "CERTIFICATE" in block:
            certificate = load_pem_x509_certificate(block.encode())
            return certificate, certificate.public_key()  # type: ignore[return-value]  # the caller looks at its kind
        return None, load_pem_public_key(block.encode())  # type: ignore[return-value]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _damaged(called) from None


def _other_kind(key: object) -> str | None:
    """What a key is if it is none for ES256: public and private ones alike."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return None if key.curve.name == "secp256r1" else f"on the curve {key.curve.name}"
    return "an RSA key" if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey) else "of another kind"


_KEYS, _PROOFS = ("PRIVATE KEY", "EC PRIVATE KEY"), ("CERTIFICATE", "PUBLIC KEY")
_PRIVATE_WANTED = "give the private key that the certificate was made for"
_PUBLIC_WANTED = "give its certificate, or its public key: `openssl pkey -in KEY -pubout` writes it"
_NO_KEY = {
    "PUBLIC KEY": ("is a public key", _PRIVATE_WANTED),
    "CERTIFICATE": ("is a certificate", _PRIVATE_WANTED),
    "RSA PRIVATE KEY": ("is an RSA key, and ES256 wants one on the curve P-256", _MAKE),
    "ENCRYPTED PRIVATE KEY": ("is encrypted with a password", "`openssl pkey -in KEY -out NEW` writes it without"),
    "OPENSSH PRIVATE KEY": ("is a key in OpenSSH's own form", "`ssh-keygen -p -m PEM -f KEY` writes it as PEM"),
}
_NO_PROOF = dict.fromkeys((*_KEYS, *list(_NO_KEY)[2:]), ("is a private key", _PUBLIC_WANTED))
"""What a PEM that is not of the kind wanted calls itself, and what to do."""


def _block(given: str, called: str, wanted: tuple[str, ...], refused: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The first block of a wanted kind in a PEM, or in the file that is named, and what messages call it."""
    text = given.replace("\\n", "\n")
    if "-----" not in given and "\n" not in given:
        # The inside of a key is nothing to quote, and one on P-256 is shorter than many a path.
        called = called if _LIKE_A_KEY(given) else f"{called} {shown(given)}"
        text = _read(os.path.expanduser(given), called)  # noqa: PTH111
    if not text.strip():
        raise BadPassport(f"{called} is empty")
    labels = _LABEL.findall(text)
    kind = next((label for label in labels if label in wanted), None)
    if kind is None:
        no_pem = ("is no PEM", f"a PEM begins with a line -----BEGIN {wanted[0]}-----")
        why, help = refused.get(labels[0], no_pem) if labels else no_pem
        raise BadPassport(f"{called} {why}", help)
    block, end, _ = text[text.index(f"-----BEGIN {kind}-----") :].partition(f"-----END {kind}-----")
    if not end:
        raise BadPassport(f"{called} is truncated: its last line is missing", "copy the file anew")
    if "Proc-Type: 4,ENCRYPTED" in block:
        raise BadPassport(f"{called} {refused['ENCRYPTED PRIVATE KEY'][0]}", refused["ENCRYPTED PRIVATE KEY"][1])
    return block + end + "\n", called


def _read(file: str, called: str) -> str:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123
            data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise BadPassport(f"{called} cannot be read: {getattr(error, 'strerror', None) or 'this is no path'}") from None
    if len(data) > _MOST_BYTES or b"\0" in data:
        raise BadPassport(f"{called} is no text", "a PEM is wanted; `openssl x509 -inform der -in FILE` writes one")
    return data.decode("utf-8-sig", "replace")


def _damaged(called: str) -> BadPassport:
    return BadPassport(f"{called} is damaged: what stands between its first and last line cannot be read")
