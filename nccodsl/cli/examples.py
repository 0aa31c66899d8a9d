"""The examples in the help of commands. They use the files that `nccodsl init` writes."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "init": (
        "nccodsl init reminders",
        "nccodsl init --list",
        "nccodsl init --example ivr-with-voicemail ivr",
    ),
    "check": (
        "nccodsl check reminder.call",
        "nccodsl check . --strict",
        "nccodsl check reminder.call --fix",
        "nccodsl check . --format sarif",
    ),
    "fmt": (
        "nccodsl fmt .",
        "nccodsl fmt --check .",
    ),
    "explain": (
        "nccodsl explain E304",
        "nccodsl explain",
    ),
    "describe": ("nccodsl describe reminder.call",),
    "schema": (
        "nccodsl schema call",
        "nccodsl schema params reminder.call",
    ),
    "simulate": (
        "nccodsl simulate reminder.call --vars vars.json",
        "nccodsl simulate menu.call",
    ),
    "test": (
        "nccodsl test menu.call",
        "nccodsl test . --coverage",
        "nccodsl test menu.call --explore 6",
        "nccodsl test . --junit report.xml",
    ),
    "emulator": (
        "nccodsl emulator",
        "nccodsl emulator --port 4000 --speed 10",
    ),
    "graph": (
        "nccodsl graph reminder.call",
        "nccodsl graph reminder.call --format dot",
    ),
    "compile": (
        "nccodsl compile reminder.call --vars vars.json",
        "nccodsl compile reminder.call --vars vars.json --call",
        "nccodsl compile reminder.call --call --rows recipients.csv",
    ),
    "call": (
        "nccodsl call reminder.call --vars vars.json --emulate",
        "nccodsl call reminder.call --vars vars.json --dry-run",
        "nccodsl call reminder.call --vars vars.json --wait",
    ),
    "serve": (
        "nccodsl serve menu.call --base-url https://calls.example.com",
        "nccodsl serve menu.call --allow-unsigned",
    ),
    "validate": (
        "nccodsl validate ncco.json",
        "nccodsl validate call.json --api v1",
    ),
    "decompile": (
        "nccodsl decompile ncco.json",
        "nccodsl decompile call.json -o call.call --params",
    ),
}
"""Name of a command: the usual call, then some others."""
