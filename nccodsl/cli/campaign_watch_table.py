"""Campaigns in a terminal: a table that is drawn again with each look."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nccodsl.base.plural import counted
from nccodsl.campaign.live.campaign_now import CampaignNow
from nccodsl.campaign.live.recipient_walk import MOST_ROWS
from nccodsl.cli.campaign_watch_lines import NO_WORKER, clock_of, pace_of, span_of
from nccodsl.cli.campaign_work import counts_line
from nccodsl.cli.output import colored
from nccodsl.diagnostics.printers.text import one_line

_MOST = 6
"""Lines of a list that are shown, at most."""
_STYLES = {"running": "green", "paused": "yellow", "stopped": "red", "over": "bold"}


class LiveTable:
    """Shows campaigns until the block ends; what was shown last stays."""

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(file=sys.stdout, no_color=not colored(sys.stdout), highlight=False)
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> LiveTable:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._live.stop()

    def show(self, found: list[CampaignNow]) -> None:
        """Draw the campaigns: one with all that is known of it, several with a row each."""
        self._live.update(_details(found[0]) if len(found) == 1 else _rows(found), refresh=True)


def _rows(found: list[CampaignNow]) -> RenderableType:
    table = Table(box=None, pad_edge=False)
    for name in ("campaign", "state", "recipients", "calls/s", "left"):
        table.add_column(name, justify="right" if name == "calls/s" else "left")
    for one in found:
        rest = "" if one.rest is None else span_of(one.rest)
        pace = f"{one.rate:.1f} of {one.limit}"
        table.add_row(_safe(one.status.name), _state(one), _safe(counts_line(one.status.counts)), pace, rest)
    return table


def _details(one: CampaignNow) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for head, lines in _sections(one):
        table.add_row(head, Text("\n").join(lines))
    title = Text.assemble((one_line(one.status.name), "bold"), ": ", _state(one))
    return Group(title, table)


def _sections(one: CampaignNow) -> Iterator[tuple[str, list[Text]]]:
    yield "recipients", [_safe(counts_line(one.status.counts))]
    if not one.status.is_over:
        note = [Text(NO_WORKER, style="yellow")] if one.needs_worker else []
        yield "pace", [_safe(pace_of(one)), *note]
    if one.waiting:
        yield "queue", list(_queue(one))
    if one.outcomes:
        yield "outcomes", _counts(one.outcomes)
    if one.seen is not None and one.seen.reasons:
        yield "reasons", _counts(one.seen.reasons)
    if one.events:
        told = (
            f"{clock_of(event.at, one.at, seconds=True)}  {f'row {event.row}: ' if event.row else ''}{event.words}"
            for event in one.events[:_MOST]
        )
        yield "last", [_safe(text) for text in told]


def _queue(one: CampaignNow) -> Iterator[Text]:
    seen = one.seen
    if seen is None:
        # So many recipients are looked at bit by bit.
        yield _safe(f"looking at the recipients: {one.walked:,}")
        return
    later = sum(seen.hours.values())
    next_one = "" if seen.next is None else f", the next one from {clock_of(seen.next, one.at)}"
    yield _safe(f"{seen.due:,} due now, {later:,} later{next_one}")
    hours = ", ".join(f"{clock_of(hour, one.at)}: {count:,}" for hour, count in list(seen.hours.items())[:_MOST])
    if hours:
        yield _safe(f"by hour  {hours}{_more(len(seen.hours))}")
    zones = ", ".join(f"{zone.zone}: {zone.waiting:,}" for zone in seen.zones[:_MOST])
    yield _safe(f"by zone  {zones}{_more(len(seen.zones))}")
    if sum(one.status.counts.values()) > MOST_ROWS:
        yield _safe("(counted bit by bit: a few minutes old)")


def _counts(counts: Mapping[str, int]) -> list[Text]:
    lines = [_safe(f"{count:>9,}  {name}") for name, count in list(counts.items())[:_MOST]]
    return [*lines, *([_safe(f"{'':>9}  {_more(len(counts)).removeprefix(', ')}")] if len(counts) > _MOST else [])]


def _more(count: int) -> str:
    return f", and {counted(count - _MOST, 'other')}" if count > _MOST else ""


def _state(one: CampaignNow) -> Text:
    return Text(one.status.shown, style=_STYLES.get(one.status.shown, ""))


def _safe(text: str) -> Text:
    """Text that a terminal does not obey; rich finds no markup in it."""
    return Text(one_line(text))
