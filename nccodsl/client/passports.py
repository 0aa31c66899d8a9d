"""SHAKEN passports: made for a call, taken apart, checked (RFC 8224, 8225, 8588).

Owns: signing and the signature. Does not own: the Identity header's outer form (voice.forms), what a passport must
hold (passport_form), reading one and comparing it with a call (voice.identity), keys in PEM (ec_pem). Nothing here puts
key material into a message, a `repr` or a traceback.
"""

from __future__ import annotations

import base64
import copy
import json
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nccodsl.base.ids import is_uuid
from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.record import Record
from nccodsl.client.ec_pem import WANTED, checked_key, is_public_key, kind_of, read_private_key, read_proof
from nccodsl.client.failures import BadPassport
from nccodsl.client.passport_form import ATTESTATIONS, CLAIMS, HEADER, LAST_TIME, misshapen
from nccodsl.voice import forms
from nccodsl.voice.identity import Passport, check_identity, read_passport, why_unreadable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.x509 import Certificate

NOT_CHECKED = (
    "whether the certificate leads to a trusted authority, whether it was revoked, whether it covers the number, "
    "and whether it is the one that the URL gives"
)
"""What `verify` leaves to the networks."""

_UNREADABLE = "the passport in the Identity header cannot be read: "
_NUMBER = "write digits with the country code, such as `14155550100`"
_INFO = re.compile(r";info=<([^<>\s]+)>").search
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+").fullmatch


class Signer:
    """Signs passports with an EC key on P-256. Raises BadPassport where a part cannot be used.

    `certificate_url` is the https address where networks fetch the certificate of the key.
    """

    __slots__ = ("_key", "attest", "certificate_url")

    def __init__(self, key: EllipticCurvePrivateKey, certificate_url: str, attest: str = "A") -> None:
        key = checked_key(key, "the signing key")
        if attest not in ATTESTATIONS:
            raise BadPassport(
                f"the attestation must be A, B or C, not {forms.quote(str(attest))}", "write `--attest A`"
            )
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
        if not 0 <= iat <= LAST_TIME:
            raise BadPassport(
                f"`iat` must be a time in seconds since 1970, not {iat}", "leave `iat` out for the present time"
            )
        if not is_uuid(origid):
            raise BadPassport(
                f"the origid must be a UUID, not {forms.quote(origid)}", "leave `origid` out for a new one"
            )
        header = {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": self.certificate_url}
        claims = {
            "attest": self.attest,
            "dest": {"tn": [_number(dest, "the called number")]},
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
    return Signer(read_private_key(key), certificate_url, attest)


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
        raise BadPassport(_UNREADABLE + why_unreadable(identity), 'write `JWT;info=<https://…>;alg=ES256;ppt="shaken"`')
    info = _INFO(identity)
    known = _has_time(passport)
    return Inspection(
        passport.header,
        passport.claims,
        info[1] if info else "",
        now - passport.iat if known and passport.iat is not None else None,
        tuple(wrong.text for wrong in check_identity(identity, now=now if known else None)),
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
    certificate, key = read_proof(pem)
    to = None if to is None else _number(to, "the called number")
    from_ = None if from_ is None else _number(from_, "the caller's number")
    passport = read_passport(identity)
    if passport is None:
        return [_UNREADABLE + why_unreadable(identity)]
    moment = int(now) if _has_time(passport) else None
    found = [wrong.text for wrong in check_identity(identity, to, from_, moment)]
    found += misshapen(passport.header, HEADER)
    found += misshapen(passport.claims, CLAIMS)
    info, x5u = _INFO(identity), passport.header.get("x5u")
    if info and isinstance(x5u, str) and x5u != info[1]:
        found.append(f"the passport's x5u is {forms.quote(x5u)}, but the header's info is {forms.quote(info[1])}")
    if "crit" in passport.header:
        found.append("the passport has crit, which names extensions that SHAKEN does not have")
    if certificate is not None:
        found += _wrong_period(certificate, now)
    if not is_public_key(key):
        found.append(f"the certificate's key is {kind_of(key)}; {WANTED}")
    elif not _is_signed(identity.partition(";")[0], key):
        found.append("the signature is wrong: the passport was changed, or signed with another key")
    return found


def _canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and without white space (RFC 8225, section 9)."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _number(number: object, called: str) -> str:
    if not isinstance(number, str) or not number:
        raise BadPassport(f"{called} is missing", "give it, such as `14155550100`")
    try:
        return digits(number)
    except NotAPhoneNumber as error:
        raise BadPassport(f"{called} {forms.quote(number)} is not a phone number: {error}", _NUMBER) from None


def _phones(listed: object) -> Iterator[dict[str, Any]]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("type") == "phone":
            yield one


def _from(number: object) -> str:
    if isinstance(number, str) and forms.sip(number) is not None:
        return _number(number, "the caller's number")
    what = f"from the SIP URI {forms.quote(number)}" if isinstance(number, str) else "from no number"
    raise BadPassport(
        f"the call is {what}; a passport needs a phone number",
        "write one of your Vonage numbers as `from`, and remove `random_from_number`",
    )


def _checked_url(url: str) -> str:
    """An https URL as it can stand in a header. Raises BadPassport."""
    help = "write the address where networks fetch the certificate, such as `https://example.com/shaken.pem`"
    if wrong := forms.url(url):
        raise BadPassport(f"the certificate URL {wrong.text}", help)
    if not url.lower().startswith("https://"):
        raise BadPassport(f"the certificate URL must begin with https://: {forms.quote(url)} does not", help)
    if not url.isascii():
        raise BadPassport(
            f"the certificate URL {forms.quote(url)} has characters beyond ASCII",
            "write it percent-encoded, such as `%C3%A9` for `é`",
        )
    if "@" in urlsplit(url).netloc:
        raise BadPassport("the certificate URL has a user name, which every network would see", help)
    return url


def _has_time(passport: Passport) -> bool:
    """Whether `iat` is a number that one can reckon with."""
    return passport.iat is not None and abs(passport.iat) <= LAST_TIME


def _wrong_period(certificate: Certificate, now: float) -> Iterator[str]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not start.timestamp() <= now <= end.timestamp():
        what = "is not valid yet" if now < start.timestamp() else "has expired"
        yield f"the certificate {what}: it is valid from {start:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} UTC"


def _is_signed(token: str, key: EllipticCurvePublicKey) -> bool:
    from jwt import get_algorithm_by_name

    signed, _, signature = token.rpartition(".")
    if not all(map(_BASE64URL, token.split("."))) or len(signature) % 4 == 1:
        return False
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    # Bits of the last character that mean nothing must be 0: there is one way to write a signature.
    return _encoded(raw) == signature and get_algorithm_by_name("ES256").verify(signed.encode(), key, raw)
