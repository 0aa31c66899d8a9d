"""The dispatcher: one function that may be called twice, or not at all, and still lets no phone ring twice."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.campaign.book import LONGEST_CLAIM, AttemptResult, Book, Claim, Decide
from nccodsl.campaign.campaign_plan import CallLimits
from nccodsl.client.clock import Reading

LEASE = 30.0
"""Seconds after which a worker that was not heard of is taken for dead."""
_NO_LIMITS = CallLimits()
Send = Callable[[Claim], AttemptResult]
"""Sends the request of a claim, once, and says what became of it; raises nothing."""


def tick(
    book: Book,
    campaign: str,
    worker: str,
    most: int,
    decide: Decide,
    send: Send,
    clock: Callable[[], Reading],
    limits: CallLimits = _NO_LIMITS,
) -> int:
    """Call the next recipients of a campaign, as far as the limit lets it. How many. Raises what the book does.

    Only a claim may be sent, and only at once: who was stopped after the claim (a suspended machine, SIGSTOP) finds it
    too old, and the attempt stays what the book takes it for.
    """
    book.beat(worker)
    book.bury(LEASE)
    book.learn()
    sent = 0
    for claim in book.claim(campaign, worker, most, decide, limits):
        if clock().ticks - claim.ticks > LONGEST_CLAIM:
            book.settle(claim, AttemptResult("unsent", "the claim was too old", again=0.0))
            continue
        book.settle(claim, send(claim))
        sent += 1
    return sent
