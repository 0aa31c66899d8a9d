"""What a command reads: a file or standard input, as text or as a compiled script."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from nccodsl.cli.output import STDIN, STDIN_NAME, standard_input

if TYPE_CHECKING:
    from nccodsl.io.output_cache import Read
    from nccodsl.lowering.compiled import Compiled


def read_input(path: str) -> tuple[str, str]:
    """The text of a file or of standard input, and its name in messages. Raises ScriptError (E110)."""
    from nccodsl.errors import CannotRead, ScriptError, unreadable
    from nccodsl.io.files import decode, read_text
    from nccodsl.syntax.scan import MOST_CHARACTERS

    name = STDIN_NAME if path == STDIN else path
    try:
        if path != STDIN:
            return read_text(path), name
        # Piped input may never end.
        return decode(standard_input().read(4 * MOST_CHARACTERS + 1), name), name
    except CannotRead as reason:
        raise ScriptError([unreadable(name, str(reason))]) from None


def load_flow(
    path: str, *, at: datetime | None = None, pseudo: bool = False, reads: list[Read] | None = None
) -> Compiled:
    """Compile the script in a file or on standard input, its clock stopped `at` a moment. Raises ScriptError.

    With `pseudo`, its texts are in the pseudo-language. What it includes is added to `reads`.
    """
    from nccodsl.api import load, load_with
    from nccodsl.io.files import FilePath

    if path == STDIN:
        flow = load(script_text(read_input(path)[0]), name=STDIN_NAME, pseudo=pseudo)
    elif reads is None or pseudo:
        flow = load(FilePath(path), pseudo=pseudo)
    else:
        flow = load_with(read_input(path)[0], path, _noting(path, reads))
    return flow if at is None else flow.at(at)


def _noting(path: str, reads: list[Read]) -> Callable[[str, str], tuple[str, str]]:
    """A reader of the includes of a script, which notes what it was asked for, and what it found."""
    from nccodsl.errors import CannotRead
    from nccodsl.io.files import reader_for
    from nccodsl.std import is_library

    reader = reader_for(path)

    def read(wanted: str, including: str) -> tuple[str, str]:
        if is_library(wanted):
            return reader(wanted, including)
        asked = os.path.join(os.path.dirname(including), wanted)  # noqa: PTH118, PTH120
        target = os.path.realpath(asked)
        try:
            name, text = reader(wanted, including)
        except CannotRead:
            reads.append((asked, target, None))
            raise
        reads.append((asked, target, text))
        return name, text

    return read


def script_text(text: str) -> str:
    """A text that `load` and `check` cannot take for the name of a file."""
    from nccodsl.api import is_file_name

    return f"{text}\n" if is_file_name(text) else text
