"""A client of `nccodsl lsp`: the real process over standard input and output, or over a socket.

Each answer is structured by the types of the protocol, so that a wrong shape fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, BinaryIO

from lsprotocol import converters, types

from nccodsl.io.message_frames import BadMessage, frames

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds until a test gives up; the machine may be busy."""
_CONVERTER = converters.get_converter()


class LspClient:
    """One client. In a `with` block, the server is ended with it, and has written no traceback."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "nccodsl", "lsp", *arguments]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self.target: BinaryIO = self.process.stdin  # type: ignore[assignment]
        self.log = ""
        self.received: Queue[dict[str, Any] | None] = Queue()
        self.notified: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self._last = 0
        output: Any = self.process.stdout
        self._threads = [
            Thread(target=self._read, args=(output,), daemon=True),
            Thread(target=self._read_log, args=(self.process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, output: Any) -> None:
        for frame in frames(output.read1):
            if not isinstance(frame, BadMessage):  # of a process that was killed
                self.received.put(json.loads(frame))
        self.received.put(None)

    def _read_log(self, errors: Any) -> None:
        for line in errors:
            self.log += line.decode()

    def __enter__(self) -> LspClient:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):  # what was written to a process that is gone
                    stream.close()
        if error[0] is None:
            assert "Traceback" not in self.log, self.log

    # ---- messages

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.target.write(data)
        self.target.flush()

    def send(self, *messages: Mapping[str, Any]) -> None:
        """Send messages at once."""
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        self.write(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))

    def ask(self, method: str, params: object = None) -> dict[str, Any]:
        """The message of a request with an id of its own."""
        self._last += 1
        return {"id": self._last, "method": method, "params": params}

    def answer(self, id: object) -> dict[str, Any]:
        """The answer to a request; what else comes is kept."""
        while True:
            try:
                message = self.received.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"no answer: {self.log}") from None
            assert message is not None, f"the server is gone: {self.log}"
            if "method" not in message and message["id"] == id:
                return message
            (self.asked if "id" in message else self.notified).append(message)

    def request(self, method: str, **params: Any) -> Any:
        """The result of a request, after its shape is checked, if the protocol knows it."""
        message = self.ask(method, params)
        self.send(message)
        answer = self.answer(message["id"])
        assert "error" not in answer, answer
        if method in types.METHOD_TO_TYPES:
            _CONVERTER.structure(answer, types.METHOD_TO_TYPES[method][1])
        return answer["result"]

    def error(self, method: str, params: object = None) -> int:
        """The code of the error that a request gets."""
        message = self.ask(method, params)
        self.send(message)
        code: int = self.answer(message["id"])["error"]["code"]
        return code

    def published(self, uri: str) -> dict[str, Any]:
        """The next diagnostics of a document that are pushed."""
        params = self.told("textDocument/publishDiagnostics", uri)
        message = {"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params}
        _CONVERTER.structure(message, types.PublishDiagnosticsNotification)
        return params

    def told(self, method: str, uri: str | None = None) -> dict[str, Any]:
        """The params of the next notification with this method, about a document."""
        while True:
            for at, message in enumerate(self.notified):
                if message["method"] == method and uri in (None, message["params"].get("uri")):
                    params: dict[str, Any] = self.notified.pop(at)["params"]
                    return params
            message = self.received.get(timeout=PATIENCE)
            assert message is not None, f"the server is gone: {self.log}"
            (self.asked if "id" in message else self.notified).append(message)

    def asked_for(self, method: str) -> None:
        """Wait until the server asks the client for something, and answer that there is nothing to say."""
        while not (found := [one for one in self.asked if one["method"] == method]):
            message = self.received.get(timeout=PATIENCE)
            assert message is not None, f"the server is gone: {self.log}"
            (self.asked if "id" in message else self.notified).append(message)
        self.asked.remove(found[0])
        self.send({"id": found[0]["id"], "result": None})

    # ---- a session

    def begin(self, capabilities: object = None, **more: Any) -> dict[str, Any]:
        """Initialize; the capabilities of the server."""
        result: dict[str, Any] = self.request(
            "initialize", processId=None, rootUri=None, capabilities=capabilities or {}, **more
        )
        self.send({"method": "initialized", "params": {}})
        offered: dict[str, Any] = result["capabilities"]
        return offered

    def open(self, uri: str, text: str, version: int = 1, language: str = "call") -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})

    def change(self, uri: str, version: int, *changes: Mapping[str, Any]) -> None:
        """Change a document."""
        self.send(changed(uri, version, *changes))

    def end(self) -> int:
        """Shut the server down; its exit code."""
        assert self.request("shutdown") is None
        self.send({"method": "exit"})
        return self.process.wait(PATIENCE)


def changed(uri: str, version: int, *changes: Mapping[str, Any]) -> dict[str, Any]:
    """The message of a change."""
    params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)}
    return {"method": "textDocument/didChange", "params": params}


def span(line: int, start: int, end: int) -> dict[str, Any]:
    """A range in a line."""
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
