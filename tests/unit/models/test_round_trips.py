"""Valid documents go through the models and come out the same, and what the models write is valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import ValidationError

import nccodsl
from nccodsl.models import (
    CallPhone,
    Conversation,
    CreateCallV1,
    CreateCallV2,
    From,
    Input,
    Ncco,
    Notify,
    Talk,
    Websocket,
)
from nccodsl.models.call_body import CALLS
from nccodsl.voice.judge import judge_document
from tests.property.documents import bodies, nccos
from tests.sizes import examples

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


def _errors(text: str, api: str | None = None) -> list[str]:
    return [found.code for found in nccodsl.validate(text, api=api) if found.is_error]


@settings(max_examples=examples(300), deadline=None)
@given(nccos)
def test_nccos(document: list[dict[str, Any]]) -> None:
    ncco = Ncco.model_validate(document)
    assert json.loads(ncco.model_dump_json()) == document
    assert _errors(ncco.model_dump_json()) == []
    assert Ncco.model_validate_json(ncco.model_dump_json()) == ncco
    again = [type(action)(**{name: getattr(action, name) for name in action.model_fields_set}) for action in ncco.root]
    assert Ncco(again).model_dump() == document


@settings(max_examples=examples(200), deadline=None)
@given(st.data(), st.sampled_from(["v1", "v2"]))
def test_bodies(data: st.DataObject, api: str) -> None:
    document = data.draw(bodies(api))
    try:
        call = CALLS[api].model_validate(document)
    except ValidationError:
        assert _errors(json.dumps(document), api) != []
        return
    assert json.loads(call.model_dump_json()) == document
    assert _errors(call.model_dump_json(), api) == []


def _rows() -> list[Any]:
    manifest = CORPUS / "MANIFEST.json"
    if not manifest.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))]
    rows = json.loads(manifest.read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["file"]) for row in rows if row["verdict"] in ("valid", "invalid")]


@pytest.mark.parametrize("row", _rows())
def test_real_documents(row: dict[str, Any]) -> None:
    document = json.loads((CORPUS / row["file"]).read_text(encoding="utf-8"))
    model = Ncco if isinstance(document, list) else CreateCallV1
    if _model_takes(document):
        assert model.model_validate(document).model_dump() == document
    else:
        with pytest.raises(ValidationError):
            model.model_validate(document)


def _model_takes(document: Any) -> bool:
    """The models take what is documented; spellings and types that the platform tolerates beyond that they refuse."""
    return not [found for found in judge_document(document) if found.is_error or found.code in TOLERATED]


TOLERATED = {"W009", "W018", "W035"}


def test_what_is_written_by_python_names() -> None:
    call = CreateCallV2(
        to=[
            CallPhone(number="14155550101", dtmf_answer="1p2"),
            Websocket(uri="wss://example.com/s", content_type="audio/l16;rate=16000"),
        ],
        from_=From(type="phone", number="14155550100"),
        ncco=[
            Talk(text="Hello", barge_in=True),
            Input(type=["dtmf"]),
            Notify(payload={"from_": 1, "bargeIn": None}, event_url=["https://example.com/n"]),
            Conversation(name="room", start_on_enter=False),
        ],
    )
    assert call.model_dump() == {
        "to": [
            {"type": "phone", "number": "14155550101", "dtmfAnswer": "1p2"},
            {"type": "websocket", "uri": "wss://example.com/s", "content-type": "audio/l16;rate=16000"},
        ],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": [
            {"action": "talk", "text": "Hello", "bargeIn": True},
            {"action": "input", "type": ["dtmf"]},
            {
                "action": "notify",
                "payload": {"from_": 1, "bargeIn": None},
                "eventUrl": ["https://example.com/n"],
            },
            {"action": "conversation", "name": "room", "startOnEnter": False},
        ],
    }
    assert _errors(call.model_dump_json(), "v2") == []


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Ncco([Talk(text="Hi", barge_in=True)]), "E404"),
        (lambda: Ncco([Talk(text="Hi"), Talk(text="Hi", barge_in=True), Talk(text="Hi")]), "E404"),
        (lambda: CreateCallV1(to=[CallPhone(number="14155550101")], random_from_number=True), "E401"),
        (lambda: Talk(text="Hi", level=2), "less than or equal to 1"),
        (lambda: CallPhone(number="+1 415 555 0101"), "E3"),
    ],
)
def test_what_is_wrong_is_refused(make: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        make()
