"""What the emulated platform refuses of documents: their errors, by the judge's rules.

A legacy network takes inputs without `type` too, as the platform once did (webhook reference of 2020).
"""

from __future__ import annotations

from typing import Any

from nccodsl.voice.judge import judge_call, judge_ncco
from nccodsl.voice.problems import Problem

_LEGACY = "E407"


def errors_of_ncco(ncco: Any, *, legacy: bool = False) -> list[Problem]:
    """Why an NCCO is refused."""
    return _errors(judge_ncco(ncco), legacy)


def errors_of_call(body: Any, api: str, *, legacy: bool = False) -> list[Problem]:
    """Why the body of a create request is refused."""
    return _errors(judge_call(body, api), legacy)


def _errors(problems: list[Problem], legacy: bool) -> list[Problem]:
    return [problem for problem in problems if problem.is_error and not (legacy and problem.code == _LEGACY)]
