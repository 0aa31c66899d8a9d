"""Where output goes: whole files or none, UTF-8 on standard output, messages on standard error.

Everything that people read goes through `print_out` and `say`, where nothing of scripts, of the API or of webhooks
is left that a terminal would obey. Files and what programs read keep their bytes.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, TextIO, TypedDict, Unpack

from nccodsl.diagnostics.printers.text import Shown, hanging, one_line, visible, width_of

if TYPE_CHECKING:
    import click

    from nccodsl.diagnostics import Diagnostic

STDIN, STDIN_NAME = "-", "<stdin>"
_MARK = b"\xef\xbb\xbf"


class Style(TypedDict, total=False):
    """How a text looks: the arguments of `click.style`."""

    fg: str
    bold: bool
    dim: bool


class CannotWrite(Exception):
    """An output file cannot be written. It ends the command with exit code 2."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"cannot write {path}: {error.strerror or error}")


class WholeFile:
    """An output that is replaced whole when the `with` block ends well, and left as it was otherwise.

    Without a path, or with `-`, it is standard output. What is no regular file (a device, a pipe) is written directly.
    """

    def __init__(self, path: str | None) -> None:
        self._path = None if path in (None, STDIN) else path
        self._target = ""
        self._temporary: str | None = None
        self._stream: BinaryIO

    def __enter__(self) -> WholeFile:
        if self._path is None:
            self._stream = standard_output()
            return self
        # A link stays a link: what it leads to is replaced.
        self._target = os.path.realpath(self._path)
        try:
            mode = _mode(self._target)
            if mode is not None and not stat.S_ISREG(mode):
                self._stream = open(self._target, "wb")  # noqa: PTH123
                return self
            folder, name = os.path.split(self._target)
            temporary = os.path.join(folder, f".{name[:100]}.{os.getpid()}.tmp")  # noqa: PTH118
            number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o666)
            self._temporary = temporary
            self._stream = os.fdopen(number, "wb")
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))  # noqa: PTH101
        except OSError as error:
            self._discard()
            raise CannotWrite(self._path, error) from None
        return self

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CannotWrite(self._path or "standard output", error) from None

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self._path is None:
            if kind is None:
                self._stream.flush()
            return
        try:
            self._stream.close()
            if kind is None and self._temporary is not None:
                os.replace(self._temporary, self._target)  # noqa: PTH105
                self._temporary = None
        except OSError as error:
            if kind is None:
                raise CannotWrite(self._path, error) from None
        finally:
            self._discard()

    def _discard(self) -> None:
        if self._temporary is not None:
            with suppress(OSError):
                os.unlink(self._temporary)  # noqa: PTH108
            self._temporary = None


def write_whole(path: str | None, data: bytes) -> None:
    """Write a file whole or not at all; standard output where the path is None or `-`."""
    with WholeFile(path) as out:
        out.write(data)


def byte_order_mark(path: str) -> bytes:
    """The mark that a file begins with, or nothing: who has it wants to keep it."""
    with open(path, "rb") as stream:  # noqa: PTH123
        return _MARK if stream.read(len(_MARK)) == _MARK else b""


def same_file(first: str | None, second: str | None) -> bool:
    """Whether two arguments name one file on disk; `-` never does."""
    if first in (None, STDIN) or second in (None, STDIN):
        return False
    assert first is not None
    assert second is not None
    return os.path.realpath(first) == os.path.realpath(second)


def standard_input() -> BinaryIO:
    """The bytes of standard input."""
    if sys.stdin is None:
        from click import UsageError

        raise UsageError("standard input is closed.")
    return sys.stdin.buffer


def standard_output() -> BinaryIO:
    """The bytes of standard output: always UTF-8, whatever the locale says."""
    if sys.stdout is None:
        raise CannotWrite("standard output", OSError(0, "it is closed"))
    return sys.stdout.buffer


def print_out(value: object) -> None:
    """A text for people, or any other value as JSON, on standard output."""
    if isinstance(value, str):
        _write(visible(value))
    else:
        print_json(value, indent=2)


