"""What tests of pages share: the sources with their packages, a browser, and pages in it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import chromium
from tests.web.page_host import ROOT, PageHost

PATIENCE = 60_000
"""Milliseconds until a test gives up; the machine may be busy."""


def run(folder: Path, *command: str) -> None:
    """Run a command, which must work."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def built_in(sources: Path) -> Path:
    """Where a copy of `web` puts its bundles."""
    return sources.parent / "nccodsl" / "studio" / "static"


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `web` with the packages that it needs, and without bundles."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not on this machine")
    folder = tmp_path_factory.mktemp("pages") / "web"
    shutil.copytree(ROOT / "web", folder, ignore=shutil.ignore_patterns("node_modules"))
    built_in(folder).mkdir(parents=True)
    run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all pages; these tests come last, since nothing else can use an event loop then."""
    with chromium() as started:
        yield started


class ShownPage:
    """A page in the browser: `outer` is the host, `frames` are the pages in it by their name."""

    def __init__(self, outer: Any, host: PageHost) -> None:
        self.outer = outer
        self.host = host
        self.requests: list[str] = []
        self.errors: list[str] = []
        outer.on("request", lambda request: self.requests.append(request.url))
        outer.on("pageerror", lambda error: self.errors.append(str(error)))

    def frame(self, name: str) -> Any:
        """One of the pages."""
        return self.outer.locator(f"iframe[name={name}]").element_handle().content_frame()

    @property
    def revealed(self) -> list[int]:
        """The lines of the script (from 1) that a page has shown."""
        return [one["range"]["start"]["line"] + 1 for one in self.outer.evaluate("window.revealed")]

    @property
    def script(self) -> str:
        """The text of the script."""
        return str(self.outer.get_by_label("Script").input_value())

    def edit(self, text: str) -> None:
        """Replace the text of the script."""
        self.outer.get_by_label("Script").fill(text)


@contextmanager
def shown(
    browser: Any, script: str, address: str = "", *, width: int = 1200, scheme: str = "light", worker: bool = True
) -> Iterator[ShownPage]:
    """A host with pages. At the end, no page has failed, and nothing was asked of other places."""
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    with PageHost(script, worker=worker) as host:
        page = ShownPage(context.new_page(), host)
        page.outer.goto(f"{host.url}/?{address}")
        yield page
        assert page.errors == []
        assert [url for url in page.requests if not url.startswith((host.url, "blob:"))] == []
        context.close()
