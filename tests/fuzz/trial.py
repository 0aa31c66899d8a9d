"""Trying one input: what goes wrong with it, told so that the same fault is told the same way."""

from __future__ import annotations

import traceback
from collections import Counter
from pathlib import Path

import nccodsl
from nccodsl.base.record import Record
from tests.fuzz.commands import Broken
from tests.fuzz.inputs import Input
from tests.fuzz.limits import SECONDS, TooSlow, limited
from tests.fuzz.targets import targets

PACKAGE = Path(nccodsl.__file__).parent


class Find(Record):
    """Something that went wrong. `fault` is the same for every input that shows it, `detail` is for people."""

    target: str
    fault: str
    detail: str


def tried(given: Input, folder: Path, *, seconds: float = SECONDS, only: str | None = None) -> Find | None:
    """Try everything with an input, or the target that is named; the first find."""
    for name, target in targets(given, folder):
        if only in (None, name):
            try:
                with limited(seconds):
                    target()
            except Broken as broken:
                return Find(name, str(broken.args[0]), "\n".join(map(str, broken.args[1:])))
            except TooSlow as late:
                return Find(name, f"slow in {_place(late)}", _trace(late))
            except Exception as error:
                return Find(name, f"{type(error).__name__} in {_place(error)}", _trace(error))
    return None


def _place(error: BaseException) -> str:
    """The function of nccodsl where it happened; of an endless recursion, the one that came most often."""
    frames = [
        f"{Path(frame.filename).relative_to(PACKAGE).as_posix()}:{frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    if not frames:
        return "?"
    return Counter(frames).most_common(1)[0][0] if isinstance(error, RecursionError) else frames[-1]


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-12))[-4000:]
