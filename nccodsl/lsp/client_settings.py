"""The settings of a client: switches in groups, such as `inlayHints.speech`."""

from __future__ import annotations

from nccodsl.editor.services.inlays import DEFAULT_INLAYS, InlayKind

SECTION = "nccodsl"
"""Below which most clients keep them."""


class ClientSettings:
    """The switches as the client wants them. `inlays`: which hints it shows."""

    def __init__(self) -> None:
        self.inlays: dict[InlayKind, bool] = dict(DEFAULT_INLAYS)

    def take(self, settings: object) -> None:
        """Take over `{"inlayHints": {"speech": false}}`, alone or in the section. What is not known is passed over."""
        if isinstance(settings, dict) and isinstance(settings.get(SECTION), dict):
            settings = settings[SECTION]
        for group, switches in (("inlayHints", self.inlays),):
            wanted = settings.get(group) if isinstance(settings, dict) else None
            for name in switches:
                if isinstance(wanted, dict) and isinstance(wanted.get(name), bool):
                    switches[name] = wanted[name]
