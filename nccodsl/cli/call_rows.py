"""`nccodsl call --rows`: the call of a script for each row of a table, each placed once, within the limit."""

from __future__ import annotations

import json
import os
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.base.strict_json import read_strict_json
from nccodsl.campaign.book import Claim, Listed, OtherRecipient, Verdict, Waiting
from nccodsl.campaign.book_claim import TAKEN
from nccodsl.campaign.book_reports import CampaignStatus
from nccodsl.campaign.book_rows import FOLLOWED, STOPPED
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_key import campaign_vault
from nccodsl.campaign.decider import Suppressed
from nccodsl.campaign.policy.decide import SUPPRESSION
from nccodsl.campaign.send_claim import SendsClaims, calling_account
from nccodsl.campaign.senders import Senders
from nccodsl.campaign.tick import LEASE, tick
from nccodsl.campaign.worker import MOST_SENDERS, worker_name
from nccodsl.cli.account import INTERRUPTED, REFUSED, UNKNOWN, Account
from nccodsl.cli.call_progress import CallProgress
from nccodsl.cli.opened_journal import opened_journal
from nccodsl.cli.output import print_out, say
from nccodsl.cli.table_rows import TableRun, kind_of_table, open_table
from nccodsl.client.failures import JournalAway
from nccodsl.client.intents import plain
from nccodsl.client.results import endpoint_value
from nccodsl.client.settlement import reconcile
from nccodsl.client.start_turn import connects_of
from nccodsl.documents.rows import open_rows
from nccodsl.lowering.compiled import Compiled

_PAUSE = 0.05
_SOON = 10.0
"""Seconds for which the command waits for someone who may be called later."""
_LIST = "list"
_UNCALLED = ("skipped", "stopped")
_SHOWN = {"ended": "placed"}
_WORDS = {"not_listed": "not in the list any more", TAKEN: "known by a reference that another call has"}
_HALTED = {
    "paused": "the list is paused: `nccodsl campaign resume {name}`, then give the command again",
    "stopped": "the list was stopped: no one is called any more, nor are rows that were added; "
    "put those into a list of their own",
}
"""What is said of a list that calls no one."""


class ListedCalls(Record):
    """The rows that can be called, by their numbers: what is sent of each, as JSON. `callees`: who is called.

    That is the create request, or the values of an interactive script, whose server gets them when the call is
    placed. `phones`: the rows that call a phone number. `starts`: the most that one of them counts as, its connects
    included.
    """

    kept: Mapping[int, bytes]
    callees: Mapping[int, str]
    phones: frozenset[int]
    starts: int

    def of(self, row: int) -> dict[str, object]:
        """The create request, or the values, of a row."""
        kept: dict[str, object] = read_strict_json(self.kept[row])
        return kept


class RowCall(Record):
    """The call of a row: its create request, and the values if that is made later."""

    body: Mapping[str, object]
    values: Mapping[str, object] | None = None


OfRow = Callable[[dict[str, object]], RowCall]
"""Makes the call of some values. Raises RenderError, ScriptError."""
Begin = Callable[[Mapping[str, object], str], Mapping[str, object]]
"""Makes the create request of an interactive script, of values and a reference. Raises VoiceError."""


class CallsOfRows(Record):
    """What is called: `campaign` names it for good, `version` is that of the script."""

    campaign: str
    path: str
    version: str
    api: str
    skips: bool
    as_json: bool


