"""`nccodsl campaign watch`: campaigns while they run, as a table that is redrawn, as lines, or as a page."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from nccodsl.base.utc import utc_text
from nccodsl.campaign.book import Book
from nccodsl.campaign.live.campaign_now import CampaignNow, now_as_json
from nccodsl.campaign.live.watched_campaigns import LOOK, WatchedCampaigns
from nccodsl.cli.account import INTERRUPTED, USAGE
from nccodsl.cli.campaign_options import CampaignWatchOptions
from nccodsl.cli.campaign_watch_lines import line_of
from nccodsl.cli.opened_book import campaign_book
from nccodsl.cli.output import on_terminal, print_json, print_out, say
from nccodsl.client.failures import JournalAway
from nccodsl.client.profiles import find_profile
from nccodsl.client.start_limits import PLATFORM_LIMIT

Show = Callable[[list[CampaignNow]], object]


def watch(wanted: CampaignWatchOptions) -> int:
    """Show campaigns until all are over, or Ctrl-C is pressed; the exit code."""
    if wanted.web and wanted.as_json:
        raise click.UsageError("--json cannot be combined with --web.")
    with campaign_book() as book:
        profile = find_profile(None, Path.cwd())
        limit = wanted.limit or (profile.limit if profile is not None else None) or PLATFORM_LIMIT
        watched = WatchedCampaigns(book, wanted.names, limit, time.time)
        if not watched.look():
            raise click.UsageError("no campaign was started; see `nccodsl campaign start`.")
        if wanted.web:
            return _serve(book, watched, wanted)
        try:
            _follow(watched, as_json=wanted.as_json)
        except KeyboardInterrupt:
            return INTERRUPTED
    return 0


def _follow(watched: WatchedCampaigns, *, as_json: bool) -> None:
    if as_json:
        _until_over(watched, _json_lines())
    elif on_terminal(sys.stdout):
        from nccodsl.cli.campaign_watch_table import LiveTable

        with LiveTable() as table:
            _until_over(watched, table.show)
    else:
        _until_over(watched, _lines())


def _until_over(watched: WatchedCampaigns, show: Show) -> None:
    away = False
    while True:
        try:
            found = watched.look()
        except JournalAway as error:
            if not away:
                say(f"note: {error}; the campaigns are shown again when it answers")
            away = True
        else:
            away = False
            show(found)
            if all(one.status.is_over for one in found):
                return
        time.sleep(LOOK)


def _lines() -> Show:
    """Prints a line of each campaign when something has changed."""
    told: dict[str, str] = {}

    def show(found: list[CampaignNow]) -> None:
        for one in found:
            line = line_of(one)
            if told.get(one.status.name) != line:
                told[one.status.name] = line
                print_out(f"{utc_text(one.at)}  {line}")

    return show


def _json_lines() -> Show:
    """Prints an object of each campaign when something has changed."""
    told: dict[str, object] = {}

    def show(found: list[CampaignNow]) -> None:
        for one in found:
            members = now_as_json(one)
            changing = {name: value for name, value in members.items() if name not in ("at", "walked")}
            if told.get(one.status.name) != changing:
                told[one.status.name] = changing
                print_json(members)

    return show


def _serve(book: Book, watched: WatchedCampaigns, wanted: CampaignWatchOptions) -> int:
    """Serve the page until Ctrl-C is pressed."""
    from nccodsl.base.loopback import is_loopback
    from nccodsl.campaign.live.watch_server import WatchServer
    from nccodsl.io.listen import CannotListen

    try:
        server = WatchServer(book, watched, wanted.host, wanted.port)
    except CannotListen as error:
        say(f"{error}; give another port with `--port`")
        return USAGE
    print_out(f"Watch at {server.url}\nThe address lets anyone in who has it. Press Ctrl-C to stop.")
    if not is_loopback(wanted.host):
        say("note: the page is served without TLS: others on the network may read along")
    try:
        server.run()
    except KeyboardInterrupt:
        say("")
    return 0
