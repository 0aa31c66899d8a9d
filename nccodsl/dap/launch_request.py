"""What a client wants to debug: a script, its values, and what is answered beforehand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast, get_args

from nccodsl.base.record import Record
from nccodsl.editor.session import Session
from nccodsl.editor.tape_of_test import flow_of_test, named_test, session_of_test
from nccodsl.emulator.core.application import AfterConnect
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.entry import reply
from nccodsl.rehearsal.replies import FetchReply
from nccodsl.runtime.web_requests import Fetched

_OF_A_TEST = ("values", "tape", "replies", "at")


class LaunchRequest(Record):
    """The arguments of `launch`."""

    program: str
    test: str | None
    """The title of a test, which is played with its own values, replies and moment."""
    values: Mapping[str, object]
    tape: tuple[str, ...]
    replies: tuple[FetchReply, ...]
    at: datetime | None
    seed: int
    after_connect: AfterConnect
    stop_on_entry: bool

    def flow(self, script: Compiled) -> Compiled:
        """What is called of a script: a test may be of a dialog. Raises UsageError where it has no such test."""
        return script if self.test is None else flow_of_test(script, named_test(script, self.test))

    def session(self, script: Compiled) -> Session:
        """The call at its beginning, or as a test leaves it. Raises as `Session` and `session_of_test` do."""
        flow = self.flow(script)
        if self.test is not None:
            case = named_test(script, self.test)
            return session_of_test(flow, case, seed=self.seed, after_connect=self.after_connect)
        self._check_values(flow)
        return Session(
            flow,
            self.values,
            self.tape,
            at=self.at,
            replies=self.replies,
            seed=self.seed,
            after_connect=self.after_connect,
        )

    def _check_values(self, flow: Compiled) -> None:
        """Raises UsageError, in the words of the configuration, where a param has no value."""
        missing = [f"`{one.name}`" for one in flow.params if one.required and self.values.get(one.name) is None]
        if missing:
            raise UsageError(f"`values` in the launch configuration must include {', '.join(missing)}")


def launch_request(arguments: Mapping[str, Any]) -> LaunchRequest:
    """Read the arguments of a client. Raises UsageError."""
    program = arguments.get("program")
    if not isinstance(program, str) or not program or "\0" in program:
        raise UsageError("`program` must be the path of a script, such as `${file}`")
    values, tape = arguments.get("values") or {}, arguments.get("tape") or []
    if not isinstance(values, Mapping):
        raise UsageError('`values` must be a map, such as {"name": "Ann"}')
    if not isinstance(tape, list) or not all(isinstance(line, str) for line in tape):
        raise UsageError('`tape` must be a list of texts, such as ["1", "say sales"]')
    test = arguments.get("test")
    if not isinstance(test, str | None):
        raise UsageError("`test` must be the title of a test")
    if test is not None and (own := [name for name in _OF_A_TEST if arguments.get(name)]):
        raise UsageError(f"`test` cannot be combined with {', '.join(own)}")
    seed, after = arguments.get("seed") or 0, arguments.get("afterConnect") or "continue"
    if type(seed) is not int:
        raise UsageError("`seed` must be a whole number")
    if after not in get_args(AfterConnect):
        raise UsageError(f"`afterConnect` must be one of {', '.join(get_args(AfterConnect))}")
    return LaunchRequest(
        program,
        test,
        dict(values),
        tuple(tape),
        _replies(arguments.get("replies") or {}),
        _moment(arguments.get("at")),
        seed,
        cast("AfterConnect", after),
        arguments.get("stopOnEntry") is True,
    )


def _moment(at: object) -> datetime | None:
    if at is None:
        return None
    try:
        return datetime.fromisoformat(cast("str", at))
    except (TypeError, ValueError):
        raise UsageError("`at` must be a date and time, such as `2026-12-24 18:30`") from None


def _replies(replies: object) -> tuple[FetchReply, ...]:
    if not isinstance(replies, Mapping):
        raise UsageError('`replies` must be a map from URLs to JSON, such as {"https://crm.example.com/*": {}}')
    found = []
    for url, value in replies.items():
        fetched = reply(value if value == "error" else json.dumps(value))
        if not isinstance(fetched, Fetched):
            raise UsageError(f"the reply to {url} is wrong: {fetched}")
        found.append(FetchReply(url, fetched))
    return tuple(found)
