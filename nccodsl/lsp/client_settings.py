"""The settings of a client: switches in groups, such as `inlayHints.speech`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nccodsl.editor.services.inlays import DEFAULT_INLAYS, InlayKind

SECTION = "nccodsl"
"""Below which most clients keep them."""
ON_PAUSE = "onPause"


class ClientSettings:
    """The switches as the client wants them. `inlays`: which hints it shows. `tests`: when tests run by themselves."""

    def __init__(self) -> None:
        self.inlays: dict[InlayKind, bool] = dict(DEFAULT_INLAYS)
        self.tests: dict[str, bool] = {ON_PAUSE: True}

    def _groups(self) -> Iterable[tuple[str, dict[Any, bool]]]:
        return ("inlayHints", self.inlays), ("tests", self.tests)

    @property
    def tests_on_pause(self) -> bool:
        """Whether the tests of a script run after each pause."""
        return self.tests[ON_PAUSE]

    def take(self, settings: object) -> None:
        """Take over `{"inlayHints": {"speech": false}}`, alone or in the section. What is not known is passed over."""
        if isinstance(settings, dict) and isinstance(settings.get(SECTION), dict):
            settings = settings[SECTION]
        for group, switches in self._groups():
            wanted = settings.get(group) if isinstance(settings, dict) else None
            for name in switches:
                if isinstance(wanted, dict) and isinstance(wanted.get(name), bool):
                    switches[name] = wanted[name]
