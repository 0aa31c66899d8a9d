"""Pages for all: axe-core finds nothing, in light and dark, and nothing is wider than a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.menu_script import MENU
from tests.web.conftest import shown

pytestmark = pytest.mark.slow

PHONE = 390


def check(frame: Any, sources: Path, width: int = PHONE) -> None:
    """Nothing is wrong with what a page shows now, and it does not scroll sideways."""
    frame.evaluate((sources / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = frame.evaluate("axe.run(document)")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert frame.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_phone(browser: Any, sources: Path, scheme: str) -> None:
    script = MENU.replace("step main", 'param code: text private = "4711"\nparam day: date = "2026-12-24"\nstep main')
    with shown(browser, script, "only", width=PHONE, scheme=scheme) as page:
        phone = page.frame("phone")
        phone.get_by_text("Waiting for keys or words").wait_for()
        phone.get_by_text("Begin with").click()
        phone.get_by_label("day").fill("never")
        phone.get_by_role("button", name="Call", exact=True).click()
        phone.get_by_text("expected a date").wait_for()
        check(phone, sources)
        phone.get_by_label("day").fill("")
        phone.get_by_role("button", name="Call", exact=True).click()
        phone.get_by_text("expected a date").wait_for(state="detached")
        phone.get_by_text("Begin with").click()
        phone.get_by_role("button", name="2", exact=True).click()
        phone.get_by_label("Keys to press").wait_for()
        check(phone, sources)
        phone.get_by_role("button", name="1", exact=True).click()
        phone.get_by_role("button", name="hash").click()
        phone.get_by_label("The reply, as JSON").wait_for()
        check(phone, sources)
        phone.get_by_role("button", name="Go back to before 2").click()
        phone.get_by_role("button", name="“sales”").click()
        phone.get_by_role("button", name="Answers").wait_for()
        check(phone, sources)
        phone.get_by_role("button", name="Busy").click()
        phone.get_by_text("The call is over").wait_for()
        phone.get_by_text("Values now").click()
        phone.get_by_role("button", name="Save as test").click()
        check(phone, sources)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_graph(browser: Any, sources: Path, scheme: str) -> None:
    with shown(browser, MENU, "only&pages=graph", width=PHONE, scheme=scheme) as page:
        graph = page.frame("graph")
        graph.get_by_role("button", name="step main").wait_for()
        check(graph, sources)
        graph.get_by_text("Open all").click()
        graph.locator(".box.waits").first.wait_for()
        check(graph, sources)


def test_nothing_moves_where_people_do_not_want_it(browser: Any) -> None:
    with shown(browser, MENU, "only") as page:
        phone = page.frame("phone")
        key = phone.get_by_role("button", name="1", exact=True)
        key.wait_for()
        assert key.evaluate("(one) => getComputedStyle(one).transitionDuration") != "0s"
        page.outer.emulate_media(reduced_motion="reduce")
        assert key.evaluate("(one) => getComputedStyle(one).transitionDuration") == "0s"
