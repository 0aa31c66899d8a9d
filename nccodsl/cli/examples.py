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
        "nccodsl check --strict",
        "nccodsl check reminder.call --fix",
        "nccodsl check --format sarif",
    ),
    "fmt": (
        "nccodsl fmt",
        "nccodsl fmt --check",
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
        "nccodsl test --coverage",
        "nccodsl test menu.call --explore 6",
        "nccodsl test --junit report.xml",
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
    "calls list": (
        "nccodsl calls list",
        "nccodsl calls list --status answered --limit 5",
        "nccodsl calls list --since 2026-11-23T12:00:00Z --json",
    ),
    "calls show": (
        "nccodsl calls show UUID",
        "nccodsl calls show UUID --json",
    ),
    "calls hangup": (
        "nccodsl calls hangup UUID",
        "nccodsl calls hangup UUID --profile staging",
    ),
    "calls mute": ("nccodsl calls mute UUID",),
    "calls unmute": ("nccodsl calls unmute UUID",),
    "calls earmuff": ("nccodsl calls earmuff UUID",),
    "calls unearmuff": ("nccodsl calls unearmuff UUID",),
    "calls dtmf": (
        "nccodsl calls dtmf UUID 1234#",
        "nccodsl calls dtmf UUID 1pp2",
    ),
    "calls talk": (
        "nccodsl calls talk UUID 'Please hold the line.'",
        "nccodsl calls talk UUID 'Un instant, merci.' --language fr-FR --loop 2",
    ),
    "calls stop-talk": ("nccodsl calls stop-talk UUID",),
    "calls stream": (
        "nccodsl calls stream UUID https://example.com/music.mp3",
        "nccodsl calls stream UUID https://example.com/music.mp3 --loop 0 --level -0.5",
    ),
    "calls stop-stream": ("nccodsl calls stop-stream UUID",),
    "calls transfer": (
        "nccodsl calls transfer UUID reminder.call --vars vars.json",
        "nccodsl calls transfer UUID --url https://example.com/answer",
    ),
    "calls journal": (
        "nccodsl calls journal",
        "nccodsl calls journal --limit 100 --json",
    ),
    "calls reconcile": (
        "nccodsl calls reconcile",
        "nccodsl calls reconcile --grace 5",
    ),
    "calls settle": (
        "nccodsl calls settle order-17 absent",
        "nccodsl calls settle order-17 placed --uuid UUID",
    ),
    "shaken sign": (
        "nccodsl shaken sign --key key.pem --cert-url https://example.com/cert.pem --from 14155550100 --to 14155550101",
    ),
    "shaken inspect": (
        "nccodsl shaken inspect - < identity.txt",
        "nccodsl shaken inspect - --json < identity.txt",
    ),
    "shaken verify": (
        "nccodsl shaken verify - --cert cert.pem < identity.txt",
        "nccodsl shaken verify - --cert cert.pem --from 14155550100 --to 14155550101 < identity.txt",
    ),
}
"""Name of a command: the usual call, then some others."""
