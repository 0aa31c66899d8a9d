"""Keeping web pages out: any page in a browser on this machine can send requests to a server on it.

A name that a page's owner has pointed at this machine (DNS rebinding) shows in `Host`, a page from elsewhere in
`Origin`. Programs send the host that they were given, and no `Origin`.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from nccodsl.base.loopback import LOOPBACK, address_of, plain_host
from nccodsl.base.record import Record


class ForeignSender(Record):
    """Who a request comes from that is not let through: the `host` that it is sent to, or the origin of its `page`."""

    host: str = ""
    page: str = ""


class OwnOrigins:
    """Tells requests that name an allowed host, and come from no other origin, from others.

    Allowed are the names of the loopback interface, `host` (the address listened at), and `more`; "*" in `more`
    allows every host. Where every address is listened at (`0.0.0.0`, `::`), every IP address is allowed: a web
    page cannot bring a name of its own to an address.
    """

    def __init__(self, *, scheme: str, host: str, more: Iterable[str] = ()) -> None:
        self._scheme = scheme
        given = {plain_host(name) for name in more}
        self._any = "*" in given
        self._names = {*LOOPBACK, plain_host(host), *given}
        address = address_of(plain_host(host))
        self._any_address = address is not None and address.is_unspecified

    def foreign(self, request: HTTPConnection) -> ForeignSender | None:
        """Who a request comes from that is not allowed; None for all others."""
        hosts = request.headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        name = _name(host)
        if not self._allows(name):
            return ForeignSender(host=name[:80])
        origins = request.headers.getlist("origin")
        if all(self._is_own(origin, host) for origin in origins):
            return None
        return ForeignSender(page=origins[0][:80] or "an unknown origin")

    def _allows(self, name: str) -> bool:
        if not name:
            return False
        if self._any or name in self._names:
            return True
        address = address_of(name)
        return address is not None and (address.is_loopback or self._any_address)

    def _is_own(self, origin: str, host: str) -> bool:
        own = _with_port(f"{self._scheme}://{host}")
        return own is not None and _with_port(origin) == own


def _name(host: str) -> str:
    """The name or address in a `Host` header; empty without one."""
    if set(host) & set("/?#@\\") or not host.isascii():
        return ""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
        return plain_host(parts.hostname or "")
    except ValueError:
        return ""


def _with_port(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin; None for what is no origin, such as `null`."""
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username is not None:
        return None
    return parts.scheme, plain_host(parts.hostname), port
