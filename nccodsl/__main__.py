"""`nccodsl` and `python -m nccodsl`: runs the command line and answers for whatever escapes from it."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # that of `typing`, whose import takes as long as Python does to start
if TYPE_CHECKING:
    from nccodsl.cli.plain import PlainLine
    from nccodsl.io.output_cache import Asked

INTERNAL = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # what a shell reports for SIGINT …
BROKEN_PIPE = 141  # … and for SIGPIPE
USAGE = 2


def main() -> None:
    """Run the command that the arguments name; never ends in a traceback."""
    # A short run makes many objects and next to no garbage: looking for it 200 times costs a tenth of the start.
    gc.set_threshold(100_000, 20, 20)
    code = _guarded()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError as error:
        code = _failed_output(error)
    raise SystemExit(code)


def _guarded() -> int:
    try:
        return _run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError as error:
        return _failed_output(error)
    except OSError as error:
        if error.filename is None:
            return _failed_output(error)
        return _internal(error)
    except Exception as error:
        # MemoryError and RecursionError are among them; the stack has been unwound, so there is room to speak again.
        return _internal(error)


def _run() -> int:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")

    # First what needs neither click nor the compiler: the same command on the same files prints the same.
    from nccodsl.io import output_cache

    asked = output_cache.asked(sys.argv[1:]) if sys.stdout is not None else None
    if asked is not None and (output := asked.found()) is not None:
        sys.stdout.buffer.write(output)
        return 0

    from nccodsl.cli.plain import plain_line

    plain = plain_line(sys.argv[1:])
    stdout = sys.stdout
    try:
        return _run_plain(plain, asked) if plain is not None else _run_click(asked)
    except SystemExit as leaving:
        if sys.stdout is not stdout:
            # click answers a broken pipe itself: it wraps standard output and leaves with 1.
            return BROKEN_PIPE
        return leaving.code if isinstance(leaving.code, int) else 0


def _run_plain(plain: PlainLine, asked: Asked | None) -> int:
    from nccodsl.cli.output import CannotWrite, say
    from nccodsl.cli.plain import run_plain

    try:
        return run_plain(plain, asked)
    except CannotWrite as error:
        say(f"Error: {error}")
        return USAGE


def _run_click(asked: Asked | None) -> int:
    from click import Abort, ClickException

    from nccodsl.cli.main import cli

    try:
        result = cli.main(prog_name="nccodsl", standalone_mode=False, obj=asked)
    except ClickException as error:
        from nccodsl.cli.output import show_click

        show_click(error)
        return error.exit_code
    except Abort:
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def _failed_output(error: OSError) -> int:
    """Standard output (or error) does not take what is written to it."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        # What is still in the buffer must go somewhere, or the interpreter complains of it when it ends.
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(quiet, number)
    if isinstance(error, BrokenPipeError):
        return BROKEN_PIPE
    _say(f"Error: cannot write the output: {error.strerror or error}")
    return USAGE


def _internal(error: Exception) -> int:
    if os.environ.get("NCCODSL_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    kind = type(error).__name__
    text = " ".join(str(error).split())[:200]
    what = f"{kind}: {text}" if text else kind
    _say(f"internal error ({what}); please report it. NCCODSL_DEBUG=1 shows where it happened.")
    return INTERNAL


def _say(text: str) -> None:
    from contextlib import suppress

    from nccodsl.cli.output import say

    with suppress(OSError):
        say(text)


if __name__ == "__main__":
    main()
