"""`nccodsl serve`: what it is started with, what it prints at its start, and how it takes up changed scripts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from nccodsl.analysis.item_walks import every_item
from nccodsl.analysis.program import WaitItem
from nccodsl.base.loopback import is_loopback
from nccodsl.base.record import Record
from nccodsl.cli.given import GivenValues, values_from
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import colored, lines_of, print_out, say, script_errors, show, told
from nccodsl.cli.show_error import coded
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import RenderError, ScriptError
from nccodsl.io.folders import state_folder
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.address_name import flow_name
from nccodsl.runtime.history import BadHistory
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.front import checked_url
from nccodsl.server.log import StreamLog
from nccodsl.server.recorder import HistoryFile, Recorder
from nccodsl.server.refusals import BadSecret, BadStore, CannotServe, NamesClash, ServeError
from nccodsl.server.secret_values import SecretValues
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import Store
from nccodsl.server.stores.open_store import open_store
from nccodsl.server.stores.sqlite_store import SqliteStore

POLL = 0.5
"""Seconds between two looks at the files."""
_SHOWN = (("answer", "answer URL"), ("event", "event URL"), ("fallback", "fallback URL"))


class ServeOptions(Record):
    """What the command line asks for."""

    files: tuple[str, ...]
    base_url: str | None
    host: str
    port: int
    store: str | None
    secrets: tuple[str, ...]
    allow_unsigned: bool
    secrets_folder: str | None
    forward_events: str | None
    allow_link_local: bool
    reload: bool
    record: str | None
    log_json: bool
    values: GivenValues


def serve(wanted: ServeOptions) -> int:
    """Start the server, say where it answers, and serve until it is stopped; the exit code."""
    try:
        with script_errors():
            _serve(wanted)
    except (ServeError, BadHistory) as error:
        show([coded(error)])
        return 2
    return 0


def _serve(wanted: ServeOptions) -> None:
    signatures = Signatures(wanted.secrets, allow_unsigned=wanted.allow_unsigned)
    base_url = checked_url(wanted.base_url) if wanted.base_url is not None else None
    files = named_files(wanted.files)
    flows = loaded(files)
    values = values_from(wanted.values)
    refuse_unknown(flows.values(), values)
    log = StreamLog(as_json=wanted.log_json)

    def scripts(url: str) -> Iterator[tuple[str, Runnable]]:
        return ((name, Runnable(flow, f"{url}/{name}", given(flow, values))) for name, flow in flows.items())

    file = HistoryFile(wanted.record) if wanted.record is not None else None
    store = _store(wanted.store, log)
    reloader = Reloader(files, flows, values, log)
    try:
        server = Server(
            scripts,
            store,
            signatures,
            base_url=base_url,
            host=wanted.host,
            port=wanted.port,
            log=log,
            beside=reloader.watch if wanted.reload else None,
            observer=Recorder(file, log) if file is not None else None,
            secrets=SecretValues(folder=wanted.secrets_folder, platform=_tokens(flows.values())),
            allow_link_local=wanted.allow_link_local,
            forward_events=wanted.forward_events,
        )
    except BaseException:
        store.close()
        raise
    show([found for flow in flows.values() for found in flow.warnings])
    print_out("\n".join(_greeting(server, wanted, files)))
    for warning in _warnings(wanted, signatures):
        log.note("warning", f"warning: {warning}" if not wanted.log_json else warning)
    server.run()


def _tokens(flows: Iterable[Compiled]) -> Callable[[], str] | None:
    """What makes tokens of the application, where scripts read transcriptions; None, and said, where there is none."""
    if not any(match == ":transcribed" for flow in flows for match in _matches(flow)):
        return None
    from nccodsl.client.credentials import find_credentials
    from nccodsl.client.failures import VoiceError
    from nccodsl.client.jwt import TokenSource

    try:
        return TokenSource(find_credentials(None, None, None).credentials).token
    except VoiceError as error:
        say(f"warning: transcriptions cannot be fetched: {error}")
        return None


def _matches(flow: Compiled) -> Iterator[object]:
    program = flow.program
    waits = (item for item in every_item(program.steps, program.handlers) if isinstance(item, WaitItem))
    return (match for item in waits for case in item.cases for match in case.matches)


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


def _store(where: str | None, log: StreamLog) -> Store:
    if where is not None:
        return open_store(where, log.note)
    return SqliteStore(state_folder() / "flows.sqlite3", note=log.note)


def _greeting(server: Server, wanted: ServeOptions, files: Mapping[str, str]) -> Iterator[str]:
    yield f"nccodsl is serving at {server.local}; press Ctrl-C to stop it."
    if not is_loopback(wanted.host):
        yield "It accepts connections from other machines."
    for name, script in server.site.scripts.items():
        yield f"{name} ({files[name]}, version {script.version}):"
        width = max(len(title) for _, title in _SHOWN)
        yield from (f"  {title:<{width}}  {script.url}/{route}" for route, title in _SHOWN)


def _warnings(wanted: ServeOptions, signatures: Signatures) -> Iterator[str]:
    if not signatures.checks:
        yield "signatures are not checked: anyone who knows the URLs can send webhooks (--allow-unsigned)"
    elif wanted.allow_unsigned:
        yield "webhooks without a signature are accepted (--allow-unsigned)"
    if wanted.base_url is None and not is_loopback(wanted.host):
        yield "without --base-url, the platform may not be able to reach the URLs in calls"


class Reloader:
    """Looks for changes of scripts and their includes; a script that does not compile is reported, and not served."""

    def __init__(
        self, files: Mapping[str, str], flows: Mapping[str, Compiled], values: Mapping[str, object], log: StreamLog
    ) -> None:
        self._files = files
        self._values = values
        self._log = log
        self._seen = {name: _stamps(flow) for name, flow in flows.items()}
        self._told: dict[str, str] = {}

    async def watch(self, server: Server) -> None:
        """Look, again and again."""
        while True:
            await asyncio.sleep(POLL)
            await self.look(server)

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
                self._tell(name, error, _words(name, error, self._log))
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
        self._log.note("reloaded", f"{name}: new calls use version {flow.version}")

    def _tell(self, name: str, error: Exception, words: str) -> None:
        """Say what is wrong, once."""
        if self._told.get(name) != str(error):
            self._told[name] = str(error)
            self._log.note("not-reloaded", words)


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
