"""The studio beside a running server: callers are on the lines where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nccodsl.io.watched_server import watched
from nccodsl.studio.live_calls import LiveCalls
from tests.e2e.live_caller import LiveCaller
from tests.e2e.serve_process import ServeProcess
from tests.web.studio_page import studio

pytestmark = pytest.mark.slow

TOKEN = "a-token-for-the-studio"
SCRIPT = """param pin: text private = "4711"
step main {
  talk "Press 1, or enter {{ pin }}."
  input dtmf max_digits=1 {
    on "1" { talk "Your code?" input dtmf max_digits=4 as code { otherwise { hangup } } }
    otherwise -> main
  }
}
"""


def test_callers_are_seen_on_their_lines(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "ivr.call").write_text(SCRIPT, encoding="utf-8")
    with ServeProcess(tmp_path, "ivr.call", "--allow-attach", NCCODSL_ATTACH_TOKEN=TOKEN) as server:
        live = LiveCalls(lambda: watched(server.url, TOKEN))
        first, second = (LiveCaller(server, "ivr", number).call() for number in (1, 2))
        first.press("1")
        with studio(browser, tmp_path, live=live) as page:
            page.page.get_by_role("tab", name="Live (2)").click()
            page.page.get_by_text("2 callers now.").wait_for()
            page.line("input dtmf max_digits=1").locator(".here", has_text="1 caller").wait_for()
            page.line('on "1"').locator(".here", has_text="1 caller").wait_for()
            assert "4711" not in page.page.locator("#panel-live").inner_text()
            second.press("9")
            page.page.locator("#panel-live li", has_text="played 2 ×").first.wait_for()
            first.hang_up()
            page.page.get_by_text("1 caller now.").wait_for()
            page.page.locator("#panel-live button", has_text="input dtmf max_digits=1").click()
            assert page.page.evaluate("document.activeElement.classList.contains('cm-content')")
            page.type_at_end("# edited\n")
            page.page.get_by_text("lines are shown for the saved text only").wait_for()
            page.page.locator(".here").first.wait_for(state="detached")
        live.close()
