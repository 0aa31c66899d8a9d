"""One client from its first message to its last: in order, with nothing computed that is stale."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nccodsl.io.message_frames import BadMessage, Read, framed
from nccodsl.lsp.capabilities import encoding_of, initialize_result
from nccodsl.lsp.inbox import Inbox
from nccodsl.lsp.sliced import LongRequests

if TYPE_CHECKING:
    from nccodsl.lsp.language_server import CallServer

_LOG = logging.getLogger(__name__)
_PARSE_ERROR, _INVALID_REQUEST, _NOT_INITIALIZED = -32700, -32600, -32002
_CANCELLED, _CONTENT_MODIFIED, _SERVER_CANCELLED = -32800, -32801, -32802
_CALLED_OFF = _CANCELLED, "the request was cancelled"
_INVALID_PARAMS, _INTERNAL = -32602, -32603
_INITIALIZE, _SHUTDOWN, _EXIT, _CANCEL = "initialize", "shutdown", "exit", "$/cancelRequest"
_CHANGE, _PULL = "textDocument/didChange", "textDocument/diagnostic"


class _Output:
    """Where answers go, in the manner of pygls."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def write(self, data: bytes) -> None:
        self._write(data)

    def close(self) -> None:
        """Nothing: the stream is closed by those who have opened it."""


_IDLE = 0.3
# Seconds without a message, after which there is time for what takes longer.


