"""A browser for tests. Playwright leaves an event loop running in its thread: nothing else that needs one works there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

_T = TypeVar("_T")
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Any]:
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


def in_chromium(do: Callable[[Any], _T]) -> _T:
    """Do something in a browser of its own, in a thread that ends with it."""

    def run() -> _T:
        with chromium() as browser:
            return do(browser)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()