def print_json(value: object, indent: int | None = None) -> None:
    """A value as JSON on standard output; without `indent` on one line."""
    import json

    _write(json.dumps(value, indent=indent, ensure_ascii=False))


def _write(text: str) -> None:
    out = standard_output()
    out.write(f"{text}\n".encode(errors="backslashreplace"))  # JSON of others may hold lone surrogates
    out.flush()


def say(text: str) -> None:
    """One line, or several, on standard error."""
    if sys.stderr is not None:
        print(visible(text), file=sys.stderr, flush=True)


def joined(*parts: str) -> Shown:
    """One line for people, of texts that may be anybody's and of `Shown` ones."""
    return Shown("".join(map(one_line, parts)))


def lines_of(lines: Iterable[str]) -> Shown:
    """Several lines for people."""
    return Shown("\n".join(map(visible, lines)))


def hung(head: str, text: str, width: int | None, **style: Unpack[Style]) -> Iterator[Shown]:
    """The lines of a text in colors behind a head: wrapped at so many columns, if any, and indented below the head."""
    lines = hanging(one_line(text), width, width_of(one_line(head)))
    for number, line in enumerate(lines):
        yield joined("" if number else head, styled(line, **style) if style else line)


def styled(text: str, **style: Unpack[Style]) -> Shown:
    """One line in colors."""
    from click import style as in_style

    return Shown(in_style(one_line(text), **style)) if text else Shown("")


def ask(prompt: str) -> str:
    """A line typed at the terminal. Raises EOFError."""
    prompt = one_line(prompt)
    if on_terminal(sys.stdout):
        with suppress(ImportError):
            import readline  # noqa: F401  (lines can be edited, and had again)
        return input(prompt)
    # Where the conversation goes to a file, the prompt does not belong in it.
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def show_click(error: click.ClickException) -> None:
    """What click says of wrong usage: it quotes arguments, and names of files."""
    if sys.stderr is not None:
        text = StringIO()
        error.show(file=text)
        say(text.getvalue().rstrip("\n"))


def colored(stream: TextIO | None = None) -> bool:
    """Whether messages are coloured: on a terminal, unless NO_COLOR (https://no-color.org) has a value.

    `stream` is where they go; standard error where it is not given.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return on_terminal(stream) and os.environ.get("TERM") != "dumb"


def on_terminal(stream: TextIO | None = None) -> bool:
    """Whether a stream (standard error where none is given) is a terminal."""
    stream = stream or sys.stderr
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def say_that_an_editor_starts(command: str) -> None:
    """To a person who has typed it: the command would wait without a word."""
    if sys.stdin is not None and on_terminal(sys.stdin):
        say(f"waiting for an editor, which starts `nccodsl {command}` itself; press Ctrl-C to stop")


def columns(stream: TextIO | None = None) -> int | None:
    """How wide the terminal is that a stream (standard error where none is given) goes to; None for anything else."""
    if not on_terminal(stream):
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def show(diagnostics: Iterable[Diagnostic]) -> None:
    """Diagnostics on standard error, in the form for people."""
    found = list(diagnostics)
    if not found:
        return
    say(told(found, color=colored(), columns=columns()))


@contextmanager
def script_errors(code: int = 1) -> Iterator[None]:
    """What is wrong with a script or with its values is shown, and ends the command with this exit code."""
    from nccodsl.errors import RenderError, ScriptError

    try:
        yield
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(code) from None


def told(diagnostics: Iterable[Diagnostic], *, color: bool, columns: int | None = None) -> Shown:
    """Diagnostics in the form for people, whose printer leaves nothing in it that a terminal would obey.

    They are wrapped at so many columns, if any are given.
    """
    from nccodsl.diagnostics.printers import printer

    text = printer("text", color=color, width=columns or 100, wrap=columns is not None)
    return Shown(text(list(diagnostics)).rstrip("\n"))


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return None
