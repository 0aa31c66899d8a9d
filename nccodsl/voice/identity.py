"""SHAKEN Identity headers: what their passport says, and whether that fits the call.

Owns: reading the passport (the JWT in front), comparing it. Does not own: the header's outer form (forms), signatures,
which nobody here can check.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.strict_json import DuplicateKey, read_strict_json
from nccodsl.diagnostics import Message, messages
from nccodsl.voice import forms

NEW_ENOUGH = 60
"""Seconds after `iat` during which networks take a passport (RFC 8224)."""


class Passport(Record):
    """`header` and `claims` as they stand in the JWT; `orig` and `dest` are telephone numbers, digits only."""

    header: dict[str, Any]
    claims: dict[str, Any]
    orig: str | None
    dest: tuple[str, ...]
    iat: int | None


def read_passport(identity: str) -> Passport | None:
    """The passport of an Identity header of the right form; None where it cannot be read."""
    parts = identity.partition(";")[0].split(".")
    if len(parts) != 3:
        return None
    header, claims = _decoded(parts[0]), _decoded(parts[1])
    if header is None or claims is None:
        return None
    orig = claims.get("orig")
    dest = claims.get("dest")
    numbers = dest.get("tn") if isinstance(dest, dict) else None
    numbers = [numbers] if isinstance(numbers, str) else numbers
    iat = claims.get("iat")
    return Passport(
        header,
        claims,
        _digits(orig.get("tn")) if isinstance(orig, dict) else None,
        tuple(tn for tn in map(_digits, numbers if isinstance(numbers, list) else ()) if tn),
        iat if isinstance(iat, int) and not isinstance(iat, bool) else None,
    )


def check_identity(
    identity: str, to: str | None = None, from_: str | None = None, now: float | None = None
) -> Iterator[Message]:
    """What is wrong with it. The numbers are digits, None where not known; `now` in Unix seconds."""
    if wrong := forms.identity(identity):
        yield messages.forms.of("the Identity header", wrong)
        return
    passport = read_passport(identity)
    if passport is None:
        yield messages.passports.unreadable(why_unreadable(identity))
        return
    for key, wanted in (("alg", "ES256"), ("ppt", "shaken")):
        if passport.header.get(key, wanted) != wanted:
            yield messages.passports.differs_from_header(key, forms.quote(str(passport.header[key])), wanted)
    if passport.orig and from_ and passport.orig != from_:
        yield messages.passports.other_caller(passport.orig, from_)
    if passport.dest and to and to not in passport.dest:
        yield messages.passports.other_callee(passport.dest, to)
    if "iat" in passport.claims and passport.iat is None:
        yield messages.passports.no_time()
    elif now is not None and (age := untimely(passport, now)) is not None:
        yield messages.passports.not_of_this_time(age)


def untimely(passport: Passport, now: float) -> float | None:
    """How many seconds old it is, negative from the future, if networks do not take it now; else None."""
    if passport.iat is None or -NEW_ENOUGH <= now - passport.iat <= NEW_ENOUGH:
        return None
    return now - passport.iat


def _digits(number: object) -> str | None:
    return number.lstrip("+") if isinstance(number, str) else None


def why_unreadable(identity: str) -> str:
    """What is wrong with a header's passport that `read_passport` cannot read."""
    for part, called in zip(identity.partition(";")[0].split("."), ("header", "claims"), strict=False):
        try:
            read_strict_json(_bytes(part))
        except DuplicateKey as error:
            return f"in its {called}, {error}"
        except ValueError:
            break
    return "it is not a JWT of two JSON objects and a signature"


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _decoded(part: str) -> dict[str, Any] | None:
    try:
        value = read_strict_json(_bytes(part))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
