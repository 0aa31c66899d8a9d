"""`nccodsl dap`: the debug adapter on standard input and output, or on a port of this machine."""

from __future__ import annotations

import os
import socket
from contextlib import closing
from io import BufferedReader
from typing import BinaryIO, cast

from nccodsl.api import load
from nccodsl.base.record import Record
from nccodsl.cli.attach_token import attach_token
from nccodsl.cli.output import say, say_that_an_editor_starts, standard_input, standard_output
from nccodsl.dap.adapter import Adapter
from nccodsl.errors import CannotRead
from nccodsl.io.files import FilePath, read_text
from nccodsl.io.message_frames import BadMessage, frame, messages
from nccodsl.io.watched_server import watched
from nccodsl.lowering.compiled import Compiled
from nccodsl.std import is_library

_LOOPBACK = "127.0.0.1"


class DapOptions(Record):
    """What the command line asks for."""

    port: int | None


class ScriptFiles:
    """Scripts on disk."""

    def __init__(self) -> None:
        self.token = attach_token()

    def load(self, path: str) -> Compiled:
        return load(FilePath(self.absolute(path)))

    def changed(self, flow: Compiled) -> bool:
        try:
            return any(
                not is_library(file.name) and self.text(file.name) != file.text for file in flow.program.sources.files
            )
        except CannotRead:
            return True

    def text(self, path: str) -> str:
        return read_text(path).removeprefix("\ufeff")

    def absolute(self, path: str) -> str:
        return os.path.abspath(path)  # noqa: PTH100


def dap(wanted: DapOptions) -> int:
    """Serve one client on standard input and output, or one after the other on a port; the exit code."""
    if wanted.port is None:
        say_that_an_editor_starts("dap")
        return 0 if _served(cast(BufferedReader, standard_input()), standard_output()) else 2
    with socket.create_server((_LOOPBACK, wanted.port)) as server:
        say(f"the debug adapter listens on {_LOOPBACK}:{server.getsockname()[1]}")
        while True:
            client, _ = server.accept()
            with client, client.makefile("rb") as incoming, client.makefile("wb") as outgoing:
                try:
                    _served(incoming, outgoing)
                except OSError:
                    continue  # this client is gone; the next one may come


def _served(incoming: BufferedReader, outgoing: BinaryIO) -> bool:
    """Serve a client to its end; False where it sent what is no frame."""

    def send(message: dict[str, object]) -> None:
        outgoing.write(frame(message))
        outgoing.flush()

    adapter = Adapter(ScriptFiles(), watched, send)
    with closing(adapter):
        for message in messages(incoming.read1):
            if isinstance(message, BadMessage):
                adapter.refuse(str(message))
                if message.ends:
                    return False
                continue
            adapter.receive(message)
            if adapter.done:
                break
    return True
