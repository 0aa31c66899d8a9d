"""The JSON of a call for a page: the create request, and each NCCO that the call was given, action by action."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from nccodsl.base.source import Sources
from nccodsl.editor.call_request import call_request
from nccodsl.editor.document import Document
from nccodsl.editor.page_answers import PageAnswer, Refused, flow_of, place_in, problem_of
from nccodsl.editor.services.phone_call import session_of
from nccodsl.lowering.holes import Failed
from nccodsl.rehearsal.stage import Move, Stage
from nccodsl.runtime.walk import Walk

_NOTHING: PageAnswer = {"problem": None, "location": None, "request": None, "nccos": []}


def call_documents(document: Document, params: Mapping[str, Any]) -> PageAnswer:
    """The answer to `nccodsl/documents`: `CallDocuments` of web/src/protocol.ts. The params are those of a call."""
    try:
        request = call_request(params)
        flow = flow_of(document)
        stage = session_of(flow, request).replay.stage
    except Refused as error:
        return _NOTHING | problem_of(error)
    sources = flow.program.sources
    call = flow.program.call
    body = {name: value for name, value in (stage.body or {}).items() if name != "ncco"}
    return _NOTHING | {
        "request": {"json": _text(body), "location": place_in(sources, call.span)} if body and call else None,
        "nccos": [_ncco(stage, move, sources) for move in stage.moves],
    }


def _ncco(stage: Stage, move: Move, sources: Sources) -> PageAnswer:
    return {"at": round(move.at, 3), "because": move.webhook.route, "actions": list(_actions(stage, move, sources))}


def _actions(stage: Stage, move: Move, sources: Sources) -> Iterator[PageAnswer]:
    """The actions of an NCCO, each with the statement that makes it."""
    try:
        made = json.loads(Walk(stage.script, move.state).run().ncco)
        items = Walk(stage.script, move.state).run(trace=True).items or []
    except Failed:
        return  # the phone says what is wrong
    for action, item in zip_longest(made, items[: len(made)]):
        yield {"json": _text(action), "location": place_in(sources, item.span if item is not None else None)}


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
