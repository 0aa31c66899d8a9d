"""`nccodsl campaign`: its commands, each in a module of its own."""

from __future__ import annotations

from nccodsl.cli.campaign_options import (
    CampaignCheckOptions,
    CampaignEmulateOptions,
    CampaignForecastOptions,
    CampaignInitOptions,
    CampaignListOptions,
    CampaignReplayOptions,
    CampaignStartOptions,
    CampaignStopOptions,
    CampaignWatchOptions,
    CampaignWorkOptions,
    ForgetOptions,
    LedgerVerifyOptions,
    NamedCampaigns,
    ReportOptions,
    WhyOptions,
)

__all__ = [
    "CampaignCheckOptions",
    "CampaignEmulateOptions",
    "CampaignForecastOptions",
    "CampaignInitOptions",
    "CampaignListOptions",
    "CampaignReplayOptions",
    "CampaignStartOptions",
    "CampaignStopOptions",
    "CampaignWatchOptions",
    "CampaignWorkOptions",
    "ForgetOptions",
    "LedgerVerifyOptions",
    "NamedCampaigns",
    "ReportOptions",
    "WhyOptions",
    "check_campaign",
    "emulate",
    "forecast_campaign",
    "forget",
    "init_campaign",
    "list_all",
    "pause",
    "replay",
    "report",
    "resume",
    "retry",
    "start",
    "stop",
    "verify",
    "watch",
    "why",
    "work",
]


def check_campaign(wanted: CampaignCheckOptions) -> int:
    """Print who would be called; the exit code."""
    from nccodsl.cli.campaign_check import check

    return check(wanted.file, strict=wanted.strict, form=wanted.form, skipped=wanted.skipped, store=wanted.store)


def init_campaign(wanted: CampaignInitOptions) -> int:
    """Write a campaign file; the exit code."""
    from nccodsl.cli.campaign_file import write_campaign_file

    return write_campaign_file(wanted.script, wanted.purpose, wanted.output)


def forecast_campaign(wanted: CampaignForecastOptions) -> int:
    """Print what is to be expected of a campaign; the exit code."""
    from nccodsl.cli import campaign_forecast

    return campaign_forecast.forecast_campaign(wanted)


def start(wanted: CampaignStartOptions) -> int:
    """Begin a campaign; the exit code."""
    from nccodsl.cli import campaign_start

    return campaign_start.start_campaign(wanted)


def work(wanted: CampaignWorkOptions) -> int:
    """Place calls; the exit code."""
    from nccodsl.cli import campaign_work

    return campaign_work.work(wanted)


def watch(wanted: CampaignWatchOptions) -> int:
    """Show campaigns while they run; the exit code."""
    from nccodsl.cli import campaign_watch

    return campaign_watch.watch(wanted)


def list_all(wanted: CampaignListOptions) -> int:
    """Print how campaigns stand; the exit code."""
    from nccodsl.cli import campaign_control

    return campaign_control.list_campaigns(wanted)


def pause(wanted: NamedCampaigns) -> int:
    """Call no one new; the exit code."""
    from nccodsl.cli import campaign_control

    return campaign_control.pause(wanted)


def resume(wanted: NamedCampaigns) -> int:
    """Let a paused campaign go on; the exit code."""
    from nccodsl.cli import campaign_control

    return campaign_control.resume(wanted)


def stop(wanted: CampaignStopOptions) -> int:
    """End a campaign for good; the exit code."""
    from nccodsl.cli import campaign_control

    return campaign_control.stop(wanted)


def retry(wanted: NamedCampaigns) -> int:
    """Call those again whom the API refused; the exit code."""
    from nccodsl.cli import campaign_control

    return campaign_control.retry(wanted)


def forget(wanted: ForgetOptions) -> int:
    """Remove what is kept of a person; the exit code."""
    from nccodsl.cli import campaign_control

    return campaign_control.forget(wanted)


def why(wanted: WhyOptions) -> int:
    """Print what was decided about a number; the exit code."""
    from nccodsl.cli import campaign_why

    return campaign_why.why(wanted)


def verify(wanted: LedgerVerifyOptions) -> int:
    """Print whether a ledger was changed; the exit code."""
    from nccodsl.cli import campaign_audit

    return campaign_audit.verify_ledger(wanted)


def replay(wanted: CampaignReplayOptions) -> int:
    """Make all decisions again; the exit code."""
    from nccodsl.cli import campaign_audit

    return campaign_audit.replay_ledger(wanted)


def report(wanted: ReportOptions) -> int:
    """Write a report; the exit code."""
    from nccodsl.cli import campaign_report

    return campaign_report.report_campaign(wanted)


def emulate(wanted: CampaignEmulateOptions) -> int:
    """Play a campaign in virtual time; the exit code."""
    from nccodsl.cli import campaign_emulate

    return campaign_emulate.emulate_campaign(wanted)
