"""What could be written where the cursor is: the grammar's own parser says so, also in a text with syntax errors."""

from __future__ import annotations

from typing import Any

from lark import Token
from lark.exceptions import UnexpectedInput

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Sources
from nccodsl.diagnostics import Collector
from nccodsl.editor.text_parts import chunk_start, word_bounds
from nccodsl.syntax.parser_state import wanted_terminals
from nccodsl.syntax.tables import parser

_UNREADABLE = "\nx\n"
"""What recovery finds behind the cursor: a line that may begin any statement, so that it keeps the blocks open."""
_HEADS = frozenset(
    (
        *("ACTION", "RECORD", "_CONNECT", "_INPUT", "_FETCH", "_SEND", "_ASK", "OPT_OUT", "_SET", "ARROW", "_RETRY"),
        *("_PARAM", "_SECRET", "_LET", "_ZONE", "_HOURS", "_LANGUAGES", "_DEFAULTS", "_INCLUDE", "_DIALOG", "_STEP"),
        *("_TO", "_FROM", "_ON", "_EVENT", "_WHEN", "_FOR", "_CHOOSE", "_IF", "_ELIF", "_OTHERWISE", "_WHISPER"),
        *("_TEST", "_OF", "_WITH", "_AT", "VERB", "_REPLY", "_CALL", "_CLOSED", "_OPEN", "_HOLIDAYS"),
    )
)
"""The terminals that a statement, a branch or another line begins with."""
_CLOSES = {"RPAREN": "LPAREN", "RBRACKET": "LBRACKET", "RBRACE": "LBRACE", "JINJA_END": "JINJA_BEGIN"}


class CursorPart(Record):
    """A token before the cursor: its terminal, and what is written."""

    terminal: str
    text: str


class CursorPlace(Record):
    """Where a cursor is, by what stands before it.

    `start` and `end` are those of the word at the cursor, `word` what stands of it before the cursor. `fits` are the
    grammar's terminals that could stand there. `line` has the tokens of the statement or line that the place is in,
    from its head on, without what is in brackets. `around` are the lines that it is inside of, each up to its opening
    bracket, the innermost first. `own_line`: nothing else stands before it in its line of the text. `began`: the offset
    where `line` begins.
    """

    start: int
    end: int
    word: str
    fits: frozenset[str]
    line: tuple[CursorPart, ...]
    around: tuple[tuple[CursorPart, ...], ...]
    own_line: bool
    began: int


def cursor_place(text: str, offset: int) -> CursorPlace:
    """What is known of a place that is neither in a string nor in a comment."""
    first = chunk_start(text, offset)
    start, end = word_bounds(text, offset)
    if text[start - 1 : start] == "." and text[start : start + 1].isdigit():
        start, _ = word_bounds(text, start - 1)  # of a number such as 0.5
    tokens, state = _parsed(text[first:start])
    line, around, began = _lines(tokens)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return CursorPlace(
        start=start,
        end=end,
        word=text[start:offset],
        fits=wanted_terminals(state),
        line=line,
        around=around,
        own_line=not before.strip(),
        began=first + began,
    )


def _parsed(text: str) -> tuple[list[Token], Any]:
    """The tokens of a text, and the parser behind them."""
    tokens, state, error = _fed(text)
    if error is None:
        return tokens, state
    return _recovered(text)


def _fed(text: str) -> tuple[list[Token], Any, UnexpectedInput | None]:
    interactive = parser().parse_interactive(text)
    state: Any = interactive.parser_state
    thread: Any = interactive.lexer_thread
    tokens: list[Token] = []
    try:
        for token in thread.lex(state):
            state.feed_token(token)
            tokens.append(token)
    except UnexpectedInput as error:
        return tokens, state, error
    return tokens, state, None


def _recovered(text: str) -> tuple[list[Token], Any]:
    """As `_parsed`, for a text with syntax errors: what cannot be read is passed over."""
    from nccodsl.syntax.recovery import Recovery

    sources = Sources()
    file: SourceFile = sources.add("", text + _UNREADABLE)
    interactive = parser().parse_interactive(file.text)
    state: Any = interactive.parser_state
    thread: Any = interactive.lexer_thread
    recovery = Recovery(file, Collector(sources), state, thread)
    tokens: list[Token] = []
    while True:
        try:
            for token in thread.lex(state):
                if int(token.start_pos or 0) >= len(text):
                    return tokens, state
                state.feed_token(token)
                tokens.append(token)
            return tokens, state
        except UnexpectedInput as error:
            behind = int(getattr(error, "pos_in_stream", 0) or 0) >= len(text)
            if behind or not recovery.go_on(error):
                return tokens, state


def _lines(tokens: list[Token]) -> tuple[tuple[CursorPart, ...], tuple[tuple[CursorPart, ...], ...], int]:
    """The line that the end of the tokens is in, the lines around it, and where it begins."""
    open_lines: list[list[CursorPart]] = [[]]
    starts = [0]
    for token in tokens:
        part = CursorPart(token.type, str(token))
        if token.type in ("LPAREN", "LBRACKET", "LBRACE", "JINJA_BEGIN"):
            open_lines[-1].append(part)
            open_lines.append([])
            starts.append(int(token.end_pos or 0))
        elif token.type in _CLOSES:
            if len(open_lines) > 1:
                open_lines.pop()
                starts.pop()
            open_lines[-1].append(part)
        else:
            if token.type in _HEADS and not _goes_on(open_lines[-1], token.type):
                open_lines[-1], starts[-1] = [], int(token.start_pos or 0)
            open_lines[-1].append(part)
    line, *around = (tuple(one) for one in reversed(open_lines))
    return line, tuple(around), starts[-1]


def _goes_on(line: list[CursorPart], terminal: str) -> bool:
    """Whether a head stands inside a line: the verb behind `not`, `reply`, `of`, the outcomes of a dialog."""
    if terminal in ("_REPLY", "_OF") or (terminal == "ARROW" and bool(line) and line[0].terminal == "_DIALOG"):
        return True
    return bool(line) and line[-1].terminal == "NOT" and terminal == "VERB"
