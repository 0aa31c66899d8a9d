"""Waiting for what a page has done. Playwright's own way evaluates a string in the page, which its policy forbids."""

from __future__ import annotations

import time
from typing import Any


def wait_until(page: Any, expression: str) -> None:
    """Wait until an expression of a page is true."""
    until = time.monotonic() + 30
    while not page.evaluate(expression):
        assert time.monotonic() < until, expression
        page.wait_for_timeout(50)
