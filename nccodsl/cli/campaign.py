"""`nccodsl campaign`: what its commands ask for."""

from __future__ import annotations

from nccodsl.base.record import Record


class CampaignCheckOptions(Record):
    """What `campaign check` asks for; `skipped` is the file for skipped recipients."""

    file: str
    strict: bool
    form: str
    skipped: str | None
    store: str | None


class CampaignInitOptions(Record):
    """What `campaign init` asks for."""

    script: str
    purpose: str
    output: str


def check_campaign(wanted: CampaignCheckOptions) -> int:
    """Print who would be called; the exit code."""
    from nccodsl.cli.campaign_check import check

    return check(wanted.file, strict=wanted.strict, form=wanted.form, skipped=wanted.skipped, store=wanted.store)


def init_campaign(wanted: CampaignInitOptions) -> int:
    """Write a campaign file; the exit code."""
    from nccodsl.cli.campaign_file import write_campaign_file

    return write_campaign_file(wanted.script, wanted.purpose, wanted.output)
