"""A host of the pages: a small studio on loopback, with the language server behind it."""

from __future__ import annotations

import json
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from tests.e2e.lsp_client import LspClient

ROOT = Path(__file__).parents[2]
DIST = ROOT / "nccodsl" / "studio" / "static"
URI = "file:///nowhere/menu.call"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'"
)
"""What a page may load; its worker comes from a blob, where that is allowed."""
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title><link rel="stylesheet" href="/{name}.css"></head>
<body><div id="page"></div><script src="/{name}.js" data-layout="/layout.js"></script></body></html>
"""


class PageHost:
    """Serves `/`, with a script in a text field and a page beside it, and passes on what the page asks.

    `worker`: whether pages may start workers. `asked` are the paths that a browser has asked for.
    """

    def __init__(self, script: str, *, worker: bool = True) -> None:
        self.client = LspClient()
        self.client.begin()
        self.script = script
        self.version = 1
        self.worker = worker
        self.asked: list[str] = []
        self._lock = Lock()
        self.client.open(URI, script)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = False  # so that the end waits for what is still being answered
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self) -> PageHost:
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()
        self.client.__exit__(*error)

    # ---- what pages ask

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The answer of the language server, as the host gives it to a page."""
        with self._lock:
            message = self.client.ask(method, {**params, "textDocument": {"uri": URI}})
            self.client.send(message)
            answer = self.client.answer(message["id"])
        return {"result": answer.get("result")} if "error" not in answer else {"error": answer["error"]["message"]}

    def edit(self, script: str) -> None:
        """The text of the script, as the person at the editor has changed it."""
        with self._lock:
            self.script, self.version = script, self.version + 1
            self.client.change(URI, self.version, {"text": script})

    # ---- HTTP

    def _handler(host: PageHost) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                self._reply(*host.file(self.path))

            def do_POST(self) -> None:
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/ask":
                    answer: object = host.ask(given["method"], given["params"])
                else:
                    answer = host.edit(given["script"])
                self._reply(json.dumps(answer).encode(), ".json")

            def _reply(self, body: bytes | None, kind: str) -> None:
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", _TYPES.get(kind, "application/json"))
                worker = "; worker-src blob:" if host.worker else "; worker-src 'none'"
                self.send_header("Content-Security-Policy", POLICY + worker)
                self.send_header("Content-Length", str(len(body or b"")))
                with suppress(ConnectionError):  # of a page that was left meanwhile
                    self.end_headers()
                    self.wfile.write(body or b"")

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler

    def file(self, path: str) -> tuple[bytes | None, str]:
        """What is at a path: the files of the host, pages, and the bundles."""
        name = path.partition("?")[0].removeprefix("/")
        if name == "script":
            return json.dumps(self.script).encode(), ".json"
        if name in ("page/phone", "page/graph"):
            return _PAGE.format(name=name.removeprefix("page/")).encode(), ".html"
        file = {"": "host.html"}.get(name, name)
        for folder in (Path(__file__).parent, DIST):
            if (folder / file).is_file() and (folder / file).suffix in _TYPES:
                return (folder / file).read_bytes(), (folder / file).suffix
        return None, ""
