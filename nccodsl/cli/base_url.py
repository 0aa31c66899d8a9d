"""Interactive scripts, for the commands that write their addresses: `compile` and `call`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nccodsl.cli.create_body import Ends
    from nccodsl.lowering.compiled import Compiled
    from nccodsl.runtime.runnable import Runnable
    from nccodsl.runtime.state import State


def runnable(flow: Compiled, file: str, base_url: str) -> Runnable:
    """The flow at its address below `base_url`, where `nccodsl serve` has it. Raises BadParameter."""
    from nccodsl.runtime.address_name import flow_name, is_base_url
    from nccodsl.runtime.runnable import Runnable

    if not is_base_url(base_url):
        raise click.BadParameter(
            f"{base_url!r} is not a URL such as https://calls.example.com", param_hint="'--base-url'"
        )
    where = str(Path(file).resolve()) if file != "-" else ""
    return Runnable(flow, f"{base_url.rstrip('/')}/{flow_name(where)}")


def begun_body(
    script: Runnable, values: Mapping[str, object], ends: Ends, *, store: str | None, reference: str | None
) -> dict[str, object]:
    """The body of the create request of a call that begins, with a key of its own in its addresses.

    With a store, the values wait there for the server; without, they stand in the addresses of the first NCCO. Raises
    ScriptError, RenderError; ends the command where the store cannot be used.
    """
    import json

    from nccodsl.cli.create_body import edited
    from nccodsl.runtime.first_ncco import addressed, create_body

    state = _begun(script, values, store, reference)
    if script.flow.has_call:
        body: dict[str, object] = create_body(script, state, ends.api)
    else:
        # Who is called stands in --to and --from alone.
        body = {"to": [], "from": {}, **{name: json.loads(text) for name, text in addressed(script, state).items()}}
        if ends.to is None or ends.caller is None:
            script.flow.judged_call(ends.api)  # says what is missing
    return edited(body, ends)


def _begun(script: Runnable, values: Mapping[str, object], store: str | None, reference: str | None) -> State:
    from contextlib import closing
    from uuid import NAMESPACE_URL, uuid4, uuid5

    from nccodsl.cli.output import show
    from nccodsl.cli.show_error import coded
    from nccodsl.runtime.first_ncco import begun
    from nccodsl.server.refusals import BadStore
    from nccodsl.server.state_key import keep, seal_in
    from nccodsl.server.stores.open_store import open_store

    # The same call placed again is the same request, which the journal compares.
    key = str(uuid4() if reference is None else uuid5(NAMESPACE_URL, f"{script.url}#{reference}"))
    if store is None:
        return begun(script, values, key=key)
    try:
        with closing(open_store(store)) as kept:
            state = begun(script, values, key=key, token=False, seal=seal_in(kept, script, key))
            keep(kept, script, state)
    except BadStore as error:
        show([coded(error)])
        raise SystemExit(2) from None
    return state


def write_all(script: Runnable, values: Mapping[str, object], folder: str) -> int:
    """Write the NCCOs that are known before the call runs, and the manifest. Raises RenderError."""
    from nccodsl.base.plural import counted
    from nccodsl.cli.output import say, write_whole
    from nccodsl.runtime.first_ncco import begun
    from nccodsl.runtime.manifest import FILE, files_of

    files = files_of(script, begun(script, values))
    target = Path(folder)
    # Each place that asks a dialog has a folder of its own: `main/yes_no.1.json`.
    for inner in sorted({(target / name).parent for name in files}):
        try:
            inner.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"cannot make the folder {inner}: {error.strerror or error}") from None
    # The manifest last: where it stands, all that it names does.
    for name in sorted(files, key=lambda name: name == FILE):
        write_whole(str(target / name), files[name])
    say(f"{counted(len(files) - 1, 'NCCO')} and {FILE} in {folder}")
    return 0
