"""The dispatcher: one function that may be called twice, or not at all, and still lets no phone ring twice."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.campaign.book import LONGEST_CLAIM, AttemptResult, Book, Claim, Decide
from nccodsl.client.clock import Reading

LEASE = 30.0
"""Seconds after which a worker that was not heard of is taken for dead."""
Send = Callable[[Claim], AttemptResult]
"""Sends the request of a claim, once, and says what became of it; raises nothing."""


def tick(
    book: Book, campaign: str, worker: str, most: int, decide: Decide, send: Send, clock: Callable[[], Reading]
) -> int:
    """Call the next recipients of a campaign, as far as the limit lets it. How many. Raises what the book does.

    Only a claim may be sent, and only at once: who was stopped after the claim (a suspended machine, SIGSTOP) finds it
    too old, and the attempt stays what the book takes it for.
    """
    book.beat(worker)
    book.bury(LEASE)
    book.learn()
    sent = 0
    for claim in book.claim(campaign, worker, most, decide):
        if clock().ticks - claim.ticks > LONGEST_CLAIM:
            book.settle(claim, AttemptResult("unsent", "the claim was too old", again=claim.recipient.due))
            continue
        book.settle(claim, send(claim))
        sent += 1
    return sent
