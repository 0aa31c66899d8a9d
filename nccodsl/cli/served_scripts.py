"""The scripts that `nccodsl serve` serves: read from files under their names, and read again when they change."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import colored, lines_of, told
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import RenderError, ScriptError
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.address_name import flow_name
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.log import StreamLog
from nccodsl.server.refusals import BadSecret, BadStore, CannotServe, NamesClash
from nccodsl.server.server import Server

POLL = 0.5
"""Seconds between two looks at the files."""


def named_files(given: Iterable[str]) -> dict[str, str]:
    """The files by the names that they are served under. Raises NamesClash, CannotServe."""
    files: dict[str, str] = {}
    for word in given:
        name, equals, path = word.partition("=")
        if not equals or set(name) & set("/\\") or os.path.exists(word):  # noqa: PTH110
            name, path = flow_name(str(Path(word).resolve())), word
        elif flow_name(name) != name:
            raise CannotServe(
                f"`{name[:60]}` is not a name for a script", f"write a name of letters and digits: `menu={path}`"
            )
        if name in ("healthz", "metrics"):
            raise CannotServe(f"`/{name}` is an address of the server itself", f"write `other={path}`")
        if path in ("", "-"):
            raise CannotServe("a script can only be served from a file", "run `nccodsl serve FILE`")
        if name in files:
            raise NamesClash(f"{files[name]} and {path} would both be served at `/{name}`", f"write `other={path}`")
        files[name] = path
    return files


def loaded(files: Mapping[str, str]) -> dict[str, Compiled]:
    """Every script compiled. Raises ScriptError with what is wrong in any of them."""
    flows: dict[str, Compiled] = {}
    wrong: list[Diagnostic] = []
    for name, path in files.items():
        try:
            flows[name] = load_flow(path)
        except ScriptError as error:
            wrong += error.diagnostics
    if wrong:
        raise ScriptError(wrong)
    return flows


def refuse_unknown(flows: Iterable[Compiled], values: Mapping[str, object]) -> None:
    """Raise RenderError for a value that no script declares, or that does not fit where it is declared."""
    each = list(flows)
    wrong = each[0].unknown(name for name in values if not any(flow.takes(name) for flow in each))
    for flow in each:
        try:
            flow.binder.convert(given(flow, values))
        except RenderError as error:
            # What is missing, a call may bring.
            wrong += [found for found in error.diagnostics if found.code != "E211"]
    if wrong:
        raise RenderError(wrong)


def given(flow: Compiled, values: Mapping[str, object]) -> dict[str, object]:
    """Of these values, those that the script takes."""
    return {name: value for name, value in values.items() if flow.takes(name)}


class Reloader:
    """Looks for changes of scripts and their includes; a script that does not compile is reported, and not served.

    What has changed is known by the files as they were when it was made.
    """

    def __init__(
        self, files: Mapping[str, str], flows: Mapping[str, Compiled], values: Mapping[str, object], log: StreamLog
    ) -> None:
        self._files = files
        self._values = values
        self.log = log
        self._seen = {name: _stamps(flow) for name, flow in flows.items()}
        self._told: dict[str, str] = {}

    async def watch(self, server: Server) -> None:
        """Look, again and again."""
        while True:
            await self.look(server)
            await asyncio.sleep(POLL)

    async def look(self, server: Server) -> None:
        """Serve what has changed since the last look."""
        for name, path in self._files.items():
            changed = {file for file, seen in self._seen[name].items() if _stamp(file) != seen}
            # What a script that does not compile includes is not known: it is tried until it does.
            if not changed and name not in self._told:
                continue
            before = {file: _stamp(file) for file in self._seen[name]}
            try:
                # Calls go on meanwhile.
                flow = await asyncio.to_thread(load_flow, path)
                refuse_unknown([flow], given(flow, self._values))
                await self._take(server, name, flow)
            except (ScriptError, RenderError) as error:
                self._seen[name] = before
                self._tell(name, error, _words(name, error, self.log))
            except (BadStore, BadSecret) as error:
                self._tell(name, error, f"{name}: {error}")
            else:
                self._told.pop(name, None)
                # What was changed while it was read is looked at again.
                now = _stamps(flow)
                self._seen[name] = {file: before.get(file, at) for file, at in now.items()}

    async def _take(self, server: Server, name: str, flow: Compiled) -> None:
        running = server.site.scripts[name]
        if flow.version == running.version:
            return
        await server.replace(name, Runnable(flow, running.url, given(flow, self._values)))
        self.log.note("reloaded", f"{name}: new calls use version {flow.version}")

    def _tell(self, name: str, error: Exception, words: str) -> None:
        """Say what is wrong, once."""
        if self._told.get(name) != str(error):
            self._told[name] = str(error)
            self.log.note("not-reloaded", words)


def _words(name: str, error: ScriptError | RenderError, log: StreamLog) -> str:
    if log.as_json:
        return str(error)
    return lines_of(
        [told(error.diagnostics, color=colored()), f"{name}: not reloaded; the previous version is still served"]
    )


def _stamps(flow: Compiled) -> dict[str, tuple[int, int, int] | None]:
    languages = flow.program.languages
    # A file of translations may come later.
    later = languages.catalogs if languages is not None else ()
    return {name: _stamp(name) for name in (*(file.name for file in flow.program.sources.files), *later)}


def _stamp(name: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(name)  # noqa: PTH116
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
