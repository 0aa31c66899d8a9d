"""`nccodsl campaign emulate`: a whole campaign in virtual time: no account, no phone rings, and nothing is kept."""

from __future__ import annotations

import secrets
import time
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from nccodsl.base.utc import utc_text
from nccodsl.campaign.called_script import detects_machines
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_snapshot import snapshot
from nccodsl.campaign.emulated.phones import EmulatedPhones
from nccodsl.campaign.emulated.virtual_run import EmulatedCampaign, VirtualClock, VirtualRun, emulated_account
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.cli.account import told
from nccodsl.cli.call_emulated import cast_from
from nccodsl.cli.campaign_check import told_only
from nccodsl.cli.campaign_input import CampaignInput
from nccodsl.cli.campaign_options import CampaignEmulateOptions
from nccodsl.cli.campaign_report import ReportForm, write_report
from nccodsl.cli.campaign_why import tell_story
from nccodsl.cli.forecast_assumptions import outcome_shares
from nccodsl.cli.moment import moment
from nccodsl.cli.output import say, script_errors, show
from nccodsl.cli.phone_argument import phone_number
from nccodsl.cli.servers_store import refused
from nccodsl.cli.show_error import coded
from nccodsl.client.journal import Journal
from nccodsl.client.start_slots import limit_of
from nccodsl.emulator.bad_input import EmulatorError
from nccodsl.errors import ScriptError
from nccodsl.server.refusals import ServeError


def emulate_campaign(wanted: CampaignEmulateOptions) -> int:
    """Play the campaign and write a report; the exit code."""
    number = phone_number(wanted.why) if wanted.why is not None else None
    now = time.time() if wanted.at is None else moment(wanted.at, "--at").timestamp()
    form = "json" if wanted.form == "json" else "text"
    try:
        campaign = CampaignInput(wanted.file, now, at_option=wanted.at is not None)
    except ScriptError as error:
        return told_only(error.diagnostics, form)
    try:
        with (
            told(),
            script_errors(),
            TemporaryDirectory() as folder,
            Journal(Path(folder), clock=VirtualClock(now)) as journal,
        ):
            book = _loaded(journal, campaign, wanted)
            if book is None or campaign.has_errors:
                return told_only(campaign.problems, form)
            show(campaign.problems)
            ended = _played(journal, book, campaign, wanted)
            write_report(book, campaign.plan.name, ReportForm(wanted.form, wanted.by, wanted.output))
            if number is not None and not tell_story(book, [campaign.plan.name], number, as_json=False):
                say(f"{number} is not among the recipients.")
            say(f"Emulated from {utc_text(now)} to {utc_text(ended)}. No phone rang, and nothing was kept.")
    except ServeError as error:
        return refused(error)
    except EmulatorError as error:
        show([coded(error)])
        return 2
    return 0


def _loaded(journal: Journal, campaign: CampaignInput, wanted: CampaignEmulateOptions) -> CampaignBook | None:
    """A book with the campaign in it; None where no one can be called. Raises ServeError, BadJournal."""
    with journal.reading() as db:
        db.execute("PRAGMA synchronous = OFF")  # the file is gone afterwards
    limit = limit_of(wanted.limit)
    book = CampaignBook(journal, PersonVault(secrets.token_urlsafe(32)), emulated_account(limit))
    rows = campaign.listed(wanted.store)
    first = next(rows, None)  # the script is compiled now
    if first is None or campaign.script is None:
        return None
    plan = campaign.plan
    book.add(plan.name, snapshot(plan, campaign.script.flow, plan.name).as_json(), plan.priority)
    book.load(plan.name, chain((first,), rows))
    return book


def _played(journal: Journal, book: CampaignBook, campaign: CampaignInput, wanted: CampaignEmulateOptions) -> float:
    """Play the campaign; when it ended, in Unix time. Raises RenderError, ScriptError, BadPersona."""
    assert campaign.script is not None
    assert isinstance(journal.clock, VirtualClock)
    script, plan = campaign.script.judge.script, campaign.plan
    shares, _ = outcome_shares(plan, detects_machines(script.call.draft))
    person = cast_from(wanted.personas) if wanted.personas else None
    phones = EmulatedPhones(script, shares, wanted.seed, person, plan.forecast.price)
    VirtualRun(EmulatedCampaign(book, journal.clock, plan, script, phones), lambda _number: False).run()
    return journal.clock.now
