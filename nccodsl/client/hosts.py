"""Where the API is: regions, hosts, and where a token may go (Voice API reference)."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from nccodsl.base.loopback import address_of, is_loopback
from nccodsl.base.platform_hosts import is_of_platform
from nccodsl.client.failures import BadAddress, shown
from nccodsl.diagnostics import messages

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

_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,62}))*\.?")


def base_url(host: str | None = None, region: str | None = None) -> str:
    """The URL that paths are put behind, without a slash at its end.

    `host` is a name, `name:port` or an http(s) URL without a path. Without a scheme it means https, and http for a
    loopback address, where an emulator listens. Raises BadAddress.
    """
    if host is not None and region is not None:
        raise BadAddress(messages.accounts.host_and_region())
    if host is not None:
        return _own(host)
    name = region if region is not None else "default"
    if name not in REGIONS:
        raise BadAddress(messages.accounts.no_region(name, shown(name, 40), REGIONS))
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
    return same or is_of_platform(url)


def _port(url: SplitResult) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)


def _own(host: str) -> str:
    text = host.strip()
    given = shown(text, 80)
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(messages.accounts.no_host(given)) from None
    if parts.username is not None or parts.password is not None:
        raise BadAddress(messages.accounts.user_before_host())
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadAddress(messages.accounts.no_host(given, messages.accounts.no_path()))
    if not (_NAME.fullmatch(name) or address_of(name)) or port == 0:
        raise BadAddress(messages.accounts.no_host(given))
    scheme = parts.scheme or ("http" if is_loopback(name) else "https")
    if scheme not in ("http", "https"):
        raise BadAddress(messages.accounts.no_host(given, messages.accounts.no_http(shown(scheme, 20))))
    if scheme == "http" and not is_loopback(name):
        raise BadAddress(messages.accounts.token_in_the_open(name))
    return f"{scheme}://{f'[{name}]' if ':' in name else name}" + (f":{port}" if port is not None else "")
