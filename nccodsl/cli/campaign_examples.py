"""The examples in the help of `nccodsl campaign`."""

from __future__ import annotations


def _named(command: str) -> tuple[str, ...]:
    """Examples of a command that takes the name of a campaign, or all."""
    return tuple(f"nccodsl campaign {command} {more}" for more in ("reminder", "--all", "reminder --json"))


CAMPAIGN_EXAMPLES: dict[str, tuple[str, ...]] = {
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
    "campaign watch": (
        "nccodsl campaign watch",
        "nccodsl campaign watch reminder --json",
        "nccodsl campaign watch --web",
        "nccodsl campaign watch --web --port 8790",
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
}
