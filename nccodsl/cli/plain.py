"""Command lines of files and a few flags, read without click: importing it takes three times as long as Python's start.

Any other line, and all that can be wrong usage, is left to click. A test holds both to the same records.
"""

from __future__ import annotations

import os

from nccodsl.base.record import Record
from nccodsl.cli.given import GivenValues, pair_of

TYPE_CHECKING = False  # that of `typing`, whose import this saves where nothing else needs it
if TYPE_CHECKING:
    from nccodsl.io.output_cache import Asked

FLAGS: dict[str, dict[str, str]] = {
    "compile": {"--call": "whole", "--compact": "compact", "--no-cache": "uncached"},
    "check": {"--strict": "strict"},
    "fmt": {"--check": "checking", "--diff": "showing"},
}
"""The flags of each command that a plain line can have, and their fields."""


class PlainLine(Record):
    """A command, its files (each is there), the fields of its flags, and the values of `--var`."""

    command: str
    files: tuple[str, ...]
    flags: frozenset[str]
    pairs: dict[str, object]


def plain_line(arguments: list[str]) -> PlainLine | None:
    """The arguments as a plain line, or None where click has to read them."""
    if os.name == "nt" or "_NCCODSL_COMPLETE" in os.environ or arguments[:1] not in [[name] for name in FLAGS]:
        return None
    command, *rest = arguments
    flags = FLAGS[command]
    files: list[str] = []
    given: set[str] = set()
    pairs: dict[str, object] = {}
    words = iter(rest)
    for word in words:
        if word == "--var" and command == "compile":
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
    return PlainLine(command, tuple(files), frozenset(given), pairs)


def run_plain(line: PlainLine, asked: Asked | None) -> int:
    """Run a plain line; the exit code. `asked`: where its output may be kept."""
    on = line.flags.__contains__
    if line.command == "compile":
        from nccodsl.cli.compile import CompileOptions, compile_script

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
