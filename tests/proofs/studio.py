"""`python -m tests.proofs studio`: how long the studio takes in Chromium, from a key to its answer, to the first paint, and to problems
without a server."""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from nccodsl.cli.playground import examples_offered
from nccodsl.playground.pyodide_files import pyodide_files
from nccodsl.playground.static_site import build_site
from nccodsl.studio.project_files import ProjectFiles
from nccodsl.studio.studio_server import StudioServer
from tests.menu_script import MENU
from tests.web.static_server import Site

_PRESS = """(name) => new Promise((done) => {
  const began = performance.now();
  const button = [...document.querySelectorAll("button")].find((one) => one.textContent === name);
  new MutationObserver((_, seen) => { seen.disconnect(); done(performance.now() - began); })
    .observe(document.getElementById("lines"), { childList: true, subtree: true });
  button.click();
})"""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main(arguments: list[str]) -> int:
    """Print milliseconds. Returns 1 where a browser is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs studio", description=__doc__)
    parser.add_argument("--presses", type=int, default=100)
    given = parser.parse_args(arguments)
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium")
    if found is None:
        print("Chromium is not on this machine")
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        Path(folder, "menu.call").write_text(MENU, encoding="utf-8")
        server = StudioServer(ProjectFiles(folder), "127.0.0.1", 0)
        assert server.start()
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(server.url)
        phone = page.frame_locator("iframe[name=phone]")
        phone.get_by_role("button", name="1", exact=True).wait_for()
        print(f"first paint: {page.evaluate(_PAINT):.0f} ms")
        frame = page.locator("iframe[name=phone]").element_handle().content_frame()
        times = [frame.evaluate(_PRESS, name) for _ in range(given.presses // 2) for name in ("1", "Undo")]
        spread = statistics.quantiles(times, n=20)
        print(
            f"from a key to its answer: p50 {statistics.median(times):.0f} ms, p95 {spread[-1]:.0f} ms, {len(times)} keys"
        )
        server.stop()
        _playground(browser, Path(folder, "site"))
        browser.close()
    return 0


def _playground(browser: Any, folder: Path) -> None:
    """The same page without a server, in a browser that was never there, and in one that was."""
    build_site(str(folder), examples_offered(), pyodide_files(None))
    with Site(folder) as site:
        context = browser.new_context()
        for visit in ("first", "second", "third"):
            page = context.new_page()
            began = time.monotonic()
            page.goto(site.url)
            page.locator(".cm-line").first.wait_for()
            editor = time.monotonic() - began
            page.get_by_text("No problems").wait_for()
            problems = time.monotonic() - began
            print(f"playground, {visit} visit: editor after {editor:.1f} s, problems after {problems:.1f} s")
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            page.close()
        site.shutdown()
