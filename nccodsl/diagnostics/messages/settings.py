"""E710: settings files that cannot be used. `where`: the file, with the line where that is known."""

from __future__ import annotations

from collections.abc import Collection

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean


def no_settings_file(profile: str) -> Message:
    """`profile`: the one that is asked for."""
    help = f"write `[profile.{profile}]` in `nccodsl.toml`, or remove `--profile`"
    return Message("E710", f"no settings file has the profile `{profile}`", help)


def key_twice(where: str, reason: str) -> Message:
    return Message("E710", f"{where}: {reason}", "remove one of the two")


def no_json(where: str) -> Message:
    return Message("E710", f"{where}: not JSON", "fix the file, or run `vonage auth set`")


def no_json_object(where: str) -> Message:
    return Message("E710", f"{where}: not a JSON object", "fix the file, or run `vonage auth set`")


def unreadable(where: str, reason: str) -> Message:
    return Message("E710", f"{where}: cannot be read: {reason}")


def too_large(where: str, mebibytes: int) -> Message:
    return Message("E710", f"{where}: larger than {mebibytes} MiB")


def not_utf_8(where: str) -> Message:
    return Message("E710", f"{where}: not UTF-8 text", "save the file as UTF-8")


def no_toml(where: str, reason: str) -> Message:
    return Message("E710", f"{where}: not TOML: {reason}", 'write settings as `NAME = "…"`, one in a line')


def nested_too_deeply(where: str) -> Message:
    return Message("E710", f"{where}: nested too deeply")


def section_no_table(where: str, section: str) -> Message:
    return Message("E710", f"{where}: `{section}` is a value, not a table", f"write `[{section}]`")


def profile_no_table(where: str) -> Message:
    return Message("E710", f"{where}: `profile` is not a table", "write `[profile.NAME]`")


def no_profile(where: str, name: str, shown: str, known: Collection[str]) -> Message:
    help = did_you_mean(name, known) or f"write `[profile.{shown}]` in {where}, or give one it has: {_listed(known)}"
    return Message("E710", f"{where}: no profile `{shown}`", help)


def no_setting(where: str, key: str, shown: str, known: Collection[str]) -> Message:
    help = did_you_mean(key, [*known, "profile"]) or f"write one of {_listed(known)} or `[profile.NAME]`"
    return Message("E710", f"{where}: `{shown}` is not a setting", help)


def setting_no_text(where: str, key: str) -> Message:
    return Message("E710", f"{where}: `{key}` must be a text", f'write `{key} = "…"`')


def setting_no_number(where: str, key: str, least: int, most: int) -> Message:
    return Message("E710", f"{where}: `{key}` must be a whole number, {least} to {most}", f"write `{key} = 3`")


def api_version(where: str) -> Message:
    return Message("E710", f"{where}: `api` must be v1 or v2", 'write `api = "v2"`')


def member_no_text(where: str, name: str) -> Message:
    return Message("E710", f"{where}: `{name}` must be a text", f'write `"{name}": "…"`')


def _listed(known: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in known) or "none"
