"""How far the estimate of the time that speech takes is off: prompts in eight languages, against espeak-ng."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import nccodsl
from nccodsl.emulator.core.application import SecondsToSay, estimated_seconds

PROMPTS = Path(__file__).with_name("prompts.txt")
VALUES: list[dict[str, object]] = [
    {"name": "Ann Lee", "day": "2026-12-01", "at": "14:30", "pin": "407193", "due": 49.5, "count": 7},
    {"name": "Maria Garcia", "day": "2027-03-23", "at": "09:00", "pin": "2865", "due": 1280, "count": 3},
    {"name": "Tom", "day": "2026-08-07", "at": "18:15", "pin": "90210", "due": 7.25, "count": 12},
]
_PARAMS = (
    "param name: text\nparam day: date\nparam at: time\nparam pin: text\nparam due: number\nparam count: integer\n"
)


class Errors(NamedTuple):
    """Relative errors: the estimate against the voice. `ratio`: the median of estimate through voice, 1 is right."""

    count: int
    median: float
    p90: float
    ratio: float


def prompts() -> dict[str, list[str]]:
    """By language, what is said; a prompt without values once, one with values for each set of them."""
    templates: dict[str, list[str]] = {}
    for line in PROMPTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            templates[line.strip("[]")] = lines = []
        elif line and not line.startswith("#"):
            lines.append(line)
    return {language: list(dict.fromkeys(_said(language, lines))) for language, lines in templates.items()}


def _said(language: str, lines: list[str]) -> Iterator[str]:
    talks = "".join(f"talk {json.dumps(line, ensure_ascii=False)} language={language}\n" for line in lines)
    flow = nccodsl.load(_PARAMS + talks)
    for values in VALUES:
        for action in flow.ncco(values):
            yield action["text"]


def errors(
    texts: dict[str, list[str]], voice: SecondsToSay, estimate: SecondsToSay = estimated_seconds
) -> dict[str, Errors]:
    """By language; of all under the empty name."""
    ratios = {
        language: [estimate(text, language) / voice(text, language) for text in said]
        for language, said in texts.items()
    }
    ratios[""] = [ratio for some in ratios.values() for ratio in some]
    return {
        language: Errors(
            len(some),
            median(abs(ratio - 1) for ratio in some),
            quantiles([abs(ratio - 1) for ratio in some], n=10)[-1],
            median(some),
        )
        for language, some in ratios.items()
    }
