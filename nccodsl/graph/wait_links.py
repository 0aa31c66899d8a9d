"""The edges of a statement that waits, or that something runs beside: one for each branch."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.describe.short import Words
from nccodsl.graph.unfinished import Link, Target, ToBlock
from nccodsl.lowering.blocks import Wait
from nccodsl.voice.catalogue import catalogue

_COMPLETED = ":completed"


def wait_links(words: Words, replayed: str, wait: Wait, after: Target) -> Iterator[Link]:
    """The edges of a wait; `replayed` is the block that a retry begins anew, `after` is what follows it."""
    links = {"input": _input, "connect": _connect, "fetch": _fetch, "record": _record, "send": _send, "opt_out": _send}
    return links[wait.item.what](words, replayed, wait, after)


def _cases(wait: Wait) -> list[tuple[tuple[object, ...], Target]]:
    return [(matches, ToBlock(name)) for matches, name in wait.cases]


def _input(words: Words, replayed: str, wait: Wait, after: Target) -> Iterator[Link]:
    """Every answer is a question of the platform to the flow."""
    retry = wait.retry
    for matches, target in _cases(wait):
        yield Link(target, words.matches(matches), webhook=True)
    if wait.item.answer is not None:
        yield Link(after, f"{_bound(wait)}: {wait.item.answer.wants}", webhook=True)
    if retry is not None:
        says = ", then ".join(words.action(said) for said in retry.says)
        yield Link(ToBlock(replayed), f"retry ({retry.times}×)", webhook=True, says=says)
    if retry is not None and wait.after_retries is not None:
        # All that no case has matched was asked again; so nothing is left for an `otherwise`.
        times = "1 retry" if retry.times == 1 else f"{retry.times} retries"
        yield Link(ToBlock(wait.after_retries), f"after {times}", webhook=True)
    elif wait.otherwise is not None:
        yield Link(ToBlock(wait.otherwise), "otherwise", webhook=True)
    elif not wait.cases:
        yield Link(after, _bound(wait), webhook=True)


def _connect(words: Words, replayed: str, wait: Wait, after: Target) -> Iterator[Link]:
    """A failure is a question to the flow; after a call that was completed, the same NCCO goes on."""
    seen: set[object] = set()
    if wait.whisper is not None:
        yield Link(ToBlock(wait.whisper), "whisper", webhook=True)
    for matches, target in _cases(wait):
        if failures := tuple(match for match in matches if match != _COMPLETED):
            yield Link(target, words.matches(failures), webhook=True)
        if _COMPLETED in matches:
            yield Link(target, "completed")
        seen.update(str(match).removeprefix(":") for match in matches)
    rest: Target = ToBlock(wait.otherwise) if wait.otherwise is not None else after
    if "completed" not in seen:
        yield Link(rest, "completed")
    if not seen.issuperset(catalogue().failures):
        yield Link(rest, "otherwise", webhook=True)


def _fetch(words: Words, replayed: str, wait: Wait, after: Target) -> Iterator[Link]:
    """The flow itself asks; that costs the platform nothing."""
    yield Link(after, _bound(wait))
    for matches, target in _cases(wait):
        yield Link(target, words.matches(matches))
    if wait.otherwise is not None and not wait.cases:
        yield Link(ToBlock(wait.otherwise), "otherwise")


def _send(words: Words, replayed: str, wait: Wait, after: Target) -> Iterator[Link]:
    """The flow continues at once."""
    yield Link(after)


def _record(words: Words, replayed: str, wait: Wait, after: Target) -> Iterator[Link]:
    """The call goes on; what is done with the recording is done beside it."""
    yield Link(after)
    for matches, target in _cases(wait):
        yield Link(target, words.matches(matches), webhook=True)


def _bound(wait: Wait) -> str:
    return f"as {wait.item.binding}" if wait.item.binding is not None else ""
