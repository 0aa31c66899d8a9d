"""The values of a call in the addresses of its first NCCO, for a server that has not heard of the call before.

A token can be read by everybody who sees the address: private values never go into one.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from nccodsl.base.strict_json import read_strict_json
from nccodsl.errors import NccodslError

LONGEST = 1500
"""Characters of a token; addresses of more than 2,000 are cut by some servers on the way."""


class BadToken(NccodslError):
    """What stands in an address is no token."""


def write_token(values: Mapping[str, object]) -> str:
    """The values as they were given, as URL-safe text; empty for none. Raises BadToken where they are too long."""
    if not values:
        return ""
    text = json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"), default=str)
    token = urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    if len(token) > LONGEST:
        raise BadToken(f"the values take {len(token):,} characters in each URL; the limit is {LONGEST:,}")
    return token


def read_token(token: str) -> dict[str, object]:
    """Raises BadToken."""
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("utf-8", "surrogatepass")
        values = read_strict_json(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise BadToken("the URL contains values that cannot be read")
    return values
