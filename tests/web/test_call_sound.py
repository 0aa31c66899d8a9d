"""The sound of a call in the studio, where the extra `audio` is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nccodsl.audio.installed import has_audio
from nccodsl.studio import studio_server
from tests.menu_script import MENU
from tests.web.studio_page import studio
from tests.web.test_accessible_pages import PHONE, check
from tests.web.waits import wait_until

pytestmark = pytest.mark.slow

HEARD = "parseFloat(document.querySelector('#heard [type=range]').value)"
LINE = "document.querySelector('.now')?.textContent ?? ''"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "menu.call").write_text(MENU, encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(not has_audio(), reason="the extra `audio` is not installed")
@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (PHONE, "dark")])
def test_a_call_is_heard(browser: Any, sources: Path, folder: Path, width: int, scheme: str) -> None:
    with studio(browser, folder, width=width, scheme=scheme) as page:
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_role("button", name="Busy").click()
        page.phone.get_by_text("The call is over").wait_for()
        page.phone.get_by_role("button", name="Hear the call").click()
        page.phone.get_by_role("button", name="Pause", exact=True).wait_for()
        frame = page.page.frame(name="phone")
        wait_until(frame, f"{LINE}.includes('Welcome to')")
        page.phone.get_by_role("button", name="Pause", exact=True).click()
        # The transcript follows to what a click, or a key, goes to.
        wave = page.phone.locator(".wave")
        wave.click(position={"x": wave.bounding_box()["width"] * 0.9, "y": 20})
        wait_until(frame, f"{LINE}.includes('Sales is busy')")
        before = frame.evaluate(HEARD)
        page.phone.get_by_role("slider", name="Position").press("ArrowLeft")
        assert frame.evaluate(HEARD) == pytest.approx(before - 1, abs=0.01)
        check(frame, sources, width)
        # It is the sound of this call, and not of the one before.
        page.phone.get_by_role("button", name="Undo").click()
        page.phone.get_by_role("button", name="Hear the call").wait_for()
        assert not wave.is_visible()


def test_without_the_extra_it_is_not_offered(browser: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_server, "has_audio", lambda: False)
    with studio(browser, folder) as page:
        page.phone.get_by_text("Welcome to").wait_for()
        assert not page.phone.get_by_role("button", name="Hear the call").is_visible()
