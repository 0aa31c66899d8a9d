"""Which hosts are the platform's, and may see a token of an application (authentication)."""

from __future__ import annotations

from urllib.parse import urlsplit

OWN_DOMAINS = ("nexmo.com", "vonage.com")
"""Hosts below these may see a token."""


def is_of_platform(url: str) -> bool:
    """Whether an address is one of the platform's, over HTTPS."""
    try:
        parts = urlsplit(url)
        name = (parts.hostname or "").casefold()
    except ValueError:
        return False
    if parts.scheme != "https" or parts.username is not None or "\\" in url:
        return False
    return any(name == domain or name.endswith(f".{domain}") for domain in OWN_DOMAINS)
