"""Checking of SSML, and what values become inside it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.templates import RenderFailure, Scope
from nccodsl.voice.markup_text import ILLEGAL, escape
from nccodsl.voice.ssml import check_ssml, is_well_formed
from tests.sizes import examples
from tests.templating import compile_text

VALID = [
    "<speak>Hello</speak>",
    "  <speak>\n Hello </speak>\n",
    "<speak xml:lang='en-GB'>x</speak>",
    '<speak>a<break time="1s"/><break strength="x-weak"/><break time="500ms"></break></speak>',
    "<speak><emphasis level='strong'>a</emphasis> &amp; &lt; &#233; &#xe9; &quot;</speak>",
    "<speak><lang xml:lang='es-MX'>hola</lang><p><s>x</s></p></speak>",
    "<speak><phoneme alphabet='ipa' ph='əˈlʊ'>x</phoneme><sub alias='a'>b</sub></speak>",
    "<speak><prosody volume='+6dB' rate='x-slow' pitch='-10%'>é😀</prosody></speak>",
    "<speak><say-as interpret-as='date' format='mdy'>1/2/2026</say-as><!-- note --></speak>",
    "<speak><say-as interpret-as='date' format='????1231'>x</say-as></speak>",
    "<speak/>",
]


@pytest.mark.parametrize("text", VALID)
def test_what_is_documented_passes(text: str) -> None:
    assert check_ssml(text) == []


@pytest.mark.parametrize(
    ("text", "code", "wrong", "message"),
    [
        ("hello", "E316", "hello", "inside one"),
        (" x <speak>a</speak>", "E316", "x <speak>a</speak>", "inside one"),
        ("<speaker>a</speaker>", "E316", "<speaker>a</speaker>", "inside one"),
        ("<speak>é a & b</speak>", "E316", "&", "does not begin an entity"),
        ("<speak>é AT&T</speak>", "E316", "&", "does not begin an entity"),
        ("<speak>1 < 2</speak>", "E316", "<", "does not begin a tag"),
        ("<speak>😀<p>a</s></p></speak>", "E316", "</s>", "does not close"),
        ("<speak><p>a</speak>", "E316", "</speak>", "does not close the open tag `<p>`"),
        ("<speak>é<p>a", "E316", "<p>", "never closed"),
        ("<speak>a", "E316", "<speak>", "never closed"),
        ("<speak>a</speak> more", "E316", "more", "after"),
        ("<speak>a</speak><speak>b</speak>", "E316", "<speak>b</speak>", "after"),
        ("<speak>&nbsp;</speak>", "E316", "&nbsp;", "is not an entity"),
        ("<speak>\x07</speak>", "E316", "\x07", "U+0007"),
        ("<speak>\ud800</speak>", "E316", "\ud800", "U+D800"),
        ("<speak><break time='1s' time='2s'/></speak>", "E316", "time", "twice"),
        ("<speak><brake time='1s'/></speak>", "W026", "<brake time='1s'/>", "`<brake>` is not a documented tag"),
        ("<speak>é<break tme='1s'/></speak>", "W026", "tme='1s'", "`tme` is not a documented attribute"),
        ("<speak><break time='long'/></speak>", "W026", "time='long'", "`long`"),
        ("<speak><break strength='storng'/></speak>", "W026", "strength='storng'", "`storng`"),
        ("<speak><say-as>1</say-as></speak>", "W026", "<say-as>", "needs the attribute `interpret-as`"),
        ("<speak><say-as interpret-as='digit'>1</say-as></speak>", "W026", "interpret-as='digit'", "`digit`"),
        ("<speak><speak>a</speak></speak>", "W026", "<speak>", "only once"),
        ("<speak><?php x?></speak>", "W026", "<?php", "processing instruction"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, code: str, wrong: str, message: str) -> None:
    found = check_ssml(text)[0]
    assert found.code == code
    assert text[found.start : found.end] == wrong
    assert message in found.message


def test_a_suggestion_for_a_near_miss() -> None:
    assert check_ssml("<speak><emphasys>a</emphasys></speak>")[0].help == "did you mean `emphasis`?"
    assert check_ssml("<speak><break strength='storng'/></speak>")[0].help == "did you mean `strong`?"


def test_entities_cannot_be_declared() -> None:
    laughs = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 60))
    for text in (
        f'<!DOCTYPE speak [<!ENTITY a0 "ha">{laughs}]><speak>&a59;</speak>',
        "<speak><!DOCTYPE x></speak>",
    ):
        assert check_ssml(text)[0].code == "E316"


@settings(max_examples=examples(300), deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;#'\"= \nabpspeak😀é\0!-[]?"), max_size=40))
def test_any_text_is_judged_within_its_bounds(text: str) -> None:
    for whole in (text, f"<speak>{text}</speak>", f"<speak>{text}"):
        for found in check_ssml(whole):
            assert 0 <= found.start <= found.end <= len(whole)


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=30))
def test_a_value_cannot_break_out_of_markup(value: str) -> None:
    text = (
        "<speak>a<sub alias='{{ v }}'>{{ v }}</sub>{{ v | spell }}{{ v | say_as('character') }}"
        "{{ [v, v] | join(v) }}{{ v | e }}{{ v ~ v }}{% set b %}{{ v }}{% endset %}{{ b }}</speak>"
    )
    scope = Scope({"v": value})
    for template in (compile_text(text, markup=True), compile_text("<speak>{{ v }}{{ v }}</speak>", markup=True)):
        if ILLEGAL.search(value):
            with pytest.raises(RenderFailure, match="SSML cannot hold"):
                template.render(scope)
            continue
        rendered = template.render(scope)
        root = ET.fromstring(rendered)
        assert {element.tag for element in root.iter()} <= {"speak", "sub", "say-as"}
        assert not [found for found in check_ssml(rendered) if found.code == "E316"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a<b' | escape", "a&lt;b"),
        ("'<' ~ '>'", "&lt;&gt;"),
        ("('<p>' | ssml) if false else '<'", "&lt;"),
        ("'<break/>' | ssml", "<break/>"),
        ("('<break/>' | ssml) ~ '<'", "<break/>&lt;"),
        ("['<', '<break/>' | ssml] | join('&')", "&lt;&amp;<break/>"),
        ("'<break/>' | ssml | default('x')", "<break/>"),
        ("'12' | spell", '<say-as interpret-as="digits">12</say-as>'),
        ("'1a' | spell", '<say-as interpret-as="character">1a</say-as>'),
        ("'1/2' | say_as('date', 'md')", '<say-as interpret-as="date" format="md">1/2</say-as>'),
        ("5 | say_as(kind='cardinal')", '<say-as interpret-as="cardinal">5</say-as>'),
    ],
)
def test_expressions_in_markup(expression: str, expected: str) -> None:
    template = compile_text(f"<speak>{{{{ {expression} }}}}</speak>", markup=True)
    assert template.problems == ()
    assert template.render(Scope()) == f"<speak>{expected}</speak>"


@pytest.mark.parametrize(
    "expression",
    [
        "('<break/>' | ssml)[1:]",
        "('<break/>' | ssml) | replace('<', 'x')",
        "('<break/>' | ssml).upper()",
        "('<break/>' | ssml) | list",
        "'<p>' | ssml",
        "'</speak>' | ssml",
        "'<blink/>' | ssml",
        "'a & b' | ssml",
        "'\\x07'",
        "'a' | say_as('nonsense' ~ '')",
    ],
)
def test_markup_that_is_refused(expression: str) -> None:
    template = compile_text(f"<speak>{{{{ {expression} }}}}</speak>", markup=True)
    assert template.problems == ()
    with pytest.raises(RenderFailure) as caught:
        template.render(Scope())
    assert caught.value.code in ("E603", "E606")


def test_a_kind_that_is_written_out_is_checked_at_once() -> None:
    text = "<speak>{{ x | say_as('charcter') }}</speak>"
    (found,) = compile_text(text, markup=True).problems
    assert (found.code, text[found.start : found.end]) == ("E603", "'charcter'")
    assert found.said.help == "did you mean `character`?"
    assert compile_text(text.replace("charcter", "character"), markup=True).uses_markup_filter


def test_escape() -> None:
    assert escape("<a b='c' d=\"e\"> & f") == "&lt;a b=&#39;c&#39; d=&#34;e&#34;&gt; &amp; f"


def test_a_set_block_in_markup_is_markup() -> None:
    text = "<speak>{% set b %}<p>{{ v }}</p>{% endset %}{{ b }}</speak>"
    values: dict[str, Any] = {"v": "<"}
    assert compile_text(text, markup=True).render(Scope(values)) == "<speak><p>&lt;</p></speak>"


@given(
    st.lists(st.sampled_from([*"<>&/ax ", "speak", "<speak>", "</speak>", "<p>", "<!DOCTYPE x>", "&amp;", "é", "\0"]))
)
def test_the_quick_test_agrees_with_the_slow_one(parts: list[str]) -> None:
    for text in ("".join(parts), f"<speak>{''.join(parts)}</speak>"):
        errors = [problem for problem in check_ssml(text) if problem.code == "E316"]
        assert is_well_formed(text) == (not errors), text
