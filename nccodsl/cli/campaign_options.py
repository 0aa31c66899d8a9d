"""What the commands of `nccodsl campaign` ask for."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.cli.given import AccountOptions


class CampaignCheckOptions(Record):
    """What `campaign check` asks for; `skipped` is the file for skipped recipients."""

    file: str
    strict: bool
    form: str
    skipped: str | None
    store: str | None


class CampaignForecastOptions(Record):
    """What `campaign forecast` asks for: `at` is when the campaign would begin, `svg` the file of the chart."""

    file: str
    form: str
    svg: str | None
    runs: int
    seed: int
    at: str | None
    limit: int | None
    store: str | None


class CampaignInitOptions(Record):
    """What `campaign init` asks for."""

    script: str
    purpose: str
    output: str


class CampaignStartOptions(Record):
    """What `campaign start` asks for."""

    file: str
    store: str | None
    as_json: bool


class CampaignWorkOptions(Record):
    """What `campaign work` asks for; `names` are campaigns, none for all."""

    names: tuple[str, ...]
    account: AccountOptions
    limit: int | None
    base_url: str | None
    store: str | None
    once: bool
    stay: bool
    as_json: bool


class CampaignWatchOptions(Record):
    """What `campaign watch` asks for: these campaigns, or those that are not over; `web`: as a page, at `host`."""

    names: tuple[str, ...]
    limit: int | None
    web: bool
    host: str
    port: int
    as_json: bool


class CampaignListOptions(Record):
    """What `campaign list` asks for: these campaigns, or all."""

    names: tuple[str, ...]
    as_json: bool


class NamedCampaigns(Record):
    """The campaign that a command is about, or all."""

    name: str | None
    everything: bool
    as_json: bool


class CampaignStopOptions(Record):
    """What `campaign stop` asks for."""

    name: str
    hang_up: bool
    account: AccountOptions
    as_json: bool


class ForgetOptions(Record):
    """Whom `campaign forget` is about."""

    number: str
    as_json: bool


class WhyOptions(Record):
    """Whom `campaign why` is about, and in which campaign (None: in all)."""

    number: str
    campaign: str | None
    as_json: bool


class LedgerVerifyOptions(Record):
    """What `campaign verify` asks for: `head` is a hash that was kept elsewhere."""

    name: str
    head: str | None
    as_json: bool


class CampaignReplayOptions(Record):
    """What `campaign replay` asks for. `strict`: decisions that cannot be made again count as different ones."""

    name: str
    strict: bool
    as_json: bool


class ReportOptions(Record):
    """What `campaign report` asks for; `history` is what `serve --record` has written."""

    name: str
    form: str
    by: str
    output: str
    history: str | None


class CampaignEmulateOptions(Record):
    """What `campaign emulate` asks for: `at` is when it begins, `personas` play those who are reached."""

    file: str
    personas: tuple[str, ...]
    at: str | None
    limit: int | None
    seed: int
    why: str | None
    store: str | None
    form: str
    by: str
    output: str
