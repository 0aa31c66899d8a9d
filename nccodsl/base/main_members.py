"""The member that names an endpoint of each type: its number, address, user or extension."""

from __future__ import annotations

MAIN_MEMBERS = {"phone": "number", "sip": "uri", "websocket": "uri", "app": "user", "vbc": "extension"}
