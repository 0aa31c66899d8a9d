"""What speech adds to templates: filters that say how values are to be spoken, and SSML as their markup.

Babel and phonenumbers are imported when first needed, since both are slow to import.
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from nccodsl.base.iso_times import read_iso
from nccodsl.diagnostics import messages
from nccodsl.templates.dialect import Dialect, Manner, MarkupForm
from nccodsl.templates.operators import kind, plain
from nccodsl.templates.scope import Refusal
from nccodsl.voice import ssml

if TYPE_CHECKING:
    from babel import Locale

DEFAULT_LANGUAGE = "en-US"
_LONGEST_NUMBER = 40
# Codes of the platform that Babel knows by another name.
_LANGUAGES = {"cmn": "zh", "arb": "ar", "nb": "nb", "iw": "he"}
_FORMS = ("full", "long", "medium", "short")
_SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")


@lru_cache(maxsize=64)
def _locale(language: str | None) -> Locale:
    from babel import Locale, UnknownLocaleError

    name = language or DEFAULT_LANGUAGE
    base = re.split("[-_]", name)[0]
    known = _LANGUAGES.get(base, base)
    for candidate in (known + name[len(base) :], known):
        try:
            return Locale.parse(candidate.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_US")


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
    text = format_currency(_amount(value), code, locale=_locale(manner.language), format_type="name")
    return text.translate(_SPACES)


def _form(format: Any) -> Any:
    if format not in _FORMS:
        raise Refusal(messages.template_values.no_such_form(_shown(format), _FORMS))
    return format


def _spoken_date(manner: Manner, value: Any, format: str = "full") -> str:
    from babel.dates import format_date

    if isinstance(value, str):
        try:
            value = read_iso(datetime.datetime, plain(value))
        except ValueError:
            raise Refusal(messages.template_values.text_no_date()) from None
    if not isinstance(value, datetime.date):
        raise Refusal(messages.template_values.wants_date(kind(value)))
    return format_date(value, format=_form(format), locale=_locale(manner.language)).translate(_SPACES)


def _spoken_time(manner: Manner, value: Any, format: str = "short") -> str:
    from babel.dates import format_time

    if isinstance(value, str):
        text = plain(value)
        try:
            value = read_iso(datetime.time, text)
        except ValueError:
            try:
                value = read_iso(datetime.datetime, text)
            except ValueError:
                raise Refusal(messages.template_values.text_no_time()) from None
    if isinstance(value, datetime.datetime):
        value = value.time()
    if not isinstance(value, datetime.time):
        raise Refusal(messages.template_values.wants_time(kind(value)))
    # Without a zone, nothing is converted: the time is spoken as it was given.
    value = value.replace(tzinfo=None)
    return format_time(value, format=_form(format), locale=_locale(manner.language)).translate(_SPACES)


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
        "spoken_date": _spoken_date,
        "spoken_time": _spoken_time,
        "ssml": _ssml,
    },
    checks={"say_as": _check_reading},
    markup=MarkupForm(
        name="SSML",
        escape=ssml.escape,
        is_plain=ssml.is_plain,
        find_illegal=ssml.ILLEGAL.search,
        filters=frozenset({"say_as", "ssml"}),
        misplaced_help="SSML can only be put into a talk text that begins with `<speak>`",
        last_help="put `ssml`, `say_as` or `spell` last",
    ),
)
