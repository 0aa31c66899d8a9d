"""What a command reads: a file or standard input, as text or as a compiled script."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from nccodsl.cli.output import STDIN, STDIN_NAME, standard_input

if TYPE_CHECKING:
    from nccodsl.lowering.compiled import Compiled


def read_input(path: str) -> tuple[str, str]:
    """The text of a file or of standard input, and its name in messages. Raises ScriptError (E110)."""
    from nccodsl.api import unreadable
    from nccodsl.errors import CannotRead, ScriptError
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


def load_flow(path: str, *, at: datetime | None = None, pseudo: bool = False) -> Compiled:
    """Compile the script in a file or on standard input, its clock stopped `at` a moment. Raises ScriptError.

    With `pseudo`, its texts are in the pseudo-language.
    """
    from nccodsl.api import load
    from nccodsl.io.files import FilePath

    flow = (
        load(FilePath(path), pseudo=pseudo)
        if path != STDIN
        else load(script_text(read_input(path)[0]), name=STDIN_NAME, pseudo=pseudo)
    )
    return flow if at is None else flow.at(at)


def script_text(text: str) -> str:
    """A text that `load` and `check` cannot take for the name of a file."""
    from nccodsl.api import is_file_name

    return f"{text}\n" if is_file_name(text) else text
