"""Commands in this process, as the command line runs them."""

from __future__ import annotations

import io
import sys
from contextlib import suppress

from click import ClickException

from nccodsl.base.record import Record
from nccodsl.cli.main import cli


class Broken(AssertionError):
    """Something does not hold that always holds. The first argument is the same for every input that shows it."""


class Done(Record):
    """How a command ended."""

    arguments: tuple[str, ...]
    code: int
    output: bytes
    errors: bytes


def run(*arguments: str, sent: bytes = b"") -> Done:
    """Run a command; what it does not catch comes through, but for what click reports."""
    streams = sys.stdin, sys.stdout, sys.stderr
    output, errors = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(sent), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(output, encoding="utf-8", errors="backslashreplace")
    sys.stderr = io.TextIOWrapper(errors, encoding="utf-8", errors="backslashreplace")
    try:
        code = _code(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        return Done(arguments, code, output.getvalue(), errors.getvalue())
    finally:
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            with suppress(ValueError):
                stream.detach()
        sys.stdin, sys.stdout, sys.stderr = streams


def _code(arguments: tuple[str, ...]) -> int:
    try:
        result = cli.main(list(arguments), prog_name="nccodsl", standalone_mode=False)
    except ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as leaving:
        result = leaving.code
    return result if isinstance(result, int) else 0


def ends(done: Done, *codes: int) -> Done:
    """Raises Broken where the command left with another exit code than these."""
    if done.code not in codes:
        raise Broken(f"{done.arguments[0]} leaves with {done.code}", done.arguments, _shown(done))
    return done


def holds(true: object, what: str, *more: object) -> None:
    """Raises Broken where it is not so."""
    if not true:
        raise Broken(what, *more)


def _shown(done: Done) -> str:
    return (done.errors or done.output)[-2000:].decode("utf-8", "replace")
