"""What leads to what, and which of it costs a web request."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.graph.boxes import MOST_LINES, picture
from nccodsl.graph.build import build
from nccodsl.graph.elements import Graph

CALL = "call { to phone 14155550101 from phone 14155550100 mode=default "


def graph(text: str) -> Graph:
    return build(nccodsl.load(text))


def edges(text: str) -> list[tuple[str, str, str]]:
    """Each edge as source, label (behind `*` where it is a webhook) and target."""
    return [(e.source, f"{'*' if e.webhook else ''}{e.label}", e.target) for e in graph(text).edges]


def words(text: str) -> list[str]:
    return [node.text for node in graph(text).nodes if node.kind not in ("start", "end")]


def test_one_thing_after_the_other() -> None:
    made = graph('talk "Hello."\nwait 2s')
    assert [(n.id, n.box, n.kind, n.text, n.waits, n.line) for n in made.nodes] == [
        ("start", None, "start", "the call starts", False, 1),
        ("main.1", "main", "talk", "says “Hello.”", False, 1),
        ("main.2", "main", "wait", "waits 2 s", False, 2),
        ("main.end", "main", "end", "the call ends", False, 1),
    ]
    assert [(e.source, e.target) for e in made.edges] == [
        ("start", "main.1"),
        ("main.1", "main.2"),
        ("main.2", "main.end"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('talk "Press 1." loop=0', "says “Press 1.”, repeated until stopped"),
        (f'talk "{"word " * 30}"', f"says “{' '.join(['word'] * 11)}…”"),
        ('talk "<speak>It is <emphasis>late</emphasis>.</speak>"', "says “It is late.”"),
        ('stream "https://example.com/a.mp3" loop=3', "plays https://example.com/a.mp3 3 times"),
        ("connect phone 14155550101 from=14155550100", "connects phone 14155550101"),
        ('connect sip "sip:a@example.com"', "connects the SIP address sip:a@example.com"),
        ('conversation "room-{{ n }}"', "joins the conference “room-{{ n }}”"),
        ('input dtmf event_url="https://example.com/i"', "asks for keys, sends it to https://example.com/i"),
        ('input speech event_url="https://example.com/i"', "asks for speech, sends it to https://example.com/i"),
        ('notify {a: 1} event_url="https://example.com/n"', "notifies https://example.com/n"),
        ("wait 500ms", "waits 0.5 s"),
        ('raw {action: "newest"}', "does newest (raw)"),
        ('set x = {{ 3 + 4 }}\ntalk "{{ x }}"', "set x = 3 + 4"),
        ('set x = "a {{ n }}"\ntalk "{{ x }}"', 'set x = "a {{ n }}"'),
        ('for x in [1, "b"] { talk "{{ x }}" }', 'for x in [1, "b"]'),
        ('if {{ n > 1 }} { talk "many" }', "if n > 1"),
        ('for x in {{ l }} { talk "{{ x }}" }', "for x in l"),
        ('talk "Hello{% if n > 1 %} again{% endif %}, {{ n }}"', "says “Hello [if n > 1: again], {{ n }}”"),
        ('set x = "{% for y in l %}{{ y }} {% endfor %}"', 'set x = "[for each y in l: {{ y }}]"'),
        ('talk "{% if n %}a{% else %}b{% endif %}"', "says “[if n: a; otherwise: b]”"),
        ('talk "a\\u202eb \\u0007"', "says “a\\u202eb \\x07”"),
    ],
)
def test_the_words_of_the_script(text: str, said: str) -> None:
    assert words(text)[0] == said


def test_an_input_asks_the_flow_on_every_answer() -> None:
    text = (
        'step main { talk "Press." input dtmf speech { on "1", "sales" -> sales on nothing hangup\n'
        'retry 2 "Again." otherwise { talk "Well." } } talk "Then." } step sales { talk "Sales." }'
    )
    assert edges(text)[2:7] == [
        ("main.2", "*1, sales", "sales.1"),
        ("main.2", "*nothing", "main.end"),
        ("main.2", "*retry (2×)", "main.1"),
        ("main.2", "*otherwise", "main.3"),
        ("main.3", "", "main.4"),
    ]
    assert [edge.says for edge in graph(text).edges if edge.says] == ["says “Again.”"]


def test_an_answer_that_is_only_kept() -> None:
    assert edges('input dtmf as key talk "{{ key.digits }}"')[1] == ("main.1", "*as key", "main.2")
    assert edges("input dtmf as key")[1] == ("main.1", "*as key", "main.end")


def test_after_the_retries() -> None:
    text = 'step main { input dtmf { on "1" hangup retry 1 -> other } } step other { talk "x" }'
    assert edges(text)[1:4] == [
        ("main.1", "*1", "main.end"),
        ("main.1", "*retry (1×)", "main.1"),
        ("main.1", "*after 1 retry", "other.1"),
    ]


def test_a_connect_asks_the_flow_only_where_it_failed() -> None:
    text = 'connect sip "sip:a@example.com" { on busy, completed { talk "a" } on timeout { talk "b" } } talk "c"'
    assert edges(text)[1:5] == [
        ("main.1", "*busy", "main.2"),
        ("main.1", "completed", "main.2"),
        ("main.1", "*timeout", "main.3"),
        ("main.1", "*otherwise", "main.4"),
    ]
    whole = 'connect sip "sip:a@example.com" { on busy, timeout, rejected, failed, unanswered { talk "a" } } talk "c"'
    assert edges(whole)[1:3] == [
        ("main.1", "*busy, timeout, rejected, failed, unanswered", "main.2"),
        ("main.1", "completed", "main.3"),
    ]


FETCH = 'fetch "https://example.com/x" as x'


def test_a_fetch_costs_nothing_behind_what_speaks() -> None:
    text = f'step main {{ talk "a" {FETCH} {{ on error -> b }} talk "{{{{ x }}}}" }} step b {{ talk "b" }}'
    assert edges(text)[1:4] == [("main.1", "", "main.2"), ("main.2", "as x", "main.3"), ("main.2", "error", "b.1")]


@pytest.mark.parametrize(
    ("before", "costs"),
    [
        ('talk "a"', False),
        ('talk "a" loop=0', True),
        ("wait 1s", True),
        ('set y = "a"', False),
        ('connect sip "sip:a@example.com"', True),
        ('connect sip "sip:a@example.com" talk "then"', True),
        ('connect sip "sip:a@example.com" input dtmf as z', False),
        ('connect sip "sip:a@example.com" { on busy hangup }', True),
        ('connect sip "sip:a@example.com" if {{ n }} { talk "a" }', True),
        ('if {{ n }} { wait 1s } talk "a"', True),
        ("for y in [1] { wait 1s }", True),
        ('fetch "https://example.com/y" as y', False),
        ('wait 1s fetch "https://example.com/y" as y', False),
    ],
)
def test_a_fetch_costs_a_request_behind_what_takes_its_time(before: str, costs: bool) -> None:
    made = graph(f'{before} {FETCH} talk "{{{{ x }}}}"')
    last = next(node.id for node in reversed(made.nodes) if node.kind == "fetch")
    plain = [edge.webhook for edge in made.edges if edge.target == last and edge.label != "as z"]
    assert any(plain) is costs


def test_handlers() -> None:
    text = (
        f'{CALL} on machine, beep -> away on human {{ talk "There." -> main }} }}\n'
        'step main { talk "a" } step away { talk "b" }'
    )
    assert edges(text)[:3] == [
        ("start", "", "main.1"),
        ("start", "*machine, beep", "away.1"),
        ("start", "*human", "on human.1"),
    ]
    assert [(box.name, box.handler) for box in graph(text).boxes] == [
        ("main", False),
        ("away", False),
        ("on human", True),
    ]
    assert graph(text).nodes[0].text == "calls phone 14155550101"


def test_on_answered_is_where_the_call_begins() -> None:
    text = f'{CALL} on answered {{ talk "Hi." hangup }} on machine -> main }}\nstep main {{ talk "a" }}'
    assert edges(text)[:2] == [("start", "answered", "on answered.1"), ("start", "*machine", "main.1")]
    assert [box.name for box in graph(text).boxes] == ["main", "on answered"]


def test_one_handler_for_several_events() -> None:
    text = f'{CALL} on machine, human {{ talk "Hi." }} }}\ntalk "a"'
    assert [(box.name, box.title) for box in graph(text).boxes] == [
        ("main", "main"),
        ("on machine", "on machine, human"),
    ]
    assert ("start", "*machine, human", "on machine.1") in edges(text)


def test_steps_that_only_go_on() -> None:
    text = "step main { -> second } step second { if {{ n }} { -> third } else { hangup } } step third { hangup }"
    assert edges(text) == [
        ("start", "", "main.1"),
        ("main.1", "", "second.1"),
        ("second.1", "yes", "third.1"),
        ("second.1", "no", "second.end"),
        ("third.1", "", "third.end"),
    ]
    assert words(text) == ["-> second", "if n", "hangup"]


def test_choices_and_loops_come_together_again() -> None:
    text = 'if {{ a }} { talk "1" } elif {{ b }} { talk "2" } for x in {{ l }} { talk "{{ x }}" } talk "3"'
    assert edges(text)[1:] == [
        ("main.1", "yes", "main.2"),
        ("main.1", "no", "main.3"),
        ("main.2", "", "main.5"),
        ("main.3", "yes", "main.4"),
        ("main.3", "no", "main.5"),
        ("main.4", "", "main.5"),
        ("main.5", "each", "main.6"),
        ("main.5", "then", "main.7"),
        ("main.6", "", "main.5"),
        ("main.7", "", "main.end"),
    ]


def test_a_ring_that_only_values_close() -> None:
    text = "step main { if {{ n }} { -> other } } step other { if {{ m }} { -> main } }"
    assert ("other.1", "yes", "main.1") in edges(text)


def test_nothing_to_draw() -> None:
    assert edges('let a = "b"') == [("start", "", "end")]
    assert edges(f'{CALL.replace(" mode=default", "")} answer_url="https://example.com/a" }}') == [
        ("start", "", "answer_url")
    ]


def test_private_values_do_not_appear() -> None:
    text = 'param pin: text private = "4711"\nlet told = "PIN {{ pin }}"\ntalk "{{ told }} {{ pin }}"'
    assert "4711" not in repr(graph(text))
    assert words(text) == ["says “{{ told }} {{ pin }}”"]


def test_rows_are_drawn_as_one() -> None:
    many = "".join(f'talk "{n}."\n' for n in range(MOST_LINES + 1))
    shapes = picture(graph(f"{many} if {{{{ a }}}} {{ {many[:20]} }} wait 1s wait 2s")).shapes["main"]
    assert [len(shape.lines) for shape in shapes] == [1, MOST_LINES, 1, 2, 2, 1]
    assert shapes[1].lines[10] == "… 2 more …"
    assert shapes[1].lines[-1] == "says “14.”"


def test_answers_that_lead_to_one_place_share_an_arrow() -> None:
    text = 'input dtmf { on "1" hangup on nothing hangup otherwise { talk "x" } }'
    drawn = picture(graph(text)).arrows
    assert [(arrow.lines, arrow.webhook) for arrow in drawn[2:4]] == [(("1", "nothing"), True), (("otherwise",), True)]


def test_arrows_from_outside_lead_to_the_title_of_a_step() -> None:
    text = 'step main { talk "a" input dtmf { on "1" -> main otherwise -> other } } step other { talk "b" -> main }'
    drawn = picture(graph(text))
    assert [shapes[0].lines for box, shapes in drawn.shapes.items() if box] == [("main",), ("other",)]
    assert [(arrow.source, arrow.target) for arrow in drawn.arrows][:3] == [
        ("title main", "main.1"),
        ("title other", "other.1"),
        ("start", "title main"),
    ]
    entered = {(arrow.source, arrow.target) for arrow in drawn.arrows}
    assert {("main.2", "main.1"), ("main.2", "title other"), ("other.1", "title main")} <= entered


def test_what_runs_beside_the_call_does_not_end_it() -> None:
    found = edges("""
on ended { send "https://a.example" body={a: 1} }
step main {
  record end_on_key="#" as note {
    on saved { if {{ note.seconds > 3 }} { send "https://a.example" body={url: {{ note.url }}} } }
    on transcribed { }
  }
  connect phone 14155550123 from=14155550100 {
    whisper { talk "A call." }
    on busy { }
  }
}
""")
    ends = {source for source, _, target in found if target.endswith(".end")}
    assert ends == {"main.4"}
    beside = {"main.2", "main.3", "main.5", "on ended.1"}
    assert {(source, target) for source, _, target in found if source in beside} == {("main.2", "main.3")}
