"""The examples in the help of commands. They use the files that `nccodsl init` writes."""

from __future__ import annotations

_KEY = "--key key.pem --cert-url https://example.com/cert.pem"


def _plain(command: str) -> tuple[str, ...]:
    """Examples of a command that takes the ID of a leg only."""
    return tuple(f"nccodsl calls {command} UUID{more}" for more in ("", " --json", " --profile staging"))


def _named(command: str) -> tuple[str, ...]:
    """Examples of a command that takes the name of a campaign, or all."""
    return tuple(f"nccodsl campaign {command} {more}" for more in ("reminder", "--all", "reminder --json"))


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
    "campaign init": (
        "nccodsl campaign init reminder.call --purpose informational",
        "nccodsl campaign init reminder.call --purpose emergency -o plans.toml",
        "nccodsl campaign init reminder.call --purpose informational -o -",
    ),
    "campaign check": (
        "nccodsl campaign check storm.toml",
        "nccodsl campaign check storm.toml --skipped skipped.jsonl",
        "nccodsl campaign check storm.toml --format json",
    ),
    "campaign forecast": (
        "nccodsl campaign forecast storm.toml",
        "nccodsl campaign forecast storm.toml --at 2026-12-01T08:00:00-05:00 --svg storm.svg",
        "nccodsl campaign forecast storm.toml --runs 50 --format json",
    ),
    "campaign emulate": (
        "nccodsl campaign emulate storm.toml",
        "nccodsl campaign emulate storm.toml --at 2026-12-01T08:00:00-05:00 --by hour",
        "nccodsl campaign emulate storm.toml --why 14155550101",
    ),
    "campaign start": (
        "nccodsl campaign start storm.toml",
        "nccodsl campaign start storm.toml --json",
        "nccodsl campaign start storm.toml --store sqlite:calls.db",
    ),
    "campaign work": (
        "nccodsl campaign work",
        "nccodsl campaign work reminder --limit 30",
        "nccodsl campaign work --once",
        "nccodsl campaign work --base-url https://calls.example.com",
    ),
    "campaign list": (
        "nccodsl campaign list",
        "nccodsl campaign list --json",
        "nccodsl campaign list reminder",
    ),
    "campaign pause": _named("pause"),
    "campaign resume": _named("resume"),
    "campaign stop": (
        "nccodsl campaign stop reminder",
        "nccodsl campaign stop reminder --hang-up",
        "nccodsl campaign stop reminder --json",
    ),
    "campaign retry": _named("retry"),
    "campaign replay": (
        "nccodsl campaign replay reminder",
        "nccodsl campaign replay reminder --strict",
        "nccodsl campaign replay reminder --json",
    ),
    "campaign why": (
        "nccodsl campaign why +14155550101",
        "nccodsl campaign why 14155550101 --campaign reminder",
        "nccodsl campaign why 14155550101 --json",
    ),
    "campaign forget": (
        "nccodsl campaign forget +14155550101",
        "nccodsl campaign forget '+1 415 555 0101'",
        "nccodsl campaign forget 14155550101 --json",
    ),
    "campaign verify": (
        "nccodsl campaign verify reminder",
        "nccodsl campaign verify reminder --json",
        "nccodsl campaign verify reminder --head HASH",
    ),
    "campaign report": (
        "nccodsl campaign report reminder",
        "nccodsl campaign report reminder --by hour",
        "nccodsl campaign report reminder --format csv -o called.csv",
        "nccodsl campaign report reminder --format html -o report.html",
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
