"""A small client of the Debug Adapter Protocol that drives `nccodsl dap` over its standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nccodsl.io.message_frames import BadMessage, frame, messages

ROOT = Path(__file__).parents[2]


class Refused(Exception):
    """An error response."""


class DapClient:
    """The process, and the events that it has sent. `stops`: lines at which it stopped, with the reasons."""

    def __init__(self, folder: Path, **variables: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "NCCODSL_STATE": str(folder / "state"), **variables}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nccodsl", "dap"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        output: Any = self.process.stdout
        self._messages = messages(output.read1)
        self._folder = folder
        self._seq = 0
        self.events: list[dict[str, Any]] = []

    # ---- messages

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def read(self) -> dict[str, Any] | None:
        message = next(self._messages, None)
        assert not isinstance(message, BadMessage), message
        return message

    def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        """The body of the response. Raises Refused."""
        self._seq += 1
        self.write(frame({"seq": self._seq, "type": "request", "command": command, "arguments": arguments}))
        return self._response(self._seq)

    def _response(self, seq: int) -> dict[str, Any]:
        while (message := self.read()) is not None:
            if message["type"] == "event":
                self.events.append(message)
            elif message["request_seq"] == seq:
                if not message["success"]:
                    raise Refused(message["message"])
                return dict(message["body"])
        raise AssertionError(f"the adapter has ended: {self.errors()}")

    def event(self, name: str) -> dict[str, Any]:
        """The next event of this name that was not taken yet; those before it stay."""
        taken = 0
        while True:
            for number in range(taken, len(self.events)):
                if self.events[number]["event"] == name:
                    return dict(self.events.pop(number)["body"])
            taken = len(self.events)
            self._next_event()

    def _next_event(self) -> None:
        message = self.read()
        assert message is not None, self.errors()
        assert message["type"] == "event", message
        self.events.append(message)

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    # ---- what an editor does

    def launch(self, script: Path, *lines: int | dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Begin, with breakpoints; the breakpoints as they are verified."""
        self.request("initialize", adapterID="nccodsl")
        self.request("launch", program=str(script), **more)
        self.event("initialized")
        found = self.breakpoints(script, *lines)
        self.request("configurationDone")
        return found

    def attach(self, url: str, script: Path, *lines: int | dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Watch a server, with breakpoints; the breakpoints as they are verified."""
        self.request("initialize", adapterID="nccodsl")
        self.request("attach", url=url, **more)
        self.event("initialized")
        found = self.breakpoints(script, *lines)
        self.request("configurationDone")
        while not any("attached; calls now" in one["body"].get("output", "") for one in self.events):
            self._next_event()
        return found

    def thread_stopped(self) -> tuple[int, str, int]:
        """The next stop of any thread: its number, why, and the line; 0 where that is not known."""
        stop = self.event("stopped")
        frames = self.frames(stop["threadId"])
        return stop["threadId"], stop["reason"], frames[0]["line"] if frames else 0

    def breakpoints(self, script: Path, *lines: int | dict[str, Any]) -> list[dict[str, Any]]:
        wanted = [{"line": one} if isinstance(one, int) else one for one in lines]
        found = self.request("setBreakpoints", source={"path": str(script)}, breakpoints=wanted)
        return list(found["breakpoints"])

    def stopped(self) -> tuple[str, int]:
        """Why and where it has stopped: 0 before the first line."""
        reason = self.event("stopped")["reason"]
        frames = self.frames()
        return reason, frames[0]["line"] if frames else 0

    def move(self, command: str) -> tuple[str, int]:
        self.request(command, threadId=1)
        return self.stopped()

    def frames(self, thread: int = 1) -> list[dict[str, Any]]:
        return list(self.request("stackTrace", threadId=thread)["stackFrames"])

    def type(self, line: str) -> str:
        """What the console prints for a line."""
        return str(self.request("evaluate", expression=line, context="repl")["result"])

    def value(self, expression: str) -> str:
        return str(self.request("evaluate", expression=expression, context="watch")["result"])

    def scope(self, name: str, frame: int = 1) -> dict[str, str]:
        scopes = self.request("scopes", frameId=frame)["scopes"]
        reference = next(one["variablesReference"] for one in scopes if one["name"] == name)
        return {one["name"]: one["value"] for one in self.children(reference)}

    def children(self, reference: int) -> list[dict[str, Any]]:
        return list(self.request("variables", variablesReference=reference)["variables"])

    def output(self) -> str:
        """What the console has shown until now; it is forgotten."""
        shown = [one for one in self.events if one["event"] == "output"]
        self.events = [one for one in self.events if one["event"] != "output"]
        return "".join(one["body"]["output"] for one in shown)


@contextmanager
def debugging(folder: Path, **variables: str) -> Iterator[DapClient]:
    """A client of a process of its own, which ends well and has shown no traceback."""
    client = DapClient(folder, **variables)
    try:
        yield client
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(20) in (0, 2)
        assert "Traceback" not in client.errors()
    finally:
        client.process.kill()
        client.process.wait()
        for stream in (client.process.stdin, client.process.stdout, client.process.stderr):
            if stream is not None:
                stream.close()


def raw(message: object) -> bytes:
    """A frame of anything."""
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
