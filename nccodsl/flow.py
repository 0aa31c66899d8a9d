"""`Flow`: a compiled script that can also answer its webhooks. It joins the compiler and the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from nccodsl.analysis.analyse import Checked
from nccodsl.lowering.compiled import Compiled

if TYPE_CHECKING:
    from nccodsl.runtime.webhook import Reply
    from nccodsl.server.asgi import Webhooks
    from nccodsl.server.stores.base import AsyncStore, Store
    from nccodsl.server.sync import Body, Query, Served


class Flow(Compiled):
    """A compiled script, made by `nccodsl.load`: values in, JSON out, and the responses to its webhooks.

    Threads can share it. The modules of the server are imported only when they are needed.
    """

    def __init__(self, checked: Checked, name: str) -> None:
        super().__init__(checked, name)
        self._addresses = _Addresses(self)

    def asgi(
        self,
        flow_url: str,
        *,
        store: Store | AsyncStore | None = None,
        signature_secrets: Sequence[str] = (),
        allow_unsigned: bool = False,
        values: Mapping[str, object] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> Webhooks:
        """The script as an ASGI application, to mount at any path of FastAPI, Starlette or Django.

        `flow_url` is the public address of that path. `store` keeps the calls; None keeps them in memory.
        `signature_secrets` are those of the account. `secrets` has the values of what the script declares with
        `secret`; the environment has the others. Raises ServeError if there is neither a signature secret nor
        `allow_unsigned`, if `flow_url` is not a URL, or if a secret has no value.
        """
        from nccodsl.server.asgi import mounted

        return mounted(
            self,
            flow_url,
            store=store,
            signature_secrets=signature_secrets,
            allow_unsigned=allow_unsigned,
            values=values,
            secrets=secrets,
        )

    def answer(
        self, query: Query = "", body: Body = None, /, *, flow_url: str, store: Store | None = None, **values: object
    ) -> Reply:
        """The `Reply` (status and body) to an answer webhook that your code has received and checked.

        `query`: the parameters of its address, as a mapping or as the text after `?`. `body`: the JSON of a POST, as a
        mapping or as bytes. `flow_url`: the public address of the script, without the route. Raises ServeError if it is
        not a URL.
        """
        return self._addresses.served(flow_url, store, values).answer(query, body)

    def event(
        self,
        query: Query = "",
        body: Body = None,
        /,
        *,
        flow_url: str,
        route: str = "event",
        store: Store | None = None,
        **values: object,
    ) -> Reply:
        """The `Reply` to any other webhook. `route` is the last part of its address; the rest is as in `answer`."""
        return self._addresses.served(flow_url, store, values).handle(route, query, body)


class _Addresses:
    """The addresses that a flow was asked to answer at, each prepared once; in memory, all its calls share one store.

    Of the stores that are given, only the last one is held.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._lock = Lock()
        self._memory: dict[str, Served] = {}
        self._last: dict[str, Served] = {}

    def served(self, flow_url: str, store: Store | None, values: Mapping[str, object]) -> Served:
        """The flow at an address over a store. Raises CannotServe."""
        from nccodsl.server.sync import Served

        with self._lock:
            here = self._memory.get(flow_url)
            if here is None:
                here = self._memory[flow_url] = Served(self._flow, flow_url)
            if store is not None:
                last = self._last.get(flow_url)
                if last is None or last.store is not store:
                    last = self._last[flow_url] = here.given({}, store)
                here = last
        return here.given(values, None) if values else here
