"""`nccodsl outbox`: what is shown of requests that wait, and what is done about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.output import joined, lines_of, print_out
from nccodsl.cli.servers_store import refused, servers_store
from nccodsl.runtime.web_requests import Request, SecretName
from nccodsl.server.refusals import NotInOutbox, ServeError
from nccodsl.server.stores.outbox import Outbox, Outgoing

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


class OutboxListOptions(Record):
    """What `outbox list` asks for."""

    bodies: bool
    store: str | None
    form: str | None
    as_json: bool


class OutboxOrderOptions(Record):
    """Which requests something is done about."""

    keys: tuple[str, ...]
    everything: bool
    store: str | None
    form: str | None
    as_json: bool


def list_outbox(wanted: OutboxListOptions) -> int:
    """Print what waits."""
    try:
        with _outbox(wanted.store) as outbox:
            found = outbox.list() if outbox is not None else ()
    except ServeError as error:
        return refused(error)
    if wanted.as_json or wanted.form == "json":
        print_out([_object(one, bodies=wanted.bodies) for one in found])
    else:
        lines = (line for one in found for line in _lines(one, bodies=wanted.bodies))
        print_out(lines_of(lines) or "The outbox is empty.")
    return 0


def retry_requests(wanted: OutboxOrderOptions) -> int:
    """Try requests again at once."""
    return _done(wanted, lambda outbox, keys: outbox.retry(keys), "will be tried again")


def drop_requests(wanted: OutboxOrderOptions) -> int:
    """Deliver requests no more."""
    return _done(wanted, lambda outbox, keys: outbox.drop(keys), "dropped")


def _done(wanted: OutboxOrderOptions, do: Callable[[Outbox, Collection[str] | None], Sequence[str]], what: str) -> int:
    if bool(wanted.keys) == wanted.everything:
        raise click.UsageError("give either keys or --all.")
    try:
        with _outbox(wanted.store) as outbox:
            known = {one.key for one in outbox.list()} if outbox is not None else set()
            if unknown := [key for key in wanted.keys if key not in known]:
                raise NotInOutbox(
                    f"the outbox has no request `{unknown[0][:80]}`", "run `nccodsl outbox list` to see the keys"
                )
            keys = do(outbox, None if wanted.everything else wanted.keys) if outbox is not None else ()
    except ServeError as error:
        return refused(error)
    if wanted.as_json or wanted.form == "json":
        print_out({"keys": list(keys)})
    else:
        print_out(f"{counted(len(keys), 'request')} {what}.")
    return 0


@contextmanager
def _outbox(where: str | None) -> Iterator[Outbox | None]:
    """The outbox of a store; None where no server has used the usual one yet. Raises BadStore."""
    with servers_store(where) as store:
        yield store.outbox if store is not None else None


def _lines(one: Outgoing, *, bodies: bool) -> Iterator[str]:
    request = _request(one)
    yield joined(f"{one.key}  {_span(one.age):>6}  {request.method:<6} {_shown(request.url)}")
    state = f"{counted(one.attempts, 'attempt')}, {_next(one)}"
    yield joined(f"    {one.source}: {state}", f"; {one.problem}" if one.problem else "")
    headers = _headers(request)
    if headers:
        told = (f"{name} (secret {', '.join(names)})" if names else name for name, names in headers.items())
        yield joined(f"    headers: {', '.join(told)}")
    if bodies and request.body is not None:
        yield joined(f"    body: {request.body}")


def _next(one: Outgoing) -> str:
    if one.given_up:
        return "given up"
    if one.leased and one.wait > 0:
        return "being delivered"
    return f"next in {_span(one.wait)}" if one.wait > 0 else "due now"


def _object(one: Outgoing, *, bodies: bool) -> dict[str, object]:
    """A request as JSON has it: times in seconds; `next` is null where it is not tried any more."""
    request = _request(one)
    shown: dict[str, object] = {
        "key": one.key,
        "source": one.source,
        "age": round(one.age, 1),
        "method": request.method,
        "url": _shown(request.url),
        "headers": _headers(request),
        "attempts": one.attempts,
        "next": None if one.given_up else round(one.wait, 1),
        "problem": one.problem,
        "leased": one.leased,
        "given_up": one.given_up,
    }
    return {**shown, "body": request.body} if bodies else shown


def _request(one: Outgoing) -> Request:
    """The request; one that another version of nccodsl has written is shown without its parts."""
    try:
        return Request.from_json(one.request)
    except ValueError:
        return Request("", "?")


def _headers(request: Request) -> dict[str, list[str]]:
    """The names of headers, each with the secrets in it. Their texts may be private."""
    return {name: [piece.name for piece in value if isinstance(piece, SecretName)] for name, value in request.headers}


def _shown(url: str) -> str:
    """An address without its query: that may be private."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "?"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _span(seconds: float) -> str:
    """A time in its largest unit, for people."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return "0 s"
