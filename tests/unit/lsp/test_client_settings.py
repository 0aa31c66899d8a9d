"""The settings of clients: the page lists each of them with its default."""

from __future__ import annotations

import re
from pathlib import Path

from nccodsl.lsp.client_settings import ON_PAUSE, ClientSettings

PAGE = Path(__file__).parents[3] / "docs" / "editors.md"


def test_the_page_lists_every_setting_with_its_default() -> None:
    listed = re.findall(r"^\| `([a-zA-Z]+\.[a-zA-Z]+)` \| `(true|false)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    settings = ClientSettings()
    switches = {f"inlayHints.{name}": shown for name, shown in settings.inlays.items()}
    switches[f"tests.{ON_PAUSE}"] = settings.tests_on_pause
    assert dict(listed) == {name: str(value).lower() for name, value in switches.items()}


def test_each_switch_is_taken_alone() -> None:
    settings = ClientSettings()
    before = dict(settings.inlays)
    settings.take({"nccodsl": {"inlayHints": {"reached": True, "speech": "yes", "unknown": True}}})
    assert settings.inlays == {**before, "reached": True}
