"""Command lines of files and a few flags, read without click: importing it takes three times as long as Python's start.

Any other line, and all that can be wrong usage, is left to click. A test holds both to the same records. Every command
passes here first, so importing this imports nothing.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # that of `typing`, whose import this saves where nothing else needs it
if TYPE_CHECKING:
    from nccodsl.io.output_cache import Asked

FLAGS: dict[str, dict[str, str]] = {
    "compile": {"--call": "whole", "--compact": "compact", "--no-cache": "uncached"},
    "check": {"--strict": "strict"},
    "fmt": {"--check": "checking", "--diff": "showing"},
}
"""The flags of each command that a plain line can have, and their fields."""


class PlainLine:
    """A command, its files (each is there), the fields of its flags, and the values of `--var`."""

    def __init__(self, command: str, files: list[str], flags: set[str], pairs: dict[str, object]) -> None:
        self.command = command
        self.files = tuple(files)
        self.flags = flags
        self.pairs = pairs


def plain_line(arguments: list[str]) -> PlainLine | None:
    """The arguments as a plain line, or None where click has to read them."""
    command = arguments[0] if arguments else ""
    if command not in FLAGS or os.name == "nt" or "_NCCODSL_COMPLETE" in os.environ:
        return None
    flags = FLAGS[command]
    files: list[str] = []
    given: set[str] = set()
    pairs: dict[str, object] = {}
    words = iter(arguments[1:])
    for word in words:
        if word == "--var" and command == "compile":
            from nccodsl.cli.given import pair_of

            pair = pair_of(next(words, ""))
            if pair is None:
                return None
            pairs[pair[0]] = pair[1]
        elif word in flags:
            given.add(flags[word])
        elif not word.startswith("-") and os.path.isfile(word):  # noqa: PTH113
            files.append(word)
        else:
            return None
    if not files or (command == "compile" and len(files) > 1):
        return None
    return PlainLine(command, files, given, pairs)


def run_plain(line: PlainLine, asked: Asked | None) -> int:
    """Run a plain line; the exit code. `asked`: where its output may be kept."""
    on = line.flags.__contains__
    if line.command == "compile":
        from nccodsl.cli.compile import CompileOptions, compile_script
        from nccodsl.cli.given import GivenValues

        return compile_script(
            CompileOptions(
                file=line.files[0],
                whole=on("whole"),
                api="v2",
                values=GivenValues(line.pairs, None),
                at=None,
                pseudo=False,
                compact=on("compact"),
                rows=None,
                errors=None,
                base_url=None,
                everything=False,
                output=None,
                uncached=on("uncached"),
            ),
            asked,
        )
    if line.command == "check":
        from nccodsl.cli.check import CheckOptions, check_scripts

        return check_scripts(
            CheckOptions(paths=line.files, api="v2", form="text", strict=on("strict"), fix=False, unsafe_fixes=False)
        )
    from nccodsl.cli.fmt import FmtOptions, format_files

    return format_files(FmtOptions(paths=line.files, checking=on("checking"), showing=on("showing"), width=100))
