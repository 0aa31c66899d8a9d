"""What speech adds to templates: filters that say how values are to be spoken, and SSML as their markup.

Babel and phonenumbers are imported when first needed, since both are slow to import.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from nccodsl.diagnostics import messages
from nccodsl.templates.dialect import Dialect, Manner, MarkupForm
from nccodsl.templates.operators import kind, plain
from nccodsl.templates.scope import Refusal
from nccodsl.voice import markup_text
from nccodsl.voice.locales import SPACES, locale_of
from nccodsl.voice.spoken_times import spoken_date, spoken_datetime, spoken_duration, spoken_time

_LONGEST_NUMBER = 40


def _spell(manner: Manner, value: Any) -> str:
    text = plain(value)
    if not manner.markup:
        return ", ".join(character for character in text if not character.isspace())
    reading = "digits" if text.isascii() and text.isdigit() else "character"
    return _said(reading, text)


def _said(reading: str, text: str, form: str | None = None) -> Markup:
    extra = f' format="{form}"' if form else ""
    return Markup(f'<say-as interpret-as="{reading}"{extra}>{escape(text)}</say-as>')


def _check_reading(kind: Any, format: Any = None) -> None:
    """Refuse a kind of reading, or a form of date, that the platform does not document."""
    from nccodsl.voice import ssml  # its tables and its parser are slow to import

    reading, form = kind, format
    if reading not in ssml.INTERPRETATIONS:
        raise Refusal(messages.template_values.no_reading(reading, _shown(reading), ssml.INTERPRETATIONS))
    if form is not None and (reading != "date" or not isinstance(form, str) or not ssml.DATE_FORMATS.fullmatch(form)):
        raise Refusal(messages.template_values.no_format(reading, _shown(form)))


def _shown(value: object) -> str:
    return f"`{value[:40]}`" if isinstance(value, str) else kind(value)


def _say_as(manner: Manner, value: Any, kind: Any, format: Any = None) -> Markup:
    _check_reading(kind, format)
    return _said(kind, plain(value), format)


def _ssml(manner: Manner, value: Any) -> Markup:
    if isinstance(value, Markup):
        return value
    from nccodsl.voice import ssml

    text = plain(value)
    opening = "<speak>"
    for problem in ssml.check_ssml(f"{opening}{text}</speak>"):
        if problem.code == "E316" or problem.kind == ssml.UNKNOWN_TAG:
            raise Refusal(messages.template_values.no_ssml(problem.message, problem.help))
    return Markup(text)


def _amount(value: Any) -> Any:
    from decimal import Decimal, InvalidOperation

    if isinstance(value, str):
        try:
            value = Decimal(plain(value).strip()[:_LONGEST_NUMBER])
        except InvalidOperation:
            raise Refusal(messages.template_values.text_no_amount()) from None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Refusal(messages.template_values.wants_number("money", kind(value)))
    if not -1e30 < value < 1e30:
        raise Refusal(messages.template_values.amount_too_large())
    return value


def _money(manner: Manner, value: Any, currency: str = "USD") -> str:
    from babel.numbers import format_currency, is_currency

    code = plain(currency).upper()
    if not is_currency(code, locale="en"):
        raise Refusal(messages.template_values.no_currency(_shown(currency)))
    text = format_currency(_amount(value), code, locale=locale_of(manner.language), format_type="name")
    return text.translate(SPACES)


def _e164(manner: Manner, value: Any) -> str:
    import phonenumbers

    text = str(value) if type(value) is int else plain(value).strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    elif text[:1] != "+":
        text = "+" + text
    try:
        number = phonenumbers.parse(text[: _LONGEST_NUMBER + 1], None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        raise Refusal(messages.template_values.no_international_number())
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")


SPEECH = Dialect(
    filters={
        "e164": _e164,
        "money": _money,
        "say_as": _say_as,
        "spell": _spell,
        "spoken_date": spoken_date,
        "spoken_datetime": spoken_datetime,
        "spoken_duration": spoken_duration,
        "spoken_time": spoken_time,
        "ssml": _ssml,
    },
    implied={"spoken_datetime": "now"},
    of_language=frozenset({"money", "spoken_date", "spoken_datetime", "spoken_duration", "spoken_time"}),
    checks={"say_as": _check_reading},
    markup=MarkupForm(
        name="SSML",
        escape=markup_text.escape,
        is_plain=markup_text.is_plain,
        find_illegal=markup_text.ILLEGAL.search,
        filters=frozenset({"say_as", "ssml"}),
        misplaced_help="SSML can only be put into a talk text that begins with `<speak>`",
        last_help="put `ssml`, `say_as` or `spell` last",
    ),
)
