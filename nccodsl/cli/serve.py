"""`nccodsl serve`: what it is started with, what it prints at its start, and how it takes up changed scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from nccodsl.analysis.item_walks import every_item
from nccodsl.analysis.program import WaitItem
from nccodsl.base.loopback import is_loopback
from nccodsl.base.record import Record
from nccodsl.cli.given import GivenValues, values_from
from nccodsl.cli.output import print_out, say, script_errors, show
from nccodsl.cli.served_calls import access_in_words, watch_access
from nccodsl.cli.served_limit import gate_of, limit_in_words, limited_account
from nccodsl.cli.served_scripts import Reloader, given, loaded, named_files, refuse_unknown
from nccodsl.cli.show_error import coded
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.history import BadHistory
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.front import checked_url
from nccodsl.server.log import StreamLog
from nccodsl.server.recorder import HistoryFile, Recorder
from nccodsl.server.refusals import BadStore, ServeError
from nccodsl.server.secret_values import SecretValues
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.open_store import open_store

if TYPE_CHECKING:
    from nccodsl.server.workers import WorkerPlace

Beside = Callable[[Server], Awaitable[None]]
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
    limit: int | None
    workers: int
    reload: bool
    allow_attach: bool
    allow_remote_attach: bool
    record: str | None
    log_json: bool
    values: GivenValues


def serve(wanted: ServeOptions) -> int:
    """Start the server, say where it answers, and serve until it is stopped; the exit code."""
    try:
        with script_errors():
            site = _Site(wanted)
            if wanted.workers > 1:
                _serve_together(site)
            else:
                _serve(site)
    except (ServeError, BadHistory) as error:
        show([coded(error)])
        return 2
    return 0


class _Site:
    """What is served: read and checked once, and made into a server in each process that serves.

    Raises ScriptError, RenderError, ServeError, BadHistory.
    """

    def __init__(self, wanted: ServeOptions) -> None:
        self.wanted = wanted
        self.signatures = Signatures(wanted.secrets, allow_unsigned=wanted.allow_unsigned)
        self._base_url = checked_url(wanted.base_url) if wanted.base_url is not None else None
        self.files = named_files(wanted.files)
        self.flows = loaded(self.files)
        self._values = values_from(wanted.values)
        refuse_unknown(self.flows.values(), self._values)
        self._history = HistoryFile(wanted.record) if wanted.record is not None else None
        self.reloader = Reloader(self.files, self.flows, self._values, StreamLog(as_json=wanted.log_json))
        self._access = watch_access(local=wanted.allow_attach, remote=wanted.allow_remote_attach)
        self._account = limited_account(self.flows.values(), wanted.limit, reload=wanted.reload)
        self._tokens: Callable[[], str] | None = None

    def ask_for_tokens(self) -> None:
        """Find what makes tokens of the application, where the scripts need them."""
        self._tokens = _tokens(self.flows.values())

    def server(self, store: Store, log: StreamLog, beside: Beside | None, place: WorkerPlace | None = None) -> Server:
        """A server of it, at a place among others or alone. Raises ServeError."""
        wanted = self.wanted
        return Server(
            self._scripts,
            store,
            self.signatures,
            base_url=self._base_url,
            host=wanted.host,
            port=wanted.port,
            listener=place.listener if place is not None else None,
            metrics=place.metrics() if place is not None else None,
            log=log,
            beside=beside,
            watch=self._access._replace(folder=place.folder if place else None) if self._access else None,
            observer=Recorder(self._history, log) if self._history is not None else None,
            secrets=SecretValues(folder=wanted.secrets_folder, platform=self._tokens),
            allow_link_local=wanted.allow_link_local,
            forward_events=wanted.forward_events,
            gate=gate_of(self._account) if self._account is not None else None,
        )

    def store(self, log: StreamLog) -> Store:
        """The store, open. Raises BadStore."""
        return open_store(self.wanted.store, log.note)

    def greet(self, server: Server, log: StreamLog) -> None:
        """Say what is served where, and what to think of."""
        show([found for flow in self.flows.values() for found in flow.warnings])
        more = (*access_in_words(self._access, server), *limit_in_words(self._account))
        print_out("\n".join((*_greeting(server, self.wanted, self.files), *more)))
        for warning in _warnings(self.wanted, self.signatures):
            log.note("warning", f"warning: {warning}" if not self.wanted.log_json else warning)

    def _scripts(self, url: str) -> Iterator[tuple[str, Runnable]]:
        flows = self.flows.items()
        return ((name, Runnable(flow, f"{url}/{name}", given(flow, self._values))) for name, flow in flows)


def _serve(site: _Site) -> None:
    log = site.reloader.log
    store = site.store(log)
    try:
        site.ask_for_tokens()
        server = site.server(store, log, site.reloader.watch if site.wanted.reload else None)
    except BaseException:
        store.close()
        raise
    site.greet(server, log)
    server.run()


def _serve_together(site: _Site) -> None:
    """Serve with several processes, which this one starts once all is known to be in order."""
    from nccodsl.server.workers import Workers, shared_folder

    wanted = site.wanted
    with shared_folder() as folder:
        workers = Workers(wanted.workers, wanted.host, wanted.port, folder)
        try:
            log = _log_at(workers.places[0], wanted)
            store = site.store(log)
            try:
                if isinstance(store, MemoryStore):
                    raise BadStore(
                        f"the store `memory:` belongs to one process, and --workers is {wanted.workers}",
                        "use `--store sqlite:PATH`, or leave out `--workers`",
                    )
                site.ask_for_tokens()
                site.greet(site.server(store, log, None, workers.places[0]), log)
            finally:
                # A file of SQLite must not be open while a process forks.
                store.close()
        except BaseException:
            workers.close()
            raise
        workers.run(partial(_work, site), log)


def _work(site: _Site, place: WorkerPlace) -> int:
    """What each worker does; its exit code."""
    log = site.reloader.log = _log_at(place, site.wanted)

    async def beside(server: Server) -> None:
        look = asyncio.ensure_future(site.reloader.watch(server)) if site.wanted.reload else None
        try:
            await place.outlived()
            server.stop()
        finally:
            if look is not None:
                look.cancel()

    try:
        site.server(site.store(log), log, beside, place).run()
    except (ServeError, OSError) as error:
        log.note("worker", f"worker {place.number + 1} cannot serve: {error}")
        return 2
    return 0


def _log_at(place: WorkerPlace, wanted: ServeOptions) -> StreamLog:
    from nccodsl.server.whole_lines import WholeLines

    return StreamLog(WholeLines(place.lock), as_json=wanted.log_json)


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
