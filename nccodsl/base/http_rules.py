"""What a request to another system may be."""

import re

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""A token (RFC 9110)."""
WRONG_IN_HEADER = re.compile(r"[^\t\x20-\x7e]")
"""What the value of a header cannot contain, but for what a secret puts there."""
FRAMING_HEADERS = frozenset(
    ("connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
)
"""Headers that the one who makes the request sets (RFC 9110, 9112)."""
LARGEST_BODY = 256 * 1024
"""Bytes of the body of a request."""
LONGEST_FETCH = 4.0
"""Seconds that the fetches of one answer may take together: the platform waits 5 for it (webhook reference)."""
