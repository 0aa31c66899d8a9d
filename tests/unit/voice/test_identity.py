"""SHAKEN Identity headers: their form, and their passport compared with the call."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from nccodsl.voice.identity import check_identity
from nccodsl.voice.judge import judge_call

CLAIMS = {"orig": {"tn": "14155550100"}, "dest": {"tn": ["14155550101"]}, "iat": 1_700_000_000, "attest": "A"}


def header(claims: Any = CLAIMS, alg: str = "ES256", ppt: str = '"shaken"', **head: Any) -> str:
    parts = [{"alg": "ES256", "ppt": "shaken", **head}, claims]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return f"{'.'.join(coded)}.c2ln;info=<https://example.com/c.cer>;alg={alg};ppt={ppt}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (header(), []),
        (header(ppt="shaken"), []),
        ("testShaken", ["E313"]),
        (header(alg="RS256"), ["E313"]),
        (header(ppt="div"), ["E313"]),
        (header(alg="ES256", typ="passport"), []),
        (header([]), ["W006"]),
        ('a.b.c;info=<https://example.com>;alg=ES256;ppt="shaken"', ["W006"]),
        (header({**CLAIMS, "orig": {"tn": "19995550100"}}), ["W006"]),
        (header({**CLAIMS, "dest": {"tn": ["19995550101"]}}), ["W006"]),
        (header({**CLAIMS, "dest": {"tn": ["19995550101", "14155550101"]}}), []),
        (header({**CLAIMS, "iat": "now"}), ["W006"]),
        (header({**CLAIMS, "orig": 5, "dest": None}), []),
    ],
)
def test_identity(text: str, wanted: list[str]) -> None:
    assert [wrong.code for wrong in check_identity(text, "14155550101", "14155550100")] == wanted


@pytest.mark.parametrize(("now", "count"), [(1_700_000_000, 0), (1_700_000_060, 0), (1_700_000_061, 1), (None, 0)])
def test_age(now: float | None, count: int) -> None:
    assert len(list(check_identity(header(), now=now))) == count


def test_a_call_is_compared_with_its_passport() -> None:
    to = {"type": "phone", "number": "14155550199", "shaken": header()}
    body = {"to": [to], "from": {"type": "phone", "number": "14155550100"}, "ncco": []}
    assert [(p.code, p.path) for p in judge_call(body)] == [("W006", ("to", 0, "shaken"))]
