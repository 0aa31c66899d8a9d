"""How often the platform has to ask the flow: golden, one file an example, so that one more request shows.

For each test of an example: the webhooks that its call needed, by route and wait, in the order in which they came.
What only tells of the call (how it is with a leg, recordings) is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

import nccodsl
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import DISCONNECTED, FAILURES, Runnable
from tests.golden import compare

HERE = Path(__file__).parent / "webhooks"
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/script.call"))
TESTED = {path.parent.name: flow for path in EXAMPLES if (flow := nccodsl.load(path)).program.tests}


@pytest.mark.parametrize("name", TESTED)
def test_webhooks_by_path(name: str, accept: bool) -> None:
    flow = TESTED[name]
    script = Runnable(flow, URL)
    told = []
    for case in flow.program.tests:
        outcome = run_test(flow, script, case)
        assert outcome.failure is None
        asked = list(_asked(outcome))
        told += [f"{case.title}: {len(asked)}", *(f"  {one}" for one in asked), ""]
    compare(HERE / f"{name}.txt", "\n".join(told), accept)


def _asked(outcome: ScriptTestOutcome) -> Iterator[str]:
    """The webhooks to the flow that it may answer with an NCCO: route, wait, and what has become of whom."""
    assert outcome.call is not None
    answered = [move.webhook.payload for move in outcome.moves]
    for entry in outcome.call.timeline.of("webhook"):
        url = urlsplit(entry.data["url"])
        route, payload = url.path.rpartition("/")[2], entry.data["payload"]
        if not entry.data["url"].startswith(f"{URL}/") or route == "record":
            continue
        if (route == "connect" and payload["status"] not in (*FAILURES, DISCONNECTED)) or (
            route == "event" and payload not in answered
        ):
            continue
        wait = dict(parse_qsl(url.query)).get("at", "")
        status = payload.get("status", "") if route in ("connect", "event") else ""
        yield " ".join(part for part in (route, wait, status, payload.get("sub_state", "")) if part)


def test_no_expectation_is_left_over() -> None:
    assert {path.stem for path in HERE.glob("*.txt")} <= set(TESTED)
