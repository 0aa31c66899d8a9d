"""What must stand in the header and the claims of a SHAKEN passport (RFC 8224, 8225, 8588)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from nccodsl.base.ids import is_uuid
from nccodsl.client.failures import shown
from nccodsl.voice import forms

ATTESTATIONS = {
    "A": "the signer knows the caller, who may use the number",
    "B": "the signer knows the caller, but not whether the number is theirs",
    "C": "the signer only knows where the call came in",
}
"""What each level of attestation vouches for (RFC 8588, section 4)."""
LAST_TIME = 2**53
"""Seconds since 1970 that one can reckon with."""
_TELEPHONE = re.compile(r"[0-9*#]{1,32}").fullmatch  # RFC 8224, section 8.3: no `+`, no separators


def _telephone(value: object) -> bool:
    return isinstance(value, str) and bool(_TELEPHONE(value))


def _dest(value: object) -> bool:
    numbers = value.get("tn") if isinstance(value, dict) else None
    return isinstance(numbers, list) and bool(numbers) and all(map(_telephone, numbers))


_Rules = dict[str, tuple[Callable[[Any], bool], str]]
# That alg and ppt are not what the header says, or iat no whole number, has been found by check_identity.
HEADER: _Rules = {
    "alg": (lambda value: True, "ES256"),
    "ppt": (lambda value: True, "shaken"),
    "typ": (lambda value: value == "passport", "passport"),
    "x5u": (
        lambda value: isinstance(value, str) and value.lower().startswith("https://") and forms.url(value) is None,
        "the https URL of the certificate",
    ),
}
CLAIMS: _Rules = {
    "attest": (lambda value: isinstance(value, str) and value in ATTESTATIONS, "A, B or C"),
    "dest": (_dest, '{"tn": […]} with the called numbers, digits only'),
    "iat": (lambda value: not isinstance(value, int) or 0 <= value <= LAST_TIME, "a time in seconds since 1970"),
    "orig": (
        lambda value: isinstance(value, dict) and _telephone(value.get("tn")),
        '{"tn": "…"} with the caller\'s number, digits only',
    ),
    "origid": (lambda value: isinstance(value, str) and bool(is_uuid(value)), "a UUID"),
}
"""What must be there, and be what (RFC 8225, sections 4 and 5; RFC 8588, sections 4 and 5)."""


def misshapen(part: dict[str, Any], rules: _Rules) -> Iterator[str]:
    """What is missing or wrong in a header or in claims, in words."""
    for name, (holds, wanted) in rules.items():
        if name not in part:
            yield f"the passport has no {name}; it must be {wanted}"
        elif not holds(part[name]):
            yield f"the passport's {name} must be {wanted}, not {shown(json.dumps(part[name]), 60)}"
