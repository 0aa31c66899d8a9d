"""Which WebSockets may be opened."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from nccodsl.base.loopback import is_loopback


def socket_refusal(uri: str, hosts: Collection[str]) -> str:
    """Why an address may not be opened: to this machine and to `hosts` only (`*`: to all); empty where it may."""
    try:
        parts = urlsplit(uri)
        host = (parts.hostname or "").casefold()
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("ws", "wss"):
        return f"{uri[:80]} is not the address of a WebSocket"
    if is_loopback(host) or "*" in hosts or host in map(_name_of, hosts):
        return ""
    return f"to open it, add --allow-socket {host}"


def _name_of(host: str) -> str:
    """The name of a host that is given with a port, or as an address."""
    try:
        return (urlsplit(host if "://" in host else f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""
