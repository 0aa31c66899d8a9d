"""Hosts that are this machine itself: their names, and one test for all who must tell them from others."""

from __future__ import annotations

import ipaddress

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The names that this machine is usually reached by."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, so that no other machine can read along."""
    name = plain_host(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = address_of(name)
    return address is not None and address.is_loopback


def plain_host(host: str) -> str:
    """A host as it is compared: in lower case, without the brackets of IPv6 and without a final dot."""
    return host.strip().casefold().removeprefix("[").removesuffix("]").removesuffix(".")


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