def listed_calls(flow: Compiled, values: Mapping[str, object], wanted: CallsOfRows, of_row: OfRow) -> ListedCalls:
    """Render all rows before anything rings. Ends the command if one cannot be called, unless these are skipped."""
    kind = kind_of_table(wanted.path)
    run = TableRun(flow, wanted.path, values, True, wanted.api, lambda given: _written(of_row(given)))
    run.judge_script(beforehand=False)
    kept: dict[int, bytes] = {}
    callees: dict[int, str] = {}
    phones: set[int] = set()
    seen: dict[str, int] = {}
    starts = 1
    with ExitStack() as stack, run.reading():
        rows = open_rows(open_table(wanted.path, stack), kind)
        run.note_columns(rows)
        for row in rows.through(None):
            assert not isinstance(row, str)
            made = run.render(row)
            if not isinstance(made, str):
                for failure in made:
                    run.tell(failure)
                continue
            call = read_strict_json(made.encode())
            callee = endpoint_value(call["body"].get("to"))
            first = seen.setdefault(plain(callee), row.number)
            if first != row.number:
                say(f"row {row.number} calls {callee} as row {first} does: it is called once")
                continue
            values_of_row = call.get("values")
            kept[row.number] = _json(call["body"] if values_of_row is None else values_of_row)
            callees[row.number] = callee
            if call["body"]["to"][0]["type"] == "phone":
                phones.add(row.number)
            starts = max(starts, 1 + connects_of(call["body"].get("ncco")))
    if run.failed and not wanted.skips:
        say(f"{counted(run.failed, 'row')} cannot be called, so no one was called")
        say("correct them, or give --skip-bad-rows to call the others")
        raise SystemExit(REFUSED)
    return ListedCalls(kept, callees, frozenset(phones), starts)


def _written(call: RowCall) -> bytes:
    return _json({"body": call.body} if call.values is None else {"body": call.body, "values": call.values})


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str).encode(errors="surrogatepass")


def call_rows(
    account: Account,
    calls: ListedCalls,
    wanted: CallsOfRows,
    caller: str | None,
    suppressed: Suppressed,
    begin: Begin | None = None,
) -> int:
    """Place the calls, as far as they were not placed before; the exit code. Raises VoiceError.

    `begin` makes the create requests of an interactive script.
    """
    with account.client() as client, opened_journal() as journal:
        book = CampaignBook(journal, campaign_vault(journal), calling_account(client, journal, wanted.api, caller))
        _begin(book, calls, wanted)
        book.bury(LEASE)
        if journal.open_intents():
            reconcile(client, journal)
            book.learn()
        sends = SendsClaims(client, journal, wanted.api, partial(_begun, calls, begin))

        def decide(one: Waiting, _now: float) -> Verdict:
            return _verdict(one, calls, suppressed, has_body=begin is None)

        def turn(worker: str) -> int:
            return tick(book, wanted.campaign, worker, 1, decide, sends, journal.machine)

        senders = Senders(turn, lambda: sends.stopped_by, worker_name(), min(client.limit, MOST_SENDERS))
        with CallProgress(len(calls.callees), lambda: book.status(wanted.campaign).counts) as progress:
            stopped = _work(senders, lambda: _goes_on(book, wanted, progress))
        status = book.status(wanted.campaign)
        if status.state not in _HALTED and status.counts.get("waiting") and not stopped and senders.failure is None:
            say("a campaign is calling who still waits: give the command again in some minutes")
        _tell(status, _not_called(book, status), wanted, stopped=stopped)
        if senders.failure is not None:
            raise senders.failure
    return INTERRUPTED if stopped else _exit_code(status)


def _verdict(one: Waiting, calls: ListedCalls, suppressed: Suppressed, *, has_body: bool) -> Verdict:
    if one.id not in calls.callees:
        return Verdict("skip", "not_listed", _LIST)
    if one.id in calls.phones and suppressed(one.callee):
        return Verdict("skip", "suppressed", SUPPRESSION)
    body = calls.of(one.id) if has_body else None
    return Verdict("call", "listed", _LIST, body=body, starts=calls.starts)


def _exit_code(status: CampaignStatus) -> int:
    counts = status.counts
    if counts.get("unknown") or counts.get("dialling"):
        return UNKNOWN
    return REFUSED if status.state in _HALTED or counts.get("refused") or counts.get("waiting") else 0


def _begun(calls: ListedCalls, begin: Begin | None, claim: Claim) -> Mapping[str, object]:
    assert begin is not None, "other scripts have their requests"
    return begin(calls.of(claim.recipient.id), claim.reference)


