"""Where the API is: regions, hosts, and where a token may go (voice-api.md 6)."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from nccodsl.base.loopback import address_of, is_loopback
from nccodsl.client.failures import BadAddress, shown
from nccodsl.diagnostics.suggest import nearest

REGIONS: dict[str, str] = {
    "default": "api.nexmo.com",
    "na-east": "api-us-3.vonage.com",
    "na-west": "api-us-4.vonage.com",
    "eu-east": "api-eu-4.vonage.com",
    "eu-west": "api-eu-3.vonage.com",
    "apac-sng": "api-ap-3.vonage.com",
    "apac-australia": "api-ap-4.vonage.com",
    "us": "api-us.vonage.com",
    "eu": "api-eu.vonage.com",
    "ap": "api-ap.vonage.com",
}
"""Names of regions (the last three are as large as continents) and their hosts."""

OWN_DOMAINS = ("nexmo.com", "vonage.com")
"""Hosts below these may see a token (voice-api.md 4.2)."""

_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,62}))*\.?")


def base_url(host: str | None = None, region: str | None = None) -> str:
    """The URL that paths are put behind, without a slash at its end.

    `host` is a name, `name:port` or an http(s) URL without a path. Without a scheme it means https, and http for a
    loopback address, where an emulator listens. Raises BadAddress.
    """
    if host is not None and region is not None:
        raise BadAddress("a host and a region are given: one of them says where the API is", "leave one of them out")
    if host is not None:
        return _own(host)
    name = region if region is not None else "default"
    if name not in REGIONS:
        hit = nearest(name, REGIONS)
        help = f"did you mean `{hit}`?" if hit else f"there are {', '.join(REGIONS)}; --host takes any host"
        raise BadAddress(f"there is no region `{shown(name, 40)}`", help, code="E302")
    return f"https://{REGIONS[name]}"


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


def _own(given: str) -> str:
    text = given.strip()
    wrong = f"`{shown(text, 80)}` is no host"
    form = "write api.example.com, api.example.com:8443 or https://api.example.com"
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(wrong, form) from None
    if parts.username is not None or parts.password is not None:
        raise BadAddress("a host has no user name or password in front of it", form)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadAddress(f"{wrong}: it has a path", form)
    if not (_NAME.fullmatch(name) or address_of(name)) or port == 0:
        raise BadAddress(wrong, form)
    scheme = parts.scheme or ("http" if is_loopback(name) else "https")
    if scheme not in ("http", "https"):
        raise BadAddress(f"{wrong}: `{shown(scheme, 20)}` is not http or https", form)
    if scheme == "http" and not is_loopback(name):
        raise BadAddress(f"http to {name} would show the token to everybody on the way", f"write https://{name}")
    return f"{scheme}://{f'[{name}]' if ':' in name else name}" + (f":{port}" if port is not None else "")
