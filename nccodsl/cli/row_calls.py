"""The calls of `nccodsl call --rows`, by the kind of script: placed for real, or emulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.call_rows import CallsOfRows, ListedCalls, RowCall, call_rows, listed_calls
from nccodsl.cli.create_body import Ends, create_body, edited
from nccodsl.cli.output import print_out, show
from nccodsl.cli.show_error import coded
from nccodsl.lowering.compiled import Compiled

if TYPE_CHECKING:
    from nccodsl.campaign.called_script import CalledScript
    from nccodsl.cli.account import Account
    from nccodsl.emulator.core.timeline import Emulated
    from nccodsl.emulator.personas.persona import Casting


class RowServer(Record):
    """The server of an interactive script: its address and its store, and the file of the script."""

    file: str
    base_url: str | None
    store: str | None


def place_rows(
    flow: Compiled, values: Mapping[str, object], what: CallsOfRows, ends: Ends, account: Account, server: RowServer
) -> int:
    """Place the calls, but none to a suppressed number; the exit code. Raises VoiceError, ScriptError, RenderError."""
    from nccodsl.campaign.called_script import CalledScript
    from nccodsl.campaign.hosts.campaign_server import CampaignServer
    from nccodsl.cli.servers_store import refused, servers_store
    from nccodsl.runtime.address_name import flow_name
    from nccodsl.server.refusals import ServeError

    called = CalledScript(flow, ends.caller) if flow.runtime_needs() else None
    calls = _interactive(called, values, what) if called is not None else _static(flow, values, what, ends)
    address = flow_name(str(Path(server.file).resolve()))
    try:
        with servers_store(server.store, create=called is not None) as store:
            if store is None:
                return call_rows(account, calls, what, ends.caller, lambda _number: False)
            serving = CampaignServer(server.base_url, store)
            begin = partial(serving.begun, called, address) if called is not None else None
            return call_rows(account, calls, what, ends.caller, serving.is_suppressed, begin)
    except ServeError as error:
        return refused(error)


def _static(flow: Compiled, values: Mapping[str, object], what: CallsOfRows, ends: Ends) -> ListedCalls:
    return listed_calls(flow, values, what, lambda given: RowCall(create_body(flow, given, ends)))


def _interactive(called: CalledScript, values: Mapping[str, object], what: CallsOfRows) -> ListedCalls:
    return listed_calls(called.flow, values, what, lambda given: RowCall(called.body(given), given))


def emulate_rows(
    flow: Compiled, values: Mapping[str, object], what: CallsOfRows, ends: Ends, personas: Sequence[str]
) -> int:
    """Play the call of each row in virtual time, and print how they ended; the exit code.

    Raises ScriptError, RenderError.
    """
    from nccodsl.campaign.called_script import CalledScript
    from nccodsl.cli.call_emulated import cast_from
    from nccodsl.emulator.bad_input import EmulatorError

    try:
        cast = cast_from(personas)
    except EmulatorError as error:
        show([coded(error)])
        return 2
    if flow.runtime_needs():
        calls = _interactive(CalledScript(flow, ends.caller), values, what)
        played = {row: _staged(flow, calls.of(row), ends, cast) for row in calls.callees}
    else:
        from nccodsl.emulator.emulate import emulate

        calls = _static(flow, values, what, ends)
        played = {row: emulate(calls.of(row), cast) for row in calls.callees}
    _tell(calls, played, as_json=what.as_json)
    return 0


def _staged(flow: Compiled, values: Mapping[str, object], ends: Ends, cast: Casting) -> Emulated:
    from nccodsl.rehearsal.stage import Stage

    stage = Stage(flow, values, cast=cast, api=ends.api)
    stage.begin(lambda body: edited(body, ends))
    return stage.finish()


def _tell(calls: ListedCalls, played: Mapping[int, Emulated], *, as_json: bool) -> None:
    if as_json:
        print_out([{"row": row, "to": calls.callees[row], **_ended(call)} for row, call in played.items()])
        return
    outcomes = Counter(call.legs[0].outcome for call in played.values())
    ended = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
    seconds = sum(call.seconds for call in played.values())
    print_out(f"Emulated {counted(len(played), 'call')}: {ended or 'none'}. {seconds / 60:,.1f} minutes in all.")


def _ended(call: Emulated) -> dict[str, object]:
    return {"outcome": call.legs[0].outcome, "seconds": round(call.seconds, 2)}
