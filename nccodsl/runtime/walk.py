"""One NCCO of a running flow: from where the call is, through jumps and choices, to where it must wait.

What is played again gives the same NCCO: a walk depends on the script and the state alone.
"""

from __future__ import annotations

from typing import Self

from nccodsl.analysis.program import ActionItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic, Message
from nccodsl.lowering.holes import Failed
from nccodsl.lowering.plan import MOST_ACTIONS
from nccodsl.lowering.trace import actions_of
from nccodsl.runtime.call_scope import scope_of
from nccodsl.runtime.flow_failure import FetchFailed, FlowFailed, NobodyAsked
from nccodsl.runtime.opted_out import OptedOut, opted_out
from nccodsl.runtime.prepared_requests import fit_for
from nccodsl.runtime.runnable import LONGEST_FETCH, Ask, Prepared, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.voices import Voice, voice_of
from nccodsl.runtime.web_requests import Fetch, Request, idempotency_key, within_fetch

MOST_BLOCKS = 10_000
"""Blocks that one NCCO may be made of; a flow that goes through more goes round without asking anybody."""
RETRY, AT_WAIT = "retry ", "wait"
"""What `State.start` says."""
FIRST = "*"
"""The place of `Walk.run` that is the first wait, whichever it is."""
_STOPS = "."  # no block has such a name


