"""Going on after a syntax error: report it, supply what lacks or drop the broken statement, keep all others."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedInput

from nccodsl.base.source import SourceFile, Span, line_end
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.syntax.habits import habit
from nccodsl.syntax.keywords import TOP_LEVEL
from nccodsl.syntax.line_places import LineFound, LineHabits
from nccodsl.syntax.mistakes import explain
from nccodsl.syntax.parser_state import (
    cut,
    drop_option,
    error_offset,
    feed,
    height_for,
    in_brackets,
    in_call,
    open_braces,
    opened_template,
    wanted_terminals,
    wants_block,
)
from nccodsl.syntax.repairs import Balance, repair
from nccodsl.syntax.scan import PART
from nccodsl.syntax.sync_points import BLOCK, Sync, block_terminal, sync_points

MOST_SYNTAX_ERRORS = 200

_DECLARATION = re.compile(r"(?:" + "|".join(TOP_LEVEL) + r")(?![\w-])(?!\s*=)")
_SWALLOWED = re.compile(r"(?<![\w-])([A-Za-z_][\w-]*)\s*=[^\S\n]*(?:#[^\n]*)?\n\s*[A-Za-z_][\w-]*[ \t]+\Z")
"""An option without a value takes an unknown word on the next line for its value: words are values."""


class Recovery:
    """What brings the parser of one file behind each of its mistakes."""

    def __init__(self, file: SourceFile, collector: Collector, state: Any, thread: Any) -> None:
        self._file = file
        self._text = file.text
        self._collector = collector
        self._state = state
        self._thread = thread
        self._lines = LineHabits(file)
        self._errors = 0
        self._quiet = -1
        """Up to where an error most likely follows from the one before it on the same line."""

    @cached_property
    def _balance(self) -> Balance:
        return Balance(self._text)

    def go_on(self, error: UnexpectedInput) -> bool:
        """Report an error, and bring the parser to a place from which it can go on. False where there is none."""
        self._errors += 1
        if self._errors > MOST_SYNTAX_ERRORS:
            return False
        at = error_offset(error, self._text)
        if opened_template(self._state) is not None:
            explain(self._file, at, self._state, self._collector)
            # Its braces no longer tell where a block ends: the rest of the line goes with it.
            return self._resume(line_end(self._text, at), at)
        if line := self._lines.find(at, self._state):
            return self._rewritten(line, at)
        if self._block_for_value():
            return True
        if (start := self._value_lacks(at)) is not None or self._ends_supplied_braces(at):
            return self._resume(at if start is None else start, at, options=start is not None)
        if found := repair(self._file, at, self._state, self._balance):
            if found.said is not None:
                self._collector.report(found.said, found.span)
            with suppress(UnexpectedInput):
                feed(self._state, found.terminal, at)
            return self._go_to(at)
        return self._habit(at)

    def _rewritten(self, found: LineFound, at: int) -> bool:
        self._report(found.said, found.start, found.stop)
        if found.state is None:
            return self._resume(found.end, at)
        self._state.state_stack[:] = found.state.state_stack
        self._state.value_stack[:] = found.state.value_stack
        return self._go_to(found.end)

    def _habit(self, at: int) -> bool:
        found = habit(self._file, at, wanted_terminals(self._state)) if at < len(self._text) else None
        if found is None:
            if at >= self._quiet:
                explain(self._file, at, self._state, self._collector)
            return self._resume(at, at)
        self._report(found.said, at, at + found.length)
        tokens = found.tokens
        if tokens and tokens[0].type == "LBRACE" and self._inside_real_braces():
            tokens = ()  # where it ends, no brace would tell
        if found.drop:
            cut(self._state, len(self._state.state_stack) - found.drop)
        for token in tokens:
            with suppress(UnexpectedInput):
                self._state.feed_token(token)
        if tokens or found.drop:
            self._quiet = line_end(self._text, at)
            return self._go_to(at + found.skip)
        return self._resume(at + found.skip, at)

    def _report(self, message: Message, start: int, end: int) -> None:
        base = self._file.base
        self._collector.report(message, Span(base + start, base + min(end, len(self._text))))

    # ---- an option, or a name, without its value

    def _value_lacks(self, at: int) -> int | None:
        """Report an option without a value; from where parsing may go on."""
        stack = self._state.value_stack
        top = stack[-1] if stack and isinstance(stack[-1], Token) else None
        if top is None or top.type not in ("OPTION", "WORD", "_EQUALS"):
            return self._word_for_value(at)
        if top.type == "_EQUALS":
            behind = self._text[int(top.end_pos or 0) : at]
            if "\n" not in behind and not re.match(r"[})\],]|->|\Z", self._text[at : at + 2]):
                return None
            name, end, start = stack[-2], int(top.end_pos or 0), at
        elif self._text[at : at + 1] == "=" and "_EQUALS" in wanted_terminals(self._state):
            name, end, start = top, at + 1, at + 1
        else:
            return self._word_for_value(at)
        of_option = isinstance(name, Token) and name.type == "OPTION"
        said = messages.syntax.option_lacks_value(str(name)) if of_option else messages.syntax.name_lacks_value()
        self._report(said, int(name.start_pos or 0) if of_option else end - 1, end)
        return start

    def _block_for_value(self) -> bool:
        """An option without a value takes the block behind it for a map: report it, and go on with the block."""
        stack = self._state.value_stack
        for index in range(len(stack) - 1, max(len(stack) - 4, 1), -1):
            brace = stack[index]
            if not isinstance(brace, Token) or brace.type != "LBRACE":
                continue
            start, name = int(brace.start_pos or 0), stack[index - 2]
            if not isinstance(name, Token) or name.type != "OPTION" or not BLOCK.match(self._text, start):
                return False
            cut(self._state, index - 1)
            if not wants_block(self._state):
                return False
            self._report(messages.syntax.option_lacks_value(str(name)), int(name.start_pos or 0), start)
            return self._go_to(start)
        return False

    def _word_for_value(self, at: int) -> int | None:
        swallowed = _SWALLOWED.search(self._text, max(at - 200, 0), at)
        if swallowed is None or not drop_option(self._state, swallowed.start(1)):
            return None
        end = self._text.index("=", swallowed.end(1)) + 1
        self._report(messages.syntax.option_lacks_value(swallowed[1]), swallowed.start(1), end)
        return line_end(self._text, end)

    # ---- places to go on at

    def _ends_supplied_braces(self, at: int) -> bool:
        """Whether only braces are open that recovery has supplied, and what stands at `at` ends them."""
        if not open_braces(self._state) or self._inside_real_braces():
            return False
        begins = at == 0 or self._text[at - 1] in "\n\r"
        return at >= len(self._text) or (begins and _DECLARATION.match(self._text, at) is not None)

    def _inside_real_braces(self) -> bool:
        """Whether a brace is open that stands in the text, rather than one that recovery has supplied."""
        return any(self._state.value_stack[index] for index in open_braces(self._state))

    def _resume(self, start: int, at: int, *, options: bool = False) -> bool:
        """Bring the parser to the next place behind `start` from which it can go on."""
        text = self._text
        self._collector.drops(self._file, self._file.base + min(at, len(text)))
        brackets = in_brackets(self._state)
        unclosed = text.startswith('"', at) and ((part := PART.match(text, at)) is None or part[0] == '""')
        options = options or in_call(self._state)
        for sync in sync_points(text, start, brackets=brackets, options=options, prose=unclosed):
            closed = sync.top_level and self._close_all(sync.at)
            if self._enter(sync) if sync.is_block else self._cut_for(sync, moved=closed or sync.at > min(start, at)):
                if not sync.is_block and sync.terminals != ("RBRACE",) and sync.at < line_end(self._text, start):
                    self._quiet = line_end(self._text, start)
                return self._go_to(sync.at)
        self._close_all(len(text))
        height = height_for(self._state, "$END")
        if height is None:
            return False
        cut(self._state, height)
        return self._go_to(len(text))

    def _cut_for(self, sync: Sync, *, moved: bool) -> bool:
        heights = [height for one in sync.terminals if (height := height_for(self._state, one)) is not None]
        if not heights or not (moved or max(heights) < len(self._state.state_stack)):
            return False
        cut(self._state, max(heights))
        return True

    def _enter(self, sync: Sync) -> bool:
        """Go on inside the block of a statement that is dropped."""
        terminal = block_terminal(self._text, sync.at)
        height = height_for(self._state, terminal)
        if height is None:
            return False
        cut(self._state, height)
        with suppress(UnexpectedInput):
            feed(self._state, terminal, sync.at)
            return True
        return False

    def _close_all(self, at: int) -> bool:
        """Close every open block as if its brace stood at `at`; a block that cannot be finished there is dropped.

        Whether there was one.
        """
        any_open = bool(open_braces(self._state))
        while braces := open_braces(self._state):
            height = height_for(self._state, "RBRACE")
            if height is not None:
                cut(self._state, height)
                with suppress(UnexpectedInput):
                    feed(self._state, "RBRACE", at)
            if len(open_braces(self._state)) >= len(braces):
                cut(self._state, braces[-1] + 1)
        return any_open

    def _go_to(self, at: int) -> bool:
        self._thread.state.line_ctr.char_pos = at
        return True
