"""The committed bundles are what their sources make, byte for byte, and stay small."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prose import forbidden
from tests.web.conftest import built_in, run
from tests.web.page_host import DIST, ROOT

MOST_BYTES = {
    "studio.js": 520_000,
    "studio.css": 16_000,
    "phone.js": 26_000,
    "phone.css": 12_000,
    "graph.js": 28_000,
    "graph.css": 10_000,
    "layout.js": 1_600_000,
    "services_worker.js": 4_000,
    "service_worker.js": 2_000,
}
"""What a bundle may weigh."""


def test_each_bundle_is_there_and_small() -> None:
    assert {path.name for path in DIST.iterdir()} == {*MOST_BYTES, "layout.LICENSE.md", "studio.LICENSES.md"}
    assert {name: size for name, most in MOST_BYTES.items() if (size := (DIST / name).stat().st_size) > most} == {}


def test_the_sources_use_the_words_of_the_project() -> None:
    sources = sorted((ROOT / "web" / "src").iterdir())
    assert {path.name: found for path in sources if (found := forbidden(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.slow
def test_the_bundles_are_those_of_the_sources(sources: Path) -> None:
    run(sources, "npm", "run", "check")
    run(sources, "npm", "run", "build")
    built = {path.name: path.read_bytes() for path in built_in(sources).iterdir()}
    assert built.keys() == {path.name for path in DIST.iterdir()}
    stale = [name for name, content in built.items() if content != (DIST / name).read_bytes()]
    assert stale == [], "run `npm run build` in `web` and commit `nccodsl/studio/static`"
