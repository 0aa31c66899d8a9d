"""What is damaged: the examples, the golden cases, and the corpus of real documents where it is beside the checkout."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import nccodsl
from nccodsl.base.record import Record

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"


class Original(Record):
    """A text, whether it is JSON or a script, and whether it is without errors, by itself."""

    name: str
    text: str
    is_json: bool
    valid: bool


@lru_cache(maxsize=2)
def originals(*, corpus: bool) -> tuple[Original, ...]:
    """All of them in a fixed order; those of the corpus only where they are asked for."""
    folders = [ROOT / "examples", ROOT / "tests" / "cases", *([CORPUS] if corpus else [])]
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".call", ".json") and path.name != "MANIFEST.json":
                data = path.read_bytes()
                if len(data) <= 30_000:
                    text = data.decode("utf-8", "surrogateescape")
                    is_json = path.suffix == ".json"
                    judge = nccodsl.validate if is_json else nccodsl.check
                    valid = not any(one.is_error for one in judge(text))
                    found.append(Original(path.relative_to(folder.parent).as_posix(), text, is_json, valid))
    return tuple(found)
