"""`nccodsl campaign why`: everything that was decided about a number, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.base.utc import utc_text
from nccodsl.campaign.book_reports import RecipientLine
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.campaign.story_words import words_of
from nccodsl.cli.campaign_options import WhyOptions
from nccodsl.cli.opened_book import campaign_book
from nccodsl.cli.output import joined, lines_of, print_out, say
from nccodsl.cli.phone_argument import phone_number


def why(wanted: WhyOptions) -> int:
    """Print the story of a number; the exit code."""
    number = phone_number(wanted.number)
    with campaign_book() as book:
        names = [wanted.campaign] if wanted.campaign is not None else book.campaigns()
        found = tell_story(book, names, number, as_json=wanted.as_json)
    if not found:
        say(f"{number} is in no campaign." if wanted.campaign is None else f"{number} is not in {wanted.campaign}.")
        return 1
    return 0


def tell_story(book: CampaignBook, names: list[str], number: str, *, as_json: bool) -> bool:
    """Print what was decided about a number (E.164 digits) in some campaigns; whether it is in any."""
    found = [(name, line) for name in names for line in book.lines(name, number)]
    if as_json:
        print_out([_as_json(book, name, line) for name, line in found])
    else:
        for name, line in found:
            print_out(lines_of(_lines(book, name, line, number)))
    return bool(found)


def _lines(book: CampaignBook, name: str, line: RecipientLine, number: str) -> Iterator[str]:
    reason = f" ({line.reason})" if line.reason else ""
    until = f" until {utc_text(line.due)}" if line.state == "waiting" and line.due else ""
    yield f"{number} in {name}, row {line.id}: {line.state}{until}{reason}"
    for entry in book.story(name, line.id):
        yield joined(f"  {utc_text(entry.at)}  {words_of(entry)}", f"  [{entry.rule}]")


def _as_json(book: CampaignBook, name: str, line: RecipientLine) -> dict[str, object]:
    told = {"campaign": name, "row": line.id, "state": line.state, "reason": line.reason, "attempts": line.attempts}
    return {**told, "decisions": [entry_as_json(entry) for entry in book.story(name, line.id)]}


def entry_as_json(entry: LedgerEntry) -> dict[str, object]:
    """An entry of the ledger for machines."""
    return {
        "number": entry.number,
        "row": entry.recipient,
        "at": utc_text(entry.at),
        "what": entry.what,
        "reason": entry.reason,
        "rule": entry.rule,
        "words": words_of(entry),
        "facts": dict(entry.facts),
        "hash": entry.hash,
    }
