"""The plan of the code base: which rooms there are, and which of them each may import.

`tests/unit/test_architecture.py` holds every import to this table; `python -m tests.rooms` prints the diagram that
docs/architecture.md shows.
"""

from __future__ import annotations

BASE = ("base", "diagnostics", "errors")

ROOMS: dict[str, tuple[str, ...]] = {
    "base": (),
    "diagnostics": ("base",),
    "errors": ("base", "diagnostics"),
    "std": ("errors",),
    "io": ("base", "errors", "std"),
    "clock": ("base",),
    "syntax": BASE,
    "highlight": ("syntax",),
    "templates": ("base", "diagnostics"),
    "voice": ("base", "diagnostics", "templates"),
    "answers": ("base", "diagnostics", "voice"),
    "translation": ("base",),
    "models": ("voice",),
    "analysis": (*BASE, "answers", "clock", "std", "syntax", "templates", "translation", "voice"),
    "documents": (*BASE, "analysis", "syntax", "voice"),
    "lowering": (*BASE, "analysis", "clock", "templates", "voice"),
    "decompiler": (*BASE, "analysis", "documents", "lowering", "syntax", "voice"),
    "describe": (*BASE, "analysis", "clock", "lowering", "templates", "voice"),
    "graph": ("base", "analysis", "describe", "lowering", "voice"),
    "runtime": (*BASE, "analysis", "lowering", "std", "templates", "voice"),
    "emulator.bad_input": ("diagnostics", "errors"),
    "emulator.personas": ("base", "diagnostics", "emulator.bad_input", "voice"),
    "emulator.core": ("base", "diagnostics", "emulator.bad_input", "emulator.personas", "voice"),
    "emulator.actions": ("diagnostics", "emulator.core"),
    "emulator.views": ("base", "emulator.core"),
    "emulator": ("emulator.actions", "emulator.core", "emulator.personas"),
    "audio": ("base", "emulator.bad_input", "emulator.core", "emulator.personas", "errors", "voice"),
    "emulator.http": (
        "audio",
        "base",
        "emulator",
        "emulator.actions",
        "emulator.bad_input",
        "emulator.core",
        "emulator.personas",
        "emulator.views",
        "errors",
        "io",
        "voice",
    ),
    "rehearsal": (
        *BASE,
        "analysis",
        "answers",
        "clock",
        "emulator",
        "emulator.bad_input",
        "emulator.core",
        "emulator.personas",
        "emulator.views",
        "lowering",
        "runtime",
        "std",
        "templates",
        "translation",
        "voice",
    ),
    "diff": (*BASE, "analysis", "describe", "lowering", "rehearsal", "runtime", "templates", "voice"),
    "editor": (
        *BASE,
        "analysis",
        "decompiler",
        "diff",
        "documents",
        "emulator.core",
        "emulator.personas",
        "emulator.views",
        "graph",
        "lowering",
        "rehearsal",
        "runtime",
        "std",
        "syntax",
        "templates",
        "voice",
    ),
    "dap": (
        "analysis",
        "base",
        "editor",
        "emulator.core",
        "errors",
        "lowering",
        "rehearsal",
        "runtime",
        "std",
        "templates",
        "voice",
    ),
    "lsp": ("base", "errors", "analysis", "audio", "editor", "graph", "io", "std"),
    "studio": ("audio", "base", "dap", "errors", "io", "lsp"),
    "playground": (*BASE, "io", "studio", "syntax", "voice"),
    "client": (*BASE, "io", "voice"),
    "campaign.policy": ("base", "clock", "errors"),
    "campaign.forecast": ("base", "campaign.policy"),
    "campaign": (
        *BASE,
        "analysis",
        "campaign.policy",
        "client",
        "clock",
        "documents",
        "io",
        "lowering",
        "runtime",
        "syntax",
        "voice",
    ),
    "campaign.live": ("base", "campaign", "client", "io"),
    "campaign.emulated": (
        "base",
        "campaign",
        "campaign.policy",
        "client",
        "emulator",
        "emulator.personas",
        "rehearsal",
    ),
    "server": (*BASE, "io", "lowering", "runtime", "std"),
    "campaign.hosts": ("campaign", "client", "runtime", "server"),
    "flow": ("analysis", "lowering", "runtime", "server"),
    "api": (*BASE, "analysis", "decompiler", "documents", "flow", "io", "syntax"),
    "__init__": ("api", "base", "diagnostics", "errors", "flow"),
    "cli": ("*",),
    "__main__": ("cli", "io"),
}
"""Each room and the rooms that it may import besides its own; a room may import only what stands before it."""

PURE = (
    "base",
    "diagnostics",
    "errors",
    "clock",
    "campaign.policy",
    "campaign.forecast",
    "templates",
    "syntax",
    "highlight",
    "voice",
    "answers",
    "documents",
    "analysis",
    "lowering",
    "decompiler",
    "describe",
    "graph",
    "runtime",
    "rehearsal",
    "editor",
    "diff",
    "emulator",
    "emulator.bad_input",
    "emulator.personas",
    "emulator.core",
    "emulator.actions",
    "emulator.views",
)
"""Rooms that touch nothing outside: no files, network, clock or environment. They run in a browser as well."""


def diagram() -> str:
    """The rooms as a Mermaid flowchart: an arrow leads to what a room builds upon, without what it reaches anyway."""
    lines = ["flowchart BT"]
    for room, below in ROOMS.items():
        if room.startswith("__"):
            continue
        wanted = [name for name in ROOMS if not name.startswith("__")] if "*" in below else list(below)
        direct = [
            one for one in wanted if one != room and not any(one in _reached(other) for other in wanted if other != one)
        ]
        name = room.replace(".", "_")
        lines.append(f'  {name}["{room}"]')
        lines += [f"  {name} --> {one.replace('.', '_')}" for one in sorted(direct)]
    return "\n".join(lines) + "\n"


def _reached(room: str) -> set[str]:
    """The rooms that a room builds upon, directly or not."""
    found: set[str] = set()
    for below in ROOMS[room]:
        if below != "*":
            found |= {below, *_reached(below)}
    return found


if __name__ == "__main__":
    print(diagram(), end="")
