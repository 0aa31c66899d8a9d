"""Answers that are phone numbers, as people of a country dial them. phonenumbers is imported when it is needed."""

from __future__ import annotations

from nccodsl.answers.answer_type import MOST_KEYS, AnswerType, Limit, LimitError
from nccodsl.answers.speech_words import said_digits, speech_words
from nccodsl.base.phone import NotAPhoneNumber, digits as international
from nccodsl.diagnostics.suggest import nearest, write

_OTHER_NAMES = {"UK": "GB", "EN": "GB", "USA": "US"}


class PhoneAnswer(AnswerType):
    """A phone number; the value are its E.164 digits without `+`.

    It is what the country's people dial: a national number with or without the prefix of long distance, or a foreign
    one behind the prefix of international calls, as far as its digits are enough.
    """

    country: str

    def typed(self, digits: str) -> str | None:
        return self._value(digits) if digits.isascii() and digits.isdigit() else None

    def said(self, text: str, language: str) -> str | None:
        words = speech_words(text, language)
        written = text.strip().startswith("+")
        if words[:1] == ["plus"]:
            written, words = True, words[1:]
        found = said_digits(words)
        return self._value(f"+{found}" if written else found) if found else None

    def _value(self, number: str) -> str | None:
        import phonenumbers

        if len(number) > MOST_KEYS:
            return None
        try:
            parsed = phonenumbers.parse(number, self.country)
            return international(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
        except (phonenumbers.NumberParseException, NotAPhoneNumber):
            return None

    def sample(self, n: int) -> str:
        national = _national_example(self.country)
        if n == 0:
            return national
        varied = national[:-2] + f"{abs(n) % 100:02}"
        return varied if self.typed(varied) is not None else national

    def misfit(self) -> str:
        return "0"


def _national_example(country: str) -> str:
    """A number as it is dialed in the country, digits only."""
    import phonenumbers

    example = phonenumbers.example_number(country)
    assert example is not None, "the library has an example of each country"
    dialed = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(character for character in dialed if character.isdigit())


def phone_type(limits: tuple[Limit, ...]) -> AnswerType:
    import phonenumbers

    if len(limits) != 1 or not isinstance(limits[0], str):
        raise LimitError("`phone` takes one country", "write `phone(US)`", 0 if limits else None)
    country = limits[0].upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        right = _OTHER_NAMES.get(country) or nearest(country, sorted(phonenumbers.SUPPORTED_REGIONS)) or "US"
        raise LimitError(f"`{limits[0]}` is not the code of a country", write(f"phone({right})"), 0)
    least, most = _lengths(country)
    return PhoneAnswer("phone", limits, "text", f"a phone number as dialed in {country}", least, most, country)


def _lengths(country: str) -> tuple[int, int]:
    """How many digits a national number has, with the prefix of long distance at most."""
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(country)
    assert metadata is not None, "it is a supported country"
    assert metadata.general_desc is not None, "the library knows the numbers of each country"
    possible: tuple[int, ...] = metadata.general_desc.possible_length
    return min(possible), min(MOST_KEYS, max(possible) + len(metadata.national_prefix or ""))
