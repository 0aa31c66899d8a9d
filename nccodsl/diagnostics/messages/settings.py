"""E710: settings files that cannot be used. `where`: the file, with the line where that is known."""

from __future__ import annotations

from collections.abc import Collection

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean


def no_settings_file(profile: str) -> Message:
    """`profile`: the one that is asked for."""
    help = f"write a nccodsl.toml with [profile.{profile}]"
    return Message("E710", f"there is no profile `{profile}`: no settings file is here or above", help)


def key_twice(where: str, reason: str) -> Message:
    return Message("E710", f"{where}: {reason}", "leave one of them")


def no_json(where: str) -> Message:
    return Message("E710", f"{where}: this is no JSON", "mend it, or let the official tool write it")


def no_json_object(where: str) -> Message:
    return Message("E710", f"{where}: this is no JSON object")


def unreadable(where: str, reason: str) -> Message:
    return Message("E710", f"{where}: it cannot be read: {reason}")


def too_large(where: str, mebibytes: int) -> Message:
    return Message("E710", f"{where}: it is larger than {mebibytes} MiB")


def not_utf_8(where: str) -> Message:
    return Message("E710", f"{where}: it is not UTF-8 text")


def no_toml(where: str, reason: str) -> Message:
    return Message("E710", f"{where}: this is no TOML: {reason}")


def nested_too_deeply(where: str) -> Message:
    return Message("E710", f"{where}: it is nested too deeply")


def section_no_table(where: str, section: str) -> Message:
    return Message("E710", f"{where}: {section} is a table of settings, not one value")


def profile_no_table(where: str) -> Message:
    return Message("E710", f"{where}: profiles are tables", "write [profile.NAME]")


def no_profile(where: str, name: str, shown: str, known: Collection[str]) -> Message:
    help = did_you_mean(name, known) or f"it has: {', '.join(known) or 'none'}"
    return Message("E710", f"{where} has no profile `{shown}`", help)


def no_setting(where: str, key: str, shown: str, known: Collection[str]) -> Message:
    help = did_you_mean(key, [*known, "profile"]) or f"the settings are {', '.join(known)} and [profile.NAME]"
    return Message("E710", f"{where}: there is no setting `{shown}`", help)


def setting_no_text(where: str, key: str) -> Message:
    return Message("E710", f"{where}: `{key}` is a text in quotation marks, and not empty")


def api_version(where: str) -> Message:
    return Message("E710", f"{where}: `api` is v1 or v2")


def member_no_text(where: str, name: str) -> Message:
    return Message("E710", f"{where}: `{name}` is a text")
