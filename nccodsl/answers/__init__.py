"""Typed answers: what a caller typed or said, as a value of the type that the script asks for. Pure."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.answers.answer_type import AnswerType, Limit, LimitError
from nccodsl.answers.clock_answers import date_type, time_type
from nccodsl.answers.number_answers import amount_type, digits_type, integer_type, luhn_type
from nccodsl.answers.phone_answers import phone_type
from nccodsl.diagnostics.suggest import nearest

__all__ = ["ANSWER_TYPES", "AnswerType", "Limit", "LimitError", "answer_type"]

_MAKERS: dict[str, Callable[[tuple[Limit, ...]], AnswerType]] = {
    "digits": digits_type,
    "integer": integer_type,
    "date": date_type,
    "time": time_type,
    "amount": amount_type,
    "luhn": luhn_type,
    "phone": phone_type,
}
ANSWER_TYPES = tuple(_MAKERS)
"""The names of the types."""


def answer_type(name: str, limits: tuple[Limit, ...] = ()) -> AnswerType:
    """The type `name` with its limits, each as the script writes it: `digits(4..10)` is ("digits", ((4, 10),)).

    Raises LimitError, which says what is wrong and what to write.
    """
    make = _MAKERS.get(name)
    if make is None:
        better = nearest(name, ANSWER_TYPES)
        help = f"write `{better}`" if better else f"use one of {', '.join(f'`{one}`' for one in ANSWER_TYPES)}"
        raise LimitError(f"`{name}` is not a type of answer", help)
    return make(limits)
