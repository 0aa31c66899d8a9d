"""Reading files of translations."""

from __future__ import annotations

import pytest

from nccodsl.translation.po_file import BadCatalog, read_catalog, read_po

HEADER = 'msgid ""\nmsgstr ""\n"Language: cs_CZ\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
CZECH = HEADER + '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);\\n"\n'


def test_texts_their_forms_and_their_lines() -> None:
    found = read_po(
        f"{CZECH}\n"
        'msgid "Hello"\nmsgstr "Ahoj"\n\n'
        '#, fuzzy\n#| msgid "Good bye"\nmsgid "Goodbye"\nmsgstr "Sbohem"\n\n'
        'msgid "one day"\nmsgid_plural "{{ n }} days"\nmsgstr[0] "den"\nmsgstr[1] "dny"\nmsgstr[2] ""\n\n'
        '#~ msgid "gone"\n#~ msgstr "pryč"\n'
    )
    assert {text: (one.forms, one.fuzzy, one.line, one.complete) for text, one in found.translations.items()} == {
        "Hello": (("Ahoj",), False, 7, True),
        "Goodbye": (("Sbohem",), True, 12, True),
        "one day": (("den", "dny", ""), False, 15, False),
    }
    assert [found.plural(number) for number in (0, 1, 2, 4, 5, 22)] == [2, 0, 1, 1, 2, 2]


def test_what_a_text_was_before_is_kept() -> None:
    catalog = read_catalog(
        HEADER + '\n#, fuzzy\n# A note\n#| msgid "Good \\"bye\\""\nmsgid "Goodbye"\nmsgstr "Sbohem"\n'
    )
    (message,) = (one for one in catalog if one.id)
    assert (message.previous_id, message.user_comments) == (['Good "bye"'], ["A note"])


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        (HEADER + '"Plural-Forms: nplurals=2; plural=n+system;\\n"\n\nmsgid "a"\nmsgstr "b"\n', "plural forms", 5),
        ('msgid "a"\nmsgtsr "b"\n', "Unknown or misformatted keyword", 2),
        ('msgid "a"\n', "missing msgstr", 1),
        ('"a"\n', "but not in msgid", 1),
        (HEADER + '"Plural-Forms: nplurals=two; plural=0;\\n"\n', "invalid literal", 1),
        (HEADER + '"Plural-Forms: nplurals=2; plural=n+system;\\n"\n', "plural forms", 5),
        ('#-#-#-#-#  a.po  #-#-#-#-#\nmsgid "a"\nmsgstr "b"\n', "conflicts", 1),
    ],
)
def test_what_is_no_such_file(text: str, why: str, line: int) -> None:
    with pytest.raises(BadCatalog, match=why) as error:
        read_po(text)
    assert error.value.line == line
