"""Files over HTTP, as any web server gives them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

_KEPT = {"Cache-Control": "max-age=3600"}


class Handler(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    server: Site

    def do_GET(self) -> None:
        name, dot, ending = self.path.partition("?")[0].rpartition(".")
        if self.server.redirects and (dot, ending) == (".", "html"):
            self.send_response(308)
            self.send_header("Location", name.removesuffix("index"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.server.redirects and Path(self.translate_path(f"{self.path}.html")).is_file():
            self.path += ".html"
        super().do_GET()

    def end_headers(self) -> None:
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Site(ThreadingHTTPServer):
    """A static site on loopback, below a path, as sites of projects are.

    `redirects`: pages lose the end of their addresses, as some hosts do it. `headers` are sent with each file; by
    default, browsers may keep it for an hour.
    """

    def __init__(self, folder: Path, *, redirects: bool = False, headers: Mapping[str, str] = _KEPT) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(folder.parent)))
        self.redirects, self.headers = redirects, headers
        self.url = f"http://127.0.0.1:{self.server_port}/{folder.name}/"
        Thread(target=self.serve_forever, daemon=True).start()