def _goes_on(book: CampaignBook, wanted: CallsOfRows, progress: CallProgress) -> bool:
    """Whether anyone waits who may be called soon."""
    progress.tell()
    state = next(head.state for head in book.heads() if head.name == wanted.campaign)
    due = None if state in _HALTED else book.next_due(wanted.campaign)
    return due is not None and due - book.journal.estimate().wall <= _SOON


def campaign_name(script: str, rows: str) -> str:
    """What a list is called by default: the names of its files, without folders and endings."""
    return "/".join(os.path.splitext(os.path.basename(one))[0] for one in (script, rows))  # noqa: PTH119, PTH122


def _begin(book: CampaignBook, calls: ListedCalls, wanted: CallsOfRows) -> None:
    """Begin the campaign, or go on with it. Raises UsageError of click where it is another one."""
    plan = {"script": wanted.version, FOLLOWED: False}
    other = f"it would call people again who were called: give another name with --campaign, not `{wanted.campaign}`"
    if not book.add(wanted.campaign, plan):
        if book.plan(wanted.campaign) != plan:
            raise click.UsageError(f"the script is not the one that this campaign began with, so {other}")
        say(f"going on with the campaign `{wanted.campaign}`")
        if book.status(wanted.campaign).state == STOPPED:
            return  # rows that were added would wait for ever
    try:
        book.load(wanted.campaign, (Listed(row, callee) for row, callee in calls.callees.items()))
    except OtherRecipient as error:
        raise click.UsageError(f"{error}, so {other}") from None


def _work(senders: Senders, waits: Callable[[], bool]) -> bool:
    """Let threads call until no one waits any more, or Ctrl-C; whether it was stopped."""
    senders.start()
    away = stopped = False
    try:
        while not senders.over.is_set():
            try:
                if not waits() and not senders.are_busy:
                    break
                away = False
            except JournalAway as error:
                if not away:
                    say(f"note: {error}; the calls go on when it answers")
                away = True
            senders.over.wait(_PAUSE)
    except KeyboardInterrupt:
        stopped = True
    finally:
        senders.end()
    return stopped


def _not_called(book: CampaignBook, status: CampaignStatus) -> Mapping[str, int]:
    """How many will not be called, by the reason."""
    if not any(status.counts.get(one) for one in _UNCALLED):
        return {}
    return Counter(one.reason or one.state for one in book.lines(status.name) if one.state in _UNCALLED)


def _tell(status: CampaignStatus, not_called: Mapping[str, int], wanted: CallsOfRows, *, stopped: bool) -> None:
    if status.state in _HALTED:
        say(_HALTED[status.state].format(name=shlex.quote(wanted.campaign)))
    # Who was called has ended: calls of lists are not followed.
    counts = {_SHOWN.get(state, state): count for state, count in status.counts.items() if state not in _UNCALLED}
    if wanted.as_json:
        print_out({"campaign": wanted.campaign, "stopped": stopped, **counts, "not_called": dict(not_called)})
        return
    print_out("\n".join(_lines(counts, not_called, wanted, stopped=stopped)))


def _lines(
    counts: Mapping[str, int], not_called: Mapping[str, int], wanted: CallsOfRows, *, stopped: bool
) -> Iterator[str]:
    total = sum(counts.values()) + sum(not_called.values())
    yield f"Placed {counted(counts.get('placed', 0), 'call')} of {total:,} (campaign {wanted.campaign})."
    for reason, count in sorted(not_called.items()):
        are, were = ("is", "was") if count == 1 else ("are", "were")
        yield f"{count:,} {are} {_WORDS.get(reason, reason)} and {were} not called."
    if refused := counts.get("refused"):
        yield f"The API refused {refused:,}: `nccodsl calls journal` shows them."
    if unknown := counts.get("unknown", 0) + counts.get("dialling", 0):
        yield f"It is not known whether {unknown:,} were placed: give the command again in a minute to look them up."
    if stopped or counts.get("waiting"):
        yield f"{counts.get('waiting', 0):,} still wait: give the command again to go on. No one is called twice."
