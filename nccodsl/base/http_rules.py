"""What a request to another system may be."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LARGEST_BODY = 256 * 1024
"""Bytes of the body of a request."""
LONGEST_FETCH = 4.0
"""Seconds that the fetches of one answer may take together: the platform waits 5 for it (webhook reference)."""
