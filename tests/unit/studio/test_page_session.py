"""The language services of a page, without a thread."""

from __future__ import annotations

import json
from typing import Any

from nccodsl.lsp.inbox import Inbox
from nccodsl.lsp.message_loop import ClientSession
from nccodsl.studio.page_session import MOST_WAITING, PageSession

BEGIN = {"id": 1, "method": "initialize", "params": {"capabilities": {}, "rootUri": None}}
TEXT = {"uri": "file:///a.call", "languageId": "call", "version": 1, "text": 'talk "Hello." lop=2\n'}


def asked(session: PageSession, message: dict[str, Any]) -> None:
    assert session.take(json.dumps({"jsonrpc": "2.0", **message}))


def test_a_session_goes_on_in_steps() -> None:
    said: list[dict[str, Any]] = []
    session = PageSession(lambda answer: said.append(json.loads(answer)))
    assert session.step() is None
    asked(session, BEGIN)
    asked(session, {"method": "initialized", "params": {}})
    asked(session, {"method": "textDocument/didOpen", "params": {"textDocument": TEXT}})
    assert [session.step() for _ in range(3)] == [0.0, 0.0, 0.0]
    assert [one["id"] for one in said if "result" in one] == [1]
    waits = [session.step()]
    while waits[-1] is not None:
        waits.append(session.step())
    found = [one["params"]["diagnostics"] for one in said if one.get("method") == "textDocument/publishDiagnostics"]
    assert [[one["code"] for one in some] for some in found][-1] == ["E202"]
    assert max(wait or 0 for wait in waits) > 0.0, "what takes longer waits until the page is silent"


def test_what_the_last_messages_changed_is_said_at_the_end() -> None:
    said: list[str] = []
    inbox = Inbox()
    for message in (BEGIN, {"method": "textDocument/didOpen", "params": {"textDocument": TEXT}}):
        inbox.put({"jsonrpc": "2.0", **message})
    inbox.end()
    ClientSession(inbox, lambda data: said.append(data.decode())).run()
    assert [one for one in said if "publishDiagnostics" in one and "E202" in one]


def test_what_waits_has_an_end() -> None:
    session = PageSession(lambda answer: None)
    assert all(session.take("{}") for _ in range(MOST_WAITING))
    assert not session.take("{}")
    session.end()
    assert session.run() == 1
