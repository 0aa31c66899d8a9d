"""Reading the feed of calls of a running `nccodsl serve --allow-attach`: lines, as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nccodsl.base.loopback import is_loopback
from nccodsl.errors import UsageError

if TYPE_CHECKING:
    import httpx

_CONNECTING = 5.0
_STILL = 30.0
"""Seconds without a sign of life after which a server is gone; it gives one every 10."""
_LARGEST = 4 * 1024 * 1024
"""Bytes of a line."""
_REFUSED = {
    401: "the token is wrong; `nccodsl serve --allow-attach` prints it, or takes it from $NCCODSL_ATTACH_TOKEN",
    404: "the server does not let debuggers watch; start it with `nccodsl serve --allow-attach`",
    429: "too many debuggers watch this server already",
}


class WatchedServer:
    """A connection to a feed."""

    def __init__(self, client: httpx.Client, response: httpx.Response) -> None:
        self._client = client
        self._response = response

    def lines(self) -> Iterator[bytes]:
        """The lines, without their ends. Raises UsageError where the server is gone, or another program answers."""
        import httpx

        left = b""
        try:
            for data in self._response.iter_raw():
                *whole, left = (left + data).split(b"\n")
                yield from whole
                if len(left) > _LARGEST:
                    raise UsageError("the server does not answer as `nccodsl serve` does")
        except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError):
            raise UsageError("the server is gone: the connection has ended") from None

    def close(self) -> None:
        """Read no more."""
        self._response.close()
        self._client.close()


def watched(url: str, token: str) -> WatchedServer:
    """Connect to the server at a URL. Raises UsageError with what is wrong."""
    import httpx

    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
    except ValueError:
        scheme, host = "", ""
    if scheme not in ("http", "https") or not host:
        raise UsageError("`url` must be the address of the server, such as `http://127.0.0.1:8080`")
    if scheme == "http" and not is_loopback(host):
        raise UsageError("the token would be sent in clear to another machine; use https, or an SSH tunnel")
    timeout = httpx.Timeout(_STILL, connect=_CONNECTING)
    client = httpx.Client(trust_env=False, timeout=timeout)
    try:
        response = _answer(client, f"{url.rstrip('/')}/watch", {"authorization": f"Bearer {token}"})
    except BaseException:
        client.close()
        raise
    return WatchedServer(client, response)


def _answer(client: httpx.Client, url: str, headers: dict[str, Any]) -> httpx.Response:
    import httpx

    try:
        response = client.send(client.build_request("GET", url, headers=headers), stream=True)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise UsageError(f"there is no server at {url.removesuffix('/watch')}: {_words(error)}") from None
    if response.status_code == 200:
        return response
    try:
        told = response.read()[:200].decode("utf-8", "replace").strip() if response.status_code == 403 else ""
    except httpx.HTTPError:
        told = ""
    raise UsageError(_REFUSED.get(response.status_code) or told or f"the server answers with {response.status_code}")


def _words(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
