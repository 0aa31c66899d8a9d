"""The graph in a browser: steps, what they do, their lines, and the path of a call."""

from __future__ import annotations

from typing import Any

import pytest

from tests.menu_script import MENU
from tests.web.conftest import shown
from tests.web.test_phone_page import start
from tests.web.waits import wait_until

pytestmark = pytest.mark.slow


def lit(graph: Any) -> set[str]:
    """The boxes that a call came through."""
    return set(graph.evaluate("[...document.querySelectorAll('.box.lit')].map((box) => box.dataset.box)"))


def test_steps_open_and_lead_to_their_lines(browser: Any) -> None:
    with shown(browser, MENU, "pages=graph") as page:
        graph = page.frame("graph")
        sales = graph.get_by_role("button", name="step sales")
        sales.wait_for()
        assert graph.locator(".box").count() == 4, "three steps and the beginning"
        assert any(url.startswith("blob:") for url in page.requests), "the layout runs in a worker"
        sales.click()
        wait_until(page.outer, "window.revealed.length === 1")
        assert page.revealed == [11]
        sales.press("Space")
        connects = graph.get_by_role("link", name="connects phone 14155550123")
        connects.wait_for()
        assert sales.get_attribute("aria-expanded") == "true"
        connects.press("Enter")
        wait_until(page.outer, "window.revealed.length === 2")
        assert page.revealed[-1] == 13
        graph.get_by_role("link", name="says “I connect you.”").press("ArrowDown")
        assert graph.evaluate("document.activeElement.getAttribute('aria-label')") == "connects phone 14155550123"
        graph.get_by_text("Close all").click()
        connects.wait_for(state="detached")


def test_it_lights_what_the_call_came_through(browser: Any) -> None:
    script = MENU.replace('  talk "Welcome', '  if {{ visits == 1 }} { talk "Good day." } talk "Welcome')
    with shown(browser, script, "pages=phone,graph") as page:
        graph, phone = page.frame("graph"), page.frame("phone")
        graph.get_by_role("button", name="step main").wait_for()
        phone.get_by_role("button", name="1", exact=True).click()
        graph.locator(".box.step.lit", has_text="sales").wait_for()
        assert lit(graph) == {"start", "step main", "step sales"}
        assert graph.locator(".arrow.lit").count() == 2
        graph.get_by_text("Open all").click()
        graph.locator(".box.waits.lit").first.wait_for()
        assert {"main.1", "main.2", "main.3", "main.4", "sales.1", "sales.2"} <= lit(graph)
        assert not any(box.startswith(("support", "step support")) for box in lit(graph))


def test_edits_keep_what_stays(browser: Any) -> None:
    with shown(browser, MENU, "pages=graph&" + start(step="sales")) as page:
        graph = page.frame("graph")
        graph.get_by_role("link", name="says “I connect you.”").wait_for()
        before = graph.locator('[data-box="step sales"]').get_attribute("transform")
        page.edit(MENU.replace('"I connect you."', '"I connect now."'))
        graph.get_by_role("link", name="says “I connect now.”").wait_for()
        assert graph.locator('[data-box="step sales"]').get_attribute("transform") == before
        page.edit(MENU.replace("step sales {", "step sales"))
        graph.get_by_role("status").get_by_text("E1").wait_for()
        assert graph.locator(".box").count() > 4, "the graph stays while the script has errors"
        page.edit(MENU + 'step last { talk "Bye." }\n'.replace("last", "support2"))
        graph.get_by_role("status").get_by_text("E1").wait_for(state="detached")


def test_without_workers_it_is_laid_out_in_the_page(browser: Any) -> None:
    with shown(browser, MENU, "pages=graph", worker=False) as page:
        page.frame("graph").get_by_role("button", name="step support").wait_for()
