"""The book of campaigns, for the commands that read and change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from click import UsageError

from nccodsl.campaign.book import NoCampaign
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_key import campaign_vault
from nccodsl.cli.account import told
from nccodsl.cli.opened_journal import opened_journal
from nccodsl.diagnostics.suggest import did_you_mean


@contextmanager
def campaign_book() -> Iterator[CampaignBook]:
    """The book, without an account. Failures are shown and end the command; an unknown campaign is wrong usage."""
    with told(), opened_journal() as journal:
        book = CampaignBook(journal, campaign_vault(journal))
        try:
            yield book
        except NoCampaign as error:
            raise unknown_campaign(book, error) from None


def unknown_campaign(book: CampaignBook, error: NoCampaign) -> UsageError:
    """There is no such campaign: the names that there are help."""
    names = book.campaigns()
    known = f"the campaigns are {', '.join(f'`{name}`' for name in names)}." if names else "none was started."
    return UsageError(f"{error}; {did_you_mean(error.name, names) or known}")
