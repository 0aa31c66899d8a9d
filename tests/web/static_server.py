"""Files over HTTP, as any web server gives them."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


class Handler(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Site(ThreadingHTTPServer):
    """A static site on loopback, below a path, as sites of projects are."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(folder.parent)))
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.server_port}/{folder.name}/"
        Thread(target=self.serve_forever, daemon=True).start()