class ClientSession:
    """One client, from `initialize` to `exit`. `write` gets each answer at once, with its frame."""

    def __init__(self, inbox: Inbox, write: Callable[[bytes], object]) -> None:
        self._output = _Output(write)
        self._inbox = inbox
        self._long = LongRequests(self._send)
        self._server: CallServer | None = None
        self._ended = False
        self._rests = False

    def run(self) -> int:
        """Handle messages until the client leaves; the exit code that the protocol wants."""
        try:
            while not self._inbox.is_over:
                self._inbox.wait(self.step())
            if self._server is not None and not self._inbox.was_dropped:
                self._server.publication.publish()  # what the last messages have changed
        except SystemExit as left:
            return int(left.code or 0)
        except (BrokenPipeError, ConnectionError):
            return 1
        return 0 if self._ended else 1

    def step(self) -> float | None:
        """Handle one message, or do a part of what is left.

        How many seconds to wait for a message until the next step; None: there is nothing to do without one.
        Raises SystemExit where the client leaves.
        """
        message, server = self._inbox.take(), self._server
        if message is not None:
            self._rests = False
            self._handle(message)
            return 0.0
        if server is None:
            return None
        server.publication.publish()
        if self._long.are_left:
            self._long.go_on()
        elif not server.pause_work.is_left:
            return None
        elif not self._rests:
            self._rests = True
            return _IDLE
        else:
            server.pause_work.go_on()
        server.publication.publish()
        return 0.0

    def _handle(self, message: dict[str, Any] | BadMessage) -> None:
        if isinstance(message, BadMessage):
            _LOG.warning("%s", message)
            self._send({"id": None, "error": {"code": _PARSE_ERROR, "message": str(message)}})
            return
        method, id = message.get("method"), message.get("id")
        if "id" in message and "method" in message and (refused := self._refused(method, id)) is not None:
            code, words = refused
            self.refuse(id, code, words)
        elif method == _INITIALIZE:
            self._begin(message, id)
        elif self._server is not None:
            self._ended = self._ended or method == _SHUTDOWN
            self._pass_on(self._server, message, id)
        elif method == _EXIT:
            raise SystemExit(1)

    def _begin(self, message: dict[str, Any], id: object) -> None:
        """Answer `initialize` at once, and import the server while the client makes use of that."""
        params = _params(message)
        if not isinstance(params.get("capabilities"), dict):
            self.refuse(id, _INVALID_PARAMS, "it has no capabilities")
            return
        self._send({"id": id, "result": initialize_result(params)})
        from nccodsl.lsp.language_server import CallServer

        self._server = CallServer()
        self._server.begin(params, encoding_of(params))
        self._server.protocol.set_writer(self._output)

    def _refused(self, method: object, id: object) -> tuple[int, str] | None:
        """Why a request is not answered."""
        if not isinstance(method, str) or not isinstance(id, int | str):
            return _INVALID_REQUEST, "not a request"
        if (self._server is not None) == (method == _INITIALIZE):
            if self._server is not None:
                return _INVALID_REQUEST, "it is initialized already"
            return _NOT_INITIALIZED, "it is not initialized"
        if self._ended:
            return _INVALID_REQUEST, "the server has been shut down"
        return None

    def _stale(self, message: dict[str, Any], id: object) -> tuple[int, str] | None:
        """Why an answer would come too late: it was called off, or the document has changed since."""
        uri = _uri_of(message)
        for later in self._inbox.waiting():
            if later.get("method") == _CANCEL and _params(later).get("id") == id:
                return _CALLED_OFF
            if uri is not None and later.get("method") == _CHANGE and _uri_of(later) == uri:
                if message.get("method") == _PULL:
                    return _SERVER_CANCELLED, "the document has changed"
                return _CONTENT_MODIFIED, "the document has changed"
        return None

    def _pass_on(self, server: CallServer, message: dict[str, Any], id: object) -> None:
        asks = "id" in message and "method" in message
        if asks and (stale := self._stale(message, id)) is not None:
            self.refuse(id, *stale)
            return
        if message.get("method") == _CANCEL:
            # What else could be called off has been; all that is left is answered.
            if self._long.cancel(cancelled := _params(message).get("id")):
                self.refuse(cancelled, *_CALLED_OFF)
            return
        from pygls.exceptions import JsonRpcException

        try:
            if message.get("jsonrpc") != "2.0":
                raise JsonRpcException("not JSON-RPC 2.0", _INVALID_REQUEST)
            if asks and server.own_requests.has(method := str(message["method"])):
                self._long.begin(id, method, server.own_requests.begin(method, message.get("params")))
            else:
                server.protocol.handle_message(server.protocol.structure_message(message))
        except JsonRpcException as error:
            _LOG.warning("%s: %s", message.get("method", "a response"), error)
            if asks:
                self.refuse(id, error.code, error.message or "wrong params")
        except (BrokenPipeError, ConnectionError):
            raise
        except Exception as error:
            _LOG.error("%s failed", message.get("method", "a response"), exc_info=error)
            if asks:
                self.refuse(id, _INTERNAL, "the request failed")

    def refuse(self, id: object, code: int, words: str) -> None:
        """Answer a request with an error."""
        error: dict[str, Any] = {"code": code, "message": words}
        if code == _SERVER_CANCELLED:
            error["data"] = {"retriggerRequest": True}
        self._send({"id": id if isinstance(id, int | str) else None, "error": error})

    def _send(self, message: dict[str, Any]) -> None:
        self._output.write(framed(json.dumps({"jsonrpc": "2.0", **message}).encode()))


def _params(message: dict[str, Any]) -> dict[str, Any]:
    params = message.get("params")
    return params if isinstance(params, dict) else {}


def _uri_of(message: dict[str, Any]) -> object:
    """The address of the document that a message is about."""
    about = _params(message).get("textDocument")
    return about.get("uri") if isinstance(about, dict) else None


def serve_stdio() -> int:
    """Serve the client at standard input and output; the exit code. What else is printed goes to standard error."""
    source = os.dup(0)
    target = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def write(data: bytes) -> None:
        while data:
            data = data[os.write(target, data) :]

    return _session(lambda size: os.read(source, size), write).run()


def serve_socket(listener: socket.socket) -> int:
    """Serve one client that connects; the exit code."""
    with listener:
        client, _ = listener.accept()
    with client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _session(client.recv, client.sendall).run()


def _session(read: Read, write: Callable[[bytes], object]) -> ClientSession:
    inbox = Inbox()
    inbox.read_from(read)
    return ClientSession(inbox, write)