class Walk:
    """What came of it. `actions`: each the JSON of one or more; `waits`: the waits that may answer, in order.

    `resumes` is the wait before which the call will ask how it goes on, empty where it will not. `sends` are the
    requests whose answers do not matter, and `step` is the step of the script that it came to last.

    `trail` are the blocks entered, each with the `connect` that has to be completed before (empty: none), and
    `WAIT.retry` where a wait asked again. `pending` is the fetch that has to be made before it can go on. `cuts` are
    texts that were too long, as `Failed`; `strict`, they are an error. `misfits` are what else did not come out.
    """

    def __init__(self, script: Runnable, state: State, *, strict: bool = False) -> None:
        self._script = script
        self._state = state
        self._fetched = list(state.fetched)
        self._spent = 0.0
        self._asked: set[str] = set()
        self._recorded: set[str] = set()
        self._sent: dict[str, int] = {}
        self._quick = True
        self._silent = False
        self._behind = ""
        self.actions: list[str] = []
        self.items: list[ActionItem | None] | None = None
        self.waits: list[str] = []
        self.trail: list[tuple[str, str]] = []
        self.arms: list[tuple[str, Span]] = []
        self.pending: Fetch | None = None
        self.sends: list[Request] = []
        self.opt_outs: list[OptedOut] = []
        self.misfits: list[Diagnostic] = []
        self.step = state.step
        self.at = ""
        self.resumes = ""
        self.visits = dict(state.visits)
        self.retries = dict(state.retries)
        self.scope = scope_of(script, state)
        self.cuts: list[object] = []
        self.scope.cuts = None if strict else self.cuts

    @property
    def ncco(self) -> bytes:
        """The NCCO as compact JSON."""
        return f"[{','.join(self.actions)}]".encode("utf-8", "replace")

    def names(self) -> dict[str, object]:
        """What the call has brought until here."""
        bound = self._script.bound
        return {name: value for name, value in self.scope.items() if name in bound}

    def told(self) -> tuple[Diagnostic, ...]:
        """Where in the script a text was cut, or an answer does not fit; nothing of what they say."""
        cuts = (self._script.flow.diagnostic(one) for one in self.cuts if isinstance(one, Failed))
        return (*cuts, *self.misfits)

    def run(self, until: str = "", *, trace: bool = False, silent: bool = False) -> Self:
        """Walk to where the call must wait, or to the `connect` or `record` called `until`. Raises Failed, NobodyAsked.

        `trace` gathers the statements of the actions in `items` and the arms of `if` in `arms`, and writes no JSON.
        `silent` writes none either, as far as nothing depends on it: only the place and the names are wanted.
        """
        # Where the JSON is not wanted, the voice that it leaves behind may be.
        self._silent = silent and not self._script.keeps_voice
        state, script = self._state, self._script
        if trace:
            self.items = []
        name: str | None = state.block or None
        start = state.start
        for _ in range(MOST_BLOCKS):
            if name is None or len(self.actions) > MOST_ACTIONS:
                break
            block = script.blocks[name]
            self._go_through(block, start)
            start = ""
            if block.ask is None:
                name = block.next(self.scope)
                continue
            if (following := self._at(block.ask, until)) is _STOPS:
                return self
            name = following
        if name is not None:
            raise NobodyAsked(script.flow, state.block, name, MOST_BLOCKS)
        return self

    def _at(self, ask: Ask, until: str) -> str | None:
        """The block behind a wait, None where the flow ends; _STOPS where it must wait."""
        if self._comes_later(ask):
            self._resume(ask)
            return _STOPS
        match ask.what:
            case "fetch":
                result = self._result(ask)
                return self._after_fetch(ask, *result) if result is not None else _STOPS
            case "send" | "opt_out":
                self._do(ask)
                return ask.then
            case "record":
                self._recorded.add(ask.name)
                self._write(ask)
                self._quick = False
                return ask.then if ask.name != until else _STOPS
        self.at = ask.name
        self.waits.append(ask.name)
        self._write(ask)
        if ask.what == "input" or until in (ask.name, FIRST):
            return _STOPS
        self._quick = False
        self._behind = ask.name
        return ask.completed

    def _comes_later(self, ask: Ask) -> bool:
        """Whether the call has to ask again when it comes there."""
        match ask.what:
            case "send" | "opt_out":
                return not self._at_once()
            case "record":
                return ask.name in self._recorded  # each recording of an NCCO has an address of its own
            case "connect":
                return ask.name in self.waits  # how often it is gone round, only the call will show
        return False

    def _go_through(self, block: Prepared, start: str) -> None:
        """What is heard of a block before it waits. `start` as in `State`, empty where the NCCO does not begin here."""
        if start == AT_WAIT:
            self._show_visits(block.step)
            return
        self._enter(block, again=start.startswith(RETRY))
        if start:
            self._apologise(start.removeprefix(RETRY))
        self._play(block)
        self.visits = block.visits_after(self.visits)

    def _enter(self, block: Prepared, *, again: bool) -> None:
        """`visits` counts how often a step was entered; a jump to it, or a round, resets how often it may ask."""
        self.trail.append((self._behind, block.name))
        if block.within in self._script.steps:
            self.step = block.within
        if block.counts:
            self.visits[block.step] = self.visits.get(block.step, 0) + 1
        if self.retries and block.name == block.replayed and not again:
            at = self._script.blocks
            self.retries = {w: n for w, n in self.retries.items() if block.name not in (at[w].step, at[w].replayed)}
        self._show_visits(block.step)

    def _show_visits(self, step: str) -> None:
        """`visits` is of a step; 0 where there is none."""
        if "visits" not in self._script.hidden:
            self.scope["visits"] = self.visits.get(step, 1) if step else 0

    def begun(self) -> Self:
        """As far as the call surely is once it plays: in the block that the NCCO begins at."""
        if self._state.block and self._state.start != AT_WAIT:
            self._enter(self._script.blocks[self._state.block], again=self._state.start.startswith(RETRY))
        return self

    def _apologise(self, wait: str) -> None:
        ask = self._script.blocks[wait].ask
        self.trail.append((self._behind, f"{wait}.retry"))
        saying = ask.saying(self._state.retries.get(wait, 1)) if ask is not None else None
        if saying is None:
            return
        if self.items is not None:
            self.items.append(saying.item)
        else:
            self.actions.append(saying.says(self.scope, self._state.voice))

    def voice(self) -> Voice:
        """The voice of the talk that is heard last; kept where a retry speaks in it."""
        if not self._script.keeps_voice:
            return {}
        for written in reversed(self.actions):
            if (voice := voice_of(written)) is not None:
                return voice
        return self._state.voice

    def _play(self, block: Prepared) -> None:
        if self.items is not None:
            taken: list[Span] = []
            self.items += actions_of(self._script.flow.blocks[block.name].parts, self.scope, taken)
            self.arms += [(self._behind, span) for span in taken]
        elif self._silent and block.plain:
            self.actions.append("")
        else:
            block.write(self.scope, self.actions)
        self._quick = self._quick and block.quick

    def _write(self, ask: Ask) -> None:
        """The action of a wait."""
        if self.items is not None:
            self.items.append(ask.action)
        elif self._silent:
            self.actions.append("")
        else:
            assert ask.writes is not None
            self.actions.append(ask.writes(self.scope))

    # ---- requests

    def _send(self, ask: Ask, moves: int, occasion: str = "") -> None:
        if self.items is None and not self._silent:
            # A jump back sends once more, within the same move.
            before = self._sent.get(ask.name, 0)
            self._sent[ask.name] = before + 1
            self.sends.append(self._request(ask, moves, f"{occasion}.{before}" if before else occasion))

    def _do(self, ask: Ask) -> None:
        """What takes no time."""
        if ask.what == "send":
            self._send(ask, self._state.moves)
        elif isinstance(found := opted_out(self._script.flow, self._state, ask, self.scope), OptedOut):
            self.opt_outs.append(found)
        else:
            self.misfits.append(found)

    def _request(self, ask: Ask, moves: int, occasion: str = "") -> Request:
        """What a statement asks for; its key is the same however often this move is made."""
        assert ask.request is not None
        # The same leg may come to several scripts, one after the other.
        call = f"{self._script.name}/{self._state.key}"
        return ask.request(self.scope, idempotency_key(call, ask.name, moves, occasion))

    def _at_once(self) -> bool:
        """Whether the call is surely here when the NCCO is made: nothing before takes a caller's time but speech."""
        return self._quick or not self.actions

    def _result(self, ask: Ask) -> tuple[object, str, str] | None:
        """What a fetch has brought; None where it has to be made first, or the call has to ask again for it."""
        timeout = within_fetch(ask.timeout(self.scope))
        if self._fetched:
            name, value, failure, outcome = self._fetched.pop(0)
            assert name == ask.name, "a walk that is repeated meets the same fetches"
            self._asked.add(name)
            self._spent += timeout
            return value, failure, outcome
        # Behind what only speaks, it is asked while the caller listens; behind anything else, when it is over.
        if self._at_once() and ask.name not in self._asked and self._spent + timeout <= LONGEST_FETCH:
            self.pending = Fetch(self._request(ask, self._state.moves), timeout)
            self.at = ask.name
            return None
        self._resume(ask)
        return None

    def _resume(self, ask: Ask) -> None:
        """The call asks again before it does what this wait does."""
        self.at = self.resumes = ask.name
        if ask.what != "connect":
            self.waits.append(ask.name)
        self.actions.append(ask.resume(self.scope))

    def _after_fetch(self, ask: Ask, value: object, failure: str, outcome: str) -> str | None:
        misfit: Message | None = None
        if not failure:
            fit, misfit = fit_for(ask.shape, value)
            if misfit is None:
                if ask.binding is not None:
                    self.scope[ask.binding] = fit
                return ask.then
        target = ask.choose.failure(outcome)
        flow = self._script.flow
        if target is None and misfit is not None:
            raise FlowFailed(flow, ask.span, misfit)
        if target is None:
            raise FetchFailed(flow, ask.span, failure)
        if misfit is not None:
            self.misfits.append(misfit.about(flow.program.sources.file_of(ask.span), ask.span))
        return target
