"""The studio in a browser, over a folder of scripts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nccodsl.studio.live_calls import LiveCalls
from nccodsl.studio.page_session import PageSession
from nccodsl.studio.project_files import ProjectFiles
from nccodsl.studio.studio_server import StudioServer
from tests.web.conftest import PATIENCE


class StudioPage:
    """The page, and what a person does in it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self.errors.append(told.text) if is_wrong(told) else None)

    @property
    def phone(self) -> Any:
        """The phone in its frame."""
        return self.page.frame_locator("iframe[name=phone]")

    @property
    def graph(self) -> Any:
        """The graph in its frame."""
        return self.page.frame_locator("iframe[name=graph]")

    @property
    def text(self) -> Any:
        """The editor."""
        return self.page.get_by_role("textbox", name="Script")

    def line(self, text: str) -> Any:
        """The first line of the editor that has a text."""
        return self.page.locator(".cm-line", has_text=text).first

    def tab(self, name: str) -> None:
        """Open a panel."""
        self.page.get_by_role("tab", name=name).click()

    def type_at_end(self, text: str) -> None:
        """Type at the end of the script."""
        self.text.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)

    def replace(self, text: str) -> None:
        """Type another script in place of this one."""
        self.text.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def rename(self, name: str, *, files: int) -> None:
        """Rename what the cursor is at, in so many files."""
        self.page.keyboard.press("F2")
        self.page.get_by_label("New name").fill(name)
        self.page.get_by_role("button", name="Rename").click()
        self.page.get_by_text(f"Renamed in {files} files.").wait_for()

    def go_to(self, text: str) -> None:
        """Put the cursor into the first line with a text."""
        self.line(text).click()


def is_wrong(told: Any) -> bool:
    """Whether the console was told of a failure.

    Text that a test inserts gets a style from Chromium, which is refused. The answer to a hover may come too late.
    """
    fine = ("Applying inline style", "hover tooltip: {code: -32801,")
    return told.type == "error" and not told.text.startswith(fine)


# Headless Chromium has no clipboard.
CLIPBOARD = """
if (navigator.clipboard) navigator.clipboard.writeText = async (text) => sessionStorage.setItem("shared", new URL(text).hash);
"""


@contextmanager
def slowly(method: str, seconds: float) -> Iterator[None]:
    """Answers to a method come so much later."""
    asked: set[int] = set()
    take, write = PageSession.take, PageSession._write

    def taken(session: PageSession, message: str) -> bool:
        found = json.loads(message)
        if found.get("method") == method:
            asked.add(found["id"])
        return take(session, message)

    def written(session: PageSession, data: bytes) -> None:
        if json.loads(data.partition(b"\r\n\r\n")[2]).get("id") in asked:
            time.sleep(seconds)
        write(session, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PageSession, "take", taken)
        patch.setattr(PageSession, "_write", written)
        yield


@contextmanager
def studio(
    browser: Any,
    place: Path,
    *,
    width: int = 1200,
    scheme: str = "light",
    hash: str = "",
    live: LiveCalls | None = None,
) -> Iterator[StudioPage]:
    """The studio. At the end, no page has failed, and nothing was asked of other places."""
    server = StudioServer(ProjectFiles(str(place)), "127.0.0.1", 0, live)
    assert server.start()
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    try:
        page = StudioPage(context.new_page())
        page.page.add_init_script(CLIPBOARD)
        page.page.goto(server.url + hash)
        page.page.locator("#files option").first.wait_for(state="attached")
        yield page
        assert page.errors == [], page.errors
        own = (server.origin, f"blob:{server.origin}", "data:", server.origin.replace("http", "ws"))
        assert [url for url in page.requests if not url.startswith(own)] == []
    finally:
        context.close()
        server.stop()
