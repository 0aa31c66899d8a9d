"""E819: the files that a playground needs."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Message

_HELP = "give a folder with the files of Pyodide: `--pyodide DIR`"


def not_in_folder(folder: str, name: str) -> Message:
    help = "give the folder `package` of the npm package `pyodide`, or leave `--pyodide` out to download it"
    return Message("E819", f"{folder} has no file `{name}` that can be read", help)


def not_downloaded(url: str, reason: str) -> Message:
    return Message("E819", f"Pyodide cannot be downloaded from {url}: {reason}", _HELP)


def wrong_hash(url: str) -> Message:
    return Message("E819", f"what {url} sends is not the package that is expected: its hash differs", _HELP)


def wrong_version(wanted: str) -> Message:
    return Message("E819", "the files of Pyodide are not of a version that can be used", f"use Pyodide {wanted}")
