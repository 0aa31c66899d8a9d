"""The examples in the help of commands. They use the files that `nccodsl init` writes."""

from __future__ import annotations

from nccodsl.cli.campaign_examples import CAMPAIGN_EXAMPLES

_KEY = "--key key.pem --cert-url https://example.com/cert.pem"


def _plain(command: str) -> tuple[str, ...]:
    """Examples of a command that takes the ID of a leg only."""
    return tuple(f"nccodsl calls {command} UUID{more}" for more in ("", " --json", " --profile staging"))


EXAMPLES: dict[str, tuple[str, ...]] = {
    **CAMPAIGN_EXAMPLES,
    "init": (
        "nccodsl init reminders",
        "nccodsl init --list",
        "nccodsl init --example ivr-with-voicemail ivr",
    ),
    "check": (
        "nccodsl check reminder.call",
        "nccodsl check --strict",
        "nccodsl check reminder.call --fix",
        "nccodsl check --watch",
    ),
    "fmt": (
        "nccodsl fmt",
        "nccodsl fmt --check",
        "nccodsl fmt --diff reminder.call",
        "nccodsl fmt - < reminder.call",
    ),
    "explain": (
        "nccodsl explain E304",
        "nccodsl explain",
        "nccodsl explain value-out-of-range",
        "nccodsl explain std/confirm",
    ),
    "describe": (
        "nccodsl describe reminder.call",
        "nccodsl describe reminder.call --vars vars.json",
        "nccodsl describe reminder.call --var name=Ann",
    ),
    "schema": (
        "nccodsl schema call",
        "nccodsl schema ncco",
        "nccodsl schema params reminder.call",
        "nccodsl schema settings",
    ),
    "lsp": (
        "nccodsl lsp",
        "nccodsl lsp --port 7890",
        "nccodsl lsp --verbose",
    ),
    "simulate": (
        "nccodsl simulate reminder.call --vars vars.json",
        "nccodsl simulate menu.call",
        "nccodsl simulate menu.call --transcript call.txt",
        "nccodsl simulate reminder.call --vars vars.json --persona voicemail",
    ),
    "test": (
        "nccodsl test menu.call",
        "nccodsl test --coverage",
        "nccodsl test menu.call --explore 6",
        "nccodsl test --junit report.xml",
    ),
    "test-agent": (
        "nccodsl test-agent callers.yaml",
        "nccodsl test-agent callers.yaml --agent ws://127.0.0.1:9000/voice",
        "nccodsl test-agent callers.yaml --junit report.xml",
    ),
    "studio": ("nccodsl studio", "nccodsl studio examples/ivr", "nccodsl studio menu.call --port 0 --no-browser"),
    "dap": ("nccodsl dap", "nccodsl dap --port 4711", "nccodsl dap --port 0"),
    "diff": (
        "nccodsl diff menu.call",
        "nccodsl diff main menu.call",
        "nccodsl diff main:menu.call menu.call --format markdown",
        "nccodsl diff old.call new.call --fail-on removed",
    ),
    "emulator": (
        "nccodsl emulator",
        "nccodsl emulator --port 4000 --speed 10",
        "nccodsl emulator --persona voicemail --fault late=0.2",
        "nccodsl emulator --answer-url http://localhost:8080/answer --event-url http://localhost:8080/event",
    ),
    "graph": (
        "nccodsl graph reminder.call",
        "nccodsl graph reminder.call --format dot",
        "nccodsl graph menu.call -o menu.mmd",
    ),
    "compile": (
        "nccodsl compile reminder.call --vars vars.json",
        "nccodsl compile reminder.call --vars vars.json --call",
        "nccodsl compile reminder.call --call --rows recipients.csv",
        "nccodsl compile menu.call --base-url https://calls.example.com",
    ),
    "call": (
        "nccodsl call reminder.call --vars vars.json --emulate",
        "nccodsl call reminder.call --vars vars.json --dry-run",
        "nccodsl call reminder.call --vars vars.json --wait",
    ),
    "serve": (
        "nccodsl serve menu.call --base-url https://calls.example.com",
        "nccodsl serve menu.call --allow-unsigned",
        "nccodsl serve menu.call --reload --record history.jsonl",
    ),
    "validate": (
        "nccodsl validate ncco.json",
        "nccodsl validate call.json --api v1",
        "nccodsl validate ncco.json call.json --format json",
    ),
    "decompile": (
        "nccodsl decompile ncco.json",
        "nccodsl decompile call.json -o call.call --params",
        "nccodsl decompile ncco.json --lenient",
    ),
    "calls list": (
        "nccodsl calls list",
        "nccodsl calls list --status answered --limit 5",
        "nccodsl calls list --since 2026-11-23T12:00:00Z --json",
    ),
    "calls show": (
        "nccodsl calls show UUID",
        "nccodsl calls show UUID --json",
        "nccodsl calls show UUID --profile staging",
    ),
    "calls hangup": (
        "nccodsl calls hangup UUID",
        "nccodsl calls hangup UUID --json",
        "nccodsl calls hangup UUID --profile staging",
    ),
    "calls mute": _plain("mute"),
    "calls unmute": _plain("unmute"),
    "calls earmuff": _plain("earmuff"),
    "calls unearmuff": _plain("unearmuff"),
    "calls dtmf": (
        "nccodsl calls dtmf UUID 1234#",
        "nccodsl calls dtmf UUID 1pp2",
        "nccodsl calls dtmf UUID 1 --json",
    ),
    "calls talk": (
        "nccodsl calls talk UUID 'Please hold the line.'",
        "nccodsl calls talk UUID 'Un instant, merci.' --language fr-FR --loop 2",
        "nccodsl calls talk UUID 'Goodbye.' --level -0.5",
    ),
    "calls stop-talk": _plain("stop-talk"),
    "calls stream": (
        "nccodsl calls stream UUID https://example.com/music.mp3",
        "nccodsl calls stream UUID https://example.com/music.mp3 --loop 0 --level -0.5",
        "nccodsl calls stream UUID https://example.com/music.mp3 --json",
    ),
    "calls stop-stream": _plain("stop-stream"),
    "calls transfer": (
        "nccodsl calls transfer UUID reminder.call --vars vars.json",
        "nccodsl calls transfer UUID --url https://example.com/answer",
        "nccodsl calls transfer UUID reminder.call --var name=Ann --vars vars.json",
    ),
    "texts update": (
        "nccodsl texts update",
        "nccodsl texts update clinic.call",
        "nccodsl texts update clinic.call --language es-ES",
    ),
    "texts check": (
        "nccodsl texts check",
        "nccodsl texts check clinic.call --strict",
        "nccodsl texts check clinic.call --format json",
    ),
    "outbox list": (
        "nccodsl outbox list",
        "nccodsl outbox list --store sqlite:calls.db --bodies",
        "nccodsl outbox list --json",
    ),
    "outbox retry": (
        "nccodsl outbox retry --all",
        "nccodsl outbox retry KEY --store sqlite:calls.db",
        "nccodsl outbox retry --all --json",
    ),
    "outbox drop": (
        "nccodsl outbox drop KEY",
        "nccodsl outbox drop KEY --store sqlite:calls.db",
        "nccodsl outbox drop --all --json",
    ),
    "suppress add": (
        "nccodsl suppress add 14155550101",
        'nccodsl suppress add 14155550101 --reason "asked by mail"',
        "nccodsl suppress add 14155550101 --store sqlite:calls.db --json",
    ),
    "suppress export": (
        "nccodsl suppress export > opted-out.csv",
        "nccodsl suppress export --store sqlite:calls.db",
        "nccodsl suppress export --format json",
    ),
    "suppress import": (
        "nccodsl suppress import do-not-call.csv",
        "nccodsl suppress import do-not-call.csv --column phone --reason 'state list'",
        "nccodsl suppress import - --store sqlite:calls.db < do-not-call.csv",
    ),
    "suppress list": (
        "nccodsl suppress list",
        "nccodsl suppress list --store sqlite:calls.db",
        "nccodsl suppress list --json",
    ),
    "suppress remove": (
        "nccodsl suppress remove 14155550101",
        "nccodsl suppress remove 14155550101 --store sqlite:calls.db",
        "nccodsl suppress remove 14155550101 --json",
    ),
    "calls journal": (
        "nccodsl calls journal",
        "nccodsl calls journal --limit 100",
        "nccodsl calls journal --json",
    ),
    "calls reconcile": (
        "nccodsl calls reconcile",
        "nccodsl calls reconcile --grace 5",
        "nccodsl calls reconcile --json",
    ),
    "calls settle": (
        "nccodsl calls settle order-17 absent",
        "nccodsl calls settle order-17 placed",
        "nccodsl calls settle order-17 placed --uuid UUID",
    ),
    "shaken sign": (
        f"nccodsl shaken sign {_KEY} --from 14155550100 --to 14155550101",
        f"nccodsl shaken sign {_KEY} --from 14155550100 --to 14155550101 --attest B",
        f"nccodsl shaken sign {_KEY} --from 14155550100 --to 14155550101 --json",
    ),
    "shaken inspect": (
        "nccodsl shaken inspect - < identity.txt",
        "nccodsl shaken inspect - --json < identity.txt",
        'nccodsl shaken inspect "$IDENTITY"',
    ),
    "shaken verify": (
        "nccodsl shaken verify - --cert cert.pem < identity.txt",
        "nccodsl shaken verify - --cert cert.pem --from 14155550100 --to 14155550101 < identity.txt",
        "nccodsl shaken verify - --cert cert.pem --json < identity.txt",
    ),
}
"""Name of a command: the usual call, then some others."""
