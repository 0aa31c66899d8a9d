"""Settings files: our own profiles, and what the official command line tool keeps.

Profiles stand in the nearest `nccodsl.toml` or `pyproject.toml` (below `tool.nccodsl`) of the current folder and those
above it: top-level keys are the default profile, `[profile.NAME]` are others. A named profile takes nothing from the
default one, so that no key meets the id of another application.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.strict_json import DuplicateKey, read_strict_json
from nccodsl.client.failures import BadSettings, shown
from nccodsl.client.start_limits import MOST_SLOTS
from nccodsl.diagnostics import messages
from nccodsl.voice.call_api import API_VERSIONS

_MOST_BYTES = 2**20


class Profile(Record):
    """What a file says of one application. `private_key` is a path that can be opened, or the PEM itself."""

    name: str
    file: str
    application_id: str | None = None
    private_key: str | None = None
    region: str | None = None
    host: str | None = None
    api: str | None = None
    caller: str | None = None
    limit: int | None = None

    _ignored = frozenset(("private_key",))


_KEYS: dict[str, str] = {
    "application_id": "application_id",
    "private_key": "private_key",
    "region": "region",
    "host": "host",
    "api": "api",
    "from": "caller",
    "limit": "limit",
}
"""Key of a file: field of `Profile`."""


def find_profile(name: str | None, folder: Path) -> Profile | None:
    """The profile of this name, or the default one; None where no file says anything. Raises BadSettings.

    A name that no file knows is an error.
    """
    for above in (folder, *folder.parents):
        for file, section in ((above / "nccodsl.toml", ()), (above / "pyproject.toml", ("tool", "nccodsl"))):
            text = _read(file)
            table = _table(file, text, section) if text else None
            if table:
                return _profile(name, file, text or "", table)
    if name is not None:
        raise BadSettings(messages.settings.no_settings_file(shown(name, 40)))
    return None


def find_cli_config(folder: Path, environ: Mapping[str, str]) -> Profile | None:
    """What the official command line tool knows: `.vonagerc` here, else `~/.vonage/config.json`. Raises BadSettings."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")  # noqa: PTH111
    for file in (folder / ".vonagerc", Path(home) / ".vonage" / "config.json"):
        text = _read(file)
        if text is None:
            continue
        try:
            document = read_strict_json(text)
        except DuplicateKey as error:
            raise BadSettings(messages.settings.key_twice(str(file), str(error))) from None
        except ValueError as error:
            line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            raise BadSettings(messages.settings.no_json(f"{file}{line}")) from None
        if not isinstance(document, dict):
            raise BadSettings(messages.settings.no_json_object(str(file)))
        return Profile(
            "official tool",
            str(file),
            _own_text(file, document, "app-id", "appId"),
            _path_from(file, _own_text(file, document, "private-key", "privateKey")),
        )
    return None


def _read(file: Path) -> str | None:
    """The text of a file, or None without one."""
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise BadSettings(messages.settings.unreadable(str(file), error.strerror or str(error))) from None
    if len(data) > _MOST_BYTES:
        raise BadSettings(messages.settings.too_large(str(file), _MOST_BYTES // 2**20))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadSettings(messages.settings.not_utf_8(f"{file}, line {line}")) from None


def _table(file: Path, text: str, section: tuple[str, ...]) -> dict[str, Any]:
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        reason = shown(str(error).partition(" (at ")[0])
        raise BadSettings(messages.settings.no_toml(f"{file}{f', line {at[1]}' if at else ''}", reason)) from None
    except RecursionError:
        raise BadSettings(messages.settings.nested_too_deeply(str(file))) from None
    for name in section:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        raise BadSettings(messages.settings.section_no_table(str(file), ".".join(section)))
    return table


def _profile(name: str | None, file: Path, text: str, table: dict[str, Any]) -> Profile:
    others = table.pop("profile", {})
    if not isinstance(others, dict) or not all(isinstance(other, dict) for other in others.values()):
        raise BadSettings(messages.settings.profile_no_table(f"{file}{_line(text, 'profile')}"))
    # All are judged, whichever is asked for: a slip should not wait until that profile is used.
    known = {other: _judged(other, file, text, members) for other, members in others.items()}
    default = _judged("default", file, text, table)
    if name is None or (name == "default" and name not in known):
        return default
    if name not in known:
        raise BadSettings(messages.settings.no_profile(str(file), name, shown(name, 40), known))
    return known[name]


def _judged(name: str, file: Path, text: str, members: dict[str, Any]) -> Profile:
    fields: dict[str, str] = {}
    limit = None
    for key, value in members.items():
        where = f"{file}{_line(text, key)}"
        if key not in _KEYS:
            raise BadSettings(messages.settings.no_setting(where, key, shown(key, 40), _KEYS))
        if key == "limit":
            limit = _limit(where, value)
        elif isinstance(value, str) and value.strip():
            fields[_KEYS[key]] = value
        else:
            raise BadSettings(messages.settings.setting_no_text(where, key))
    if fields.get("api", "v2") not in API_VERSIONS:
        raise BadSettings(messages.settings.api_version(f"{file}{_line(text, 'api')}"))
    if "private_key" in fields:
        fields["private_key"] = _path_from(file, fields["private_key"]) or ""
    return Profile(name, str(file), limit=limit, **fields)


def _limit(where: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_SLOTS:
        raise BadSettings(messages.settings.setting_no_number(where, "limit", 1, MOST_SLOTS))
    return value


def _path_from(file: Path, key: str | None) -> str | None:
    """A path of a file is one from that file's folder; a PEM is left alone."""
    if key is None or "-----BEGIN" in key or len(key) > 1000:
        return key
    return str(file.parent / Path(os.path.expanduser(key)))  # noqa: PTH111


def _own_text(file: Path, document: Mapping[str, object], *names: str) -> str | None:
    for name in names:
        value = document.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise BadSettings(messages.settings.member_no_text(str(file), name))
        return value
    return None


def _line(text: str, key: str) -> str:
    """`, line 3` where a key stands at the beginning of a line, else nothing."""
    found = re.search(rf"^[ \t]*\[?[\"']?{re.escape(key)}[\"']?[ \t]*[=.\]]", text, re.M)
    return f", line {text.count(chr(10), 0, found.start()) + 1}" if found else ""
