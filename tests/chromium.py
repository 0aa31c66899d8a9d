"""A browser for tests. One for the process: Playwright can be started only once in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium of the system, without windows, driven by Playwright; skips the test where one of them is missing."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("Chromium is not on this machine")
    driving = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: the extra `browser`")
    with driving.sync_playwright() as playwright:
        # Its sandbox does not work for root, nor in most containers; the pages are our own.
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()
