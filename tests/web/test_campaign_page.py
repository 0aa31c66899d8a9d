"""The page of `nccodsl campaign watch --web`, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from nccodsl.campaign.live.watch_server import WatchServer
from nccodsl.campaign.live.watched_campaigns import WatchedCampaigns
from tests.campaign_scene import NAME, Scene
from tests.web.conftest import PATIENCE
from tests.web.test_accessible_pages import PHONE, check

pytestmark = pytest.mark.slow

Shown = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    scene = Scene(tmp_path)
    scene.begin(60)
    scene.work(12)
    return scene


@pytest.fixture
def server(scene: Scene) -> Iterator[WatchServer]:
    server = WatchServer(scene.book, WatchedCampaigns(scene.book, (), 3, scene.now), "127.0.0.1", 0)
    assert server.start()
    yield server
    server.stop()


@pytest.fixture
def shown(browser: Any, server: WatchServer) -> Shown:
    @contextmanager
    def shown(*, width: int = 1000, scheme: str = "light", refused: int = 0) -> Iterator[Any]:
        """The page; at its end, nothing but so many requests has failed, and nothing was asked of other places."""
        context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        asked: list[str] = []
        failed: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("console", lambda message: failed.append(message.text))
        page.goto(server.url)
        page.get_by_text("Live", exact=True).wait_for()
        yield page
        assert [text for text in failed if "409 (Conflict)" not in text] == []
        assert len(failed) == refused
        assert [url for url in asked if not url.startswith((server.origin, "data:"))] == []
        context.close()

    return shown


def _count(page: Any, state: str) -> str:
    return str(page.locator(".counts div", has_text=state).locator("dd").first.text_content())


def test_numbers_are_live(shown: Shown, scene: Scene) -> None:
    with shown() as page:
        section = page.get_by_role("region", name=NAME)
        assert page.url.endswith("/"), "the token does not stay in the address"
        assert (_count(page, "waiting"), _count(page, "ended")) == ("48", "10")
        for title in ("Queue by time zone", "Queue by hour", "Outcomes of calls", "Settled recipients"):
            section.get_by_role("table", name=title).wait_for()
        section.get_by_role("row", name=re.compile("refused: 402 payment required")).wait_for()
        section.get_by_role("img", name=re.compile("the limit is 3")).wait_for()
        assert not re.search(r"1\d{3}555\d{4}", page.content())
        scene.work(6)
        page.locator(".counts dd", has_text=re.compile("^42$")).wait_for()
        section.get_by_text(re.compile(r"row \d+: the call was placed")).first.wait_for()
        scene.begin(3, "outage")
        page.get_by_role("heading", name="outage").wait_for()
        scene.shift += 100
        section.get_by_text("does a worker run").wait_for()


def test_pause_resume_and_stop_with_the_keyboard(shown: Shown, scene: Scene) -> None:
    with shown() as page:
        page.get_by_role("button", name="Pause reminder").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Resume reminder").wait_for()
        assert scene.book.status(NAME).state == "paused"
        assert page.evaluate("document.activeElement.textContent") == "Resume", "the focus stays"
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Pause reminder").wait_for()
        assert scene.book.status(NAME).state == "running"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("dialog", name="Stop reminder?").wait_for()
        page.get_by_text("48 recipients will not be called").wait_for()
        # The first button of the dialog does nothing, and so does Escape.
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for(state="hidden")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
        assert scene.book.status(NAME).state == "running"
        page.get_by_role("button", name="Stop reminder").click()
        page.get_by_role("button", name="Stop it").click()
        page.locator(".state.stopped").wait_for()
        assert scene.book.status(NAME).state == "stopped"
        page.get_by_role("button", name="Pause reminder").wait_for(state="hidden")


def test_what_cannot_be_done_is_said(shown: Shown) -> None:
    with shown(refused=1) as page:
        page.evaluate("turn('reminder', 'stopped')")
        page.locator(".state.stopped").wait_for()
        page.evaluate("turn('reminder', 'running')")
        page.get_by_role("alert").get_by_text("`reminder` is stopped; it cannot be running").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, 1000])
def test_the_page_is_for_all(shown: Shown, sources: Path, scene: Scene, scheme: str, width: int) -> None:
    scene.begin(9, "an-outage-with-a-name-that-is-much-longer-than-others-of-its-kind-and-has-no-space")
    with shown(width=width, scheme=scheme) as page:
        page.get_by_role("heading", name="an-outage").wait_for()
        check(page, sources, width)
        page.get_by_role("button", name="Stop reminder").click()
        check(page, sources, width)
        page.get_by_role("button", name="Cancel").click()
        assert page.evaluate("getComputedStyle(document.querySelector('button')).transitionDuration") == "0s"


def test_a_lost_connection_is_said(browser: Any, scene: Scene) -> None:
    server = WatchServer(scene.book, WatchedCampaigns(scene.book, (), 3, scene.now), "127.0.0.1", 0)
    assert server.start()
    page = browser.new_page()
    page.goto(server.url)
    page.get_by_text("Live", exact=True).wait_for()
    server.stop()
    page.get_by_text("The connection is lost").wait_for()
    page.get_by_role("button", name="Pause reminder").click()
    page.get_by_text("The server did not answer").wait_for()
    page.close()
