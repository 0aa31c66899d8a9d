"""Where a token of an application may go."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

OWN_DOMAINS = ("nexmo.com", "vonage.com")
"""Hosts below these may see a token (authentication)."""


def may_see_token(url: str, own: str) -> bool:
    """Whether a token may be sent with a request to `url`; `own` is the client's base URL."""
    try:
        wanted, ours = urlsplit(url), urlsplit(own)
        same = (wanted.scheme, wanted.hostname, _port(wanted)) == (ours.scheme, ours.hostname, _port(ours))
    except ValueError:
        return False
    if wanted.username is not None or "\\" in url or not wanted.hostname:
        return False
    name = wanted.hostname.casefold()
    vonage = any(name == domain or name.endswith(f".{domain}") for domain in OWN_DOMAINS)
    return same or (wanted.scheme == "https" and vonage)


def _port(url: SplitResult) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)
