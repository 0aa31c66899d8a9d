"""The page of a call, in a real browser: it shows waveforms, and plays the call."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
from tests.web.conftest import PATIENCE
from tests.web.test_accessible_pages import PHONE, check
from tests.web.waits import wait_until

pytestmark = pytest.mark.slow

BODY = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
    "ncco": [
        {"action": "talk", "text": "Please hold the line."},
        {"action": "connect", "from": "14155550100", "endpoint": [{"type": "phone", "number": "14155550102"}]},
    ],
}
CAST = {"stays": "4s", "does": [{"when": "joined", "say": "Good morning."}]}
TIME = "document.querySelector('.clock').textContent"
POSITION = "parseFloat(document.querySelector('[type=range]').value)"
HEAD = "parseFloat(document.querySelector('.head').getAttribute('x1'))"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page of a call that is over."""
    pytest.importorskip("lameenc")
    with Emulator(speed=None, cast=read_cast(CAST)) as server, httpx.Client(base_url=server.url) as client:
        uuid = client.post("/v1/calls", json=BODY, headers={"authorization": "Bearer any"}).json()["uuid"]
        until = time.monotonic() + 30
        while server.network.legs[uuid].status != "completed":
            assert time.monotonic() < until
            time.sleep(0.02)
        yield f"{server.url}/emulator/calls/{uuid}.html"


def opened(browser: Any, address: str, *, width: int = 1200, scheme: str = "light") -> Any:
    """The page; `failed` of it is filled with what goes wrong."""
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.failed = []
    page.on("pageerror", lambda error: page.failed.append(str(error)))
    page.on("console", lambda message: page.failed.append(message.text))
    page.goto(address)
    return page


def test_a_call_is_played_and_the_playhead_follows(browser: Any, address: str) -> None:
    page = opened(browser, address)
    assert page.locator(".wave-hears").count() >= 2
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    wait_until(page, f"{HEAD} > 2")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    # The slider is for the keyboard: an arrow is a second.
    slider = page.get_by_role("slider", name="Position")
    before = float(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) == pytest.approx(before + 2, abs=0.01)
    assert re.fullmatch(r"\d:\d\d of \d:\d\d", slider.get_attribute("aria-valuetext"))
    assert page.failed == []
    page.context.close()


def test_a_click_into_a_lane_plays_that_leg_from_there(browser: Any, address: str) -> None:
    page = opened(browser, address)
    lanes = page.locator(".lanes")
    box = lanes.bounding_box()
    lanes.click(position={"x": box["width"] * 0.5, "y": box["height"] - 60})
    assert page.get_by_label("Heard at").input_value() == "1"
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    wait_until(page, f"{HEAD} > 51")
    page.get_by_role("slider").press("End")
    # All of it is over: the next time it begins at the beginning.
    wait_until(page, f"{TIME}.startsWith('0:00')")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    assert page.failed == []
    page.context.close()


def test_a_part_is_played_alone(browser: Any, address: str) -> None:
    page = opened(browser, address)
    row = page.get_by_role("row").filter(has=page.get_by_text("“Please hold the line.”"))
    button = row.get_by_role("button")
    until = float(button.get_attribute("data-until"))
    button.focus()
    page.keyboard.press("Enter")
    wait_until(page, f"{POSITION} >= {until}")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    assert page.evaluate(POSITION) == pytest.approx(until, abs=0.5)
    assert page.failed == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_all(browser: Any, sources: Any, address: str, scheme: str) -> None:
    page = opened(browser, address, width=PHONE, scheme=scheme)
    page.evaluate("document.querySelectorAll('tr')[3].classList.add('now')")
    check(page, sources)
    page.context.close()
