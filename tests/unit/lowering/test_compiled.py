from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

import nccodsl
from nccodsl.lowering.blocks import End, Fork, Goto, Wait

CALL = "call { to phone 14155550101 from phone 14155550100 }\n"


def ncco(text: str, **values: object) -> list[dict[str, object]]:
    return nccodsl.load(text).ncco(values)


def refused(text: str, **values: object) -> list[nccodsl.Diagnostic]:
    with pytest.raises(nccodsl.RenderError) as caught:
        nccodsl.load(text).ncco(values)
    return caught.value.diagnostics


def test_values_keep_their_type() -> None:
    assert ncco("talk {{ t }} loop={{ n }} level={{ l }} premium={{ p }}", t="x", n=2, l=0.5, p=True) == [
        {"action": "talk", "text": "x", "loop": 2, "level": 0.5, "premium": True}
    ]


def test_none_leaves_an_option_out() -> None:
    assert ncco('talk "x" loop={{ n }} style=1', n=None) == [{"action": "talk", "text": "x", "style": 1}]
    text = 'input dtmf max_digits={{ a }} timeout={{ b }} event_url="https://example.com/e"'
    url = {"eventUrl": ["https://example.com/e"]}
    assert ncco(text, a=None, b=None) == [{"action": "input", "type": ["dtmf"], "dtmf": {}, **url}]
    assert ncco(text, a=None, b=3) == [{"action": "input", "type": ["dtmf"], "dtmf": {"timeOut": 3}, **url}]
    assert ncco(text, a=2, b=None) == [{"action": "input", "type": ["dtmf"], "dtmf": {"maxDigits": 2}, **url}]


def test_none_for_what_is_required() -> None:
    assert [one.code for one in refused("talk {{ t }}", t=None)] == ["E401"]


def test_a_value_is_data() -> None:
    hostile = '"}], {{ x }} </speak> \\u0000 {% for %}'
    assert ncco('talk "Hi {{ t }}"', t=hostile) == [{"action": "talk", "text": f"Hi {hostile}"}]
    spoken = ncco('talk "<speak>{{ t }}</speak>"', t="a < b & \"c\" </speak><break time='9s'/>")[0]["text"]
    assert isinstance(spoken, str)
    assert spoken.count("<") == 2
    assert ncco('notify {a: {{ t }}} event_url="https://example.com/"', t=hostile)[0]["payload"] == {"a": hostile}


def test_one_value_stands_for_a_list_of_one() -> None:
    url = "https://example.com/e"
    assert ncco("input dtmf event_url={{ u }}", u=url)[0]["eventUrl"] == [url]
    assert ncco("input dtmf event_url={{ u }}", u=[url])[0]["eventUrl"] == [url]
    assert ncco('input speech context=["a", {{ u }}] event_url="https://e.com"', u="b")[0]["speech"] == {
        "context": ["a", "b"]
    }


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("talk {{ v }}", "x" * 1501, "E311"),
        ("talk {{ v }}", "", "E314"),
        ('talk "x" loop={{ v }}', -1, "E304"),
        ('talk "x" level={{ v }}', "loud", "E301"),
        ("stream {{ v }}", "hello", "E305"),
        ("connect phone {{ v }} from=14155550100", "+1 415", "E303"),
        ("record format={{ v }}", "flac", "E302"),
        ("wait {{ v }}", [1], "E301"),
        ("input dtmf max_digits={{ v }}", 21, "E304"),
        ('talk "{{ v.w }}"', {}, "E602"),
        ('talk "{{ 1 / v }}"', 0, "E606"),
        ("for x in {{ v }} { talk {{ x }} }", 3, "E606"),
    ],
)
def test_each_hole_is_judged_by_its_field(text: str, value: object, code: str) -> None:
    found = refused(text, v=value)
    assert [one.code for one in found] == [code]
    assert found[0].span is not None
    at = text[found[0].span.start : found[0].span.end]
    assert at in ("{{ v }}", "w", "1 / v", "/")


def test_numbers_given_as_texts_become_numbers() -> None:
    assert ncco("wait {{ v }}", v="2.5") == [{"action": "wait", "timeout": 2.5}]
    assert ncco('talk "x" premium={{ v }}', v="true")[0]["premium"] is True


def test_every_wrong_value_is_told_at_once() -> None:
    flow = nccodsl.load('param a: integer\nparam b: phone\nparam c: text\ntalk "{{ a }}{{ b }}{{ c }}"')
    with pytest.raises(nccodsl.RenderError) as caught:
        flow.ncco(a="x", b="y", d="z")
    assert sorted(one.code for one in caught.value.diagnostics) == ["E211", "E212", "E315", "E315"]


def test_private_values_are_never_shown() -> None:
    flow = nccodsl.load('param pin: integer private\nlet shown = "{{ pin }}!"\ntalk "x" loop={{ shown }}')
    with pytest.raises(nccodsl.RenderError) as caught:
        flow.ncco(pin="secret-7")
    assert "secret-7" not in str(caught.value)
    with pytest.raises(nccodsl.RenderError) as caught:
        flow.ncco(pin=123456)
    assert "123456" not in str(caught.value)


def test_jumps_that_make_no_ring_are_in_line() -> None:
    text = """
    step main { if {{ vip }} { -> gold } talk "Hello." -> bye }
    step gold { talk "Welcome." -> bye }
    step bye { talk "Bye." hangup }
    """
    flow = nccodsl.load(text)
    assert [action["text"] for action in flow.ncco(vip=True)] == ["Welcome.", "Bye."]
    assert [action["text"] for action in flow.ncco(vip=False)] == ["Hello.", "Bye."]


def test_a_ring_through_a_choice_needs_the_runtime() -> None:
    flow = nccodsl.load('step main { talk "x" if {{ again }} { -> main } }')
    assert [one.code for one in flow.runtime_needs()] == ["E506"]
    with pytest.raises(nccodsl.ScriptError):
        flow.ncco(again=False)


def test_blocks_are_cut_where_the_call_waits() -> None:
    flow = nccodsl.load(
        """
        step main {
          talk "Number?"
          input dtmf as got
          if {{ got.digits == "1" }} { -> one } else { talk "Other." }
          talk "Bye."
        }
        step one { talk "One." }
        """
    )
    main = flow.blocks["main"]
    assert isinstance(main.transition, Wait)
    after = flow.blocks[main.transition.then or ""]
    assert isinstance(after.transition, Fork)
    (_, chosen), other = after.transition.arms[0], after.transition.otherwise
    assert flow.blocks[chosen].transition == Goto("one")
    rest = flow.blocks[other].transition
    assert isinstance(rest, Goto)
    assert flow.blocks[rest.target].transition == End()


def test_keys_come_in_the_order_of_the_catalogue() -> None:
    text = 'talk "x" style=1 language=en-GB loop=2'
    assert list(ncco(text)[0]) == ["action", "text", "loop", "language", "style"]
    assert list(ncco(text.replace("=2", "={{ n }}"), n=2)[0]) == ["action", "text", "loop", "language", "style"]


def test_call_bodies_by_version() -> None:
    flow = nccodsl.load('call { to phone 14155550101 from phone 14155550100 length_timer=3h }\ntalk "x"')
    assert flow.call(api="v1")["length_timer"] == 10800
    with pytest.raises(nccodsl.ScriptError) as caught:
        flow.call(api="v2")
    assert [one.code for one in caught.value.diagnostics] == ["E304"]
    with pytest.raises(nccodsl.UsageError):
        flow.call(api="v3")


def test_check_refuses_in_a_call_block_what_the_version_refuses() -> None:
    text = 'call { to phone 14155550101 from phone 14155550100 length_timer=7201 }\ntalk "x"'
    with pytest.raises(nccodsl.ScriptError, match="must be 1 to 7200 seconds"):
        nccodsl.load(text).call()
    assert [(one.code, one.column) for one in nccodsl.check(text)] == [("E304", 65)]
    assert nccodsl.check(text, api="v1") == []
    with pytest.raises(nccodsl.UsageError):
        nccodsl.check(text, api="v3")


def test_an_answer_url_stands_instead_of_steps() -> None:
    flow = nccodsl.load(CALL.replace("}", 'answer_url="https://example.com/a" }'))
    assert flow.call()["answer_url"] == ["https://example.com/a"]
    assert "ncco" not in flow.call()


def test_a_flow_may_be_shared_between_threads() -> None:
    flow = nccodsl.load('param n: text\nfor i in {{ [1, 2] }} { talk "{{ n }} {{ i }}" }')
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: flow.render_json({"n": str(n)}), range(400)))
    assert [json.loads(one)[1]["text"] for one in made] == [f"{n} 2" for n in range(400)]


def test_half_a_surrogate_pair_is_refused() -> None:
    assert [one.code for one in refused('talk "{{ v }}"', v="\ud800")] == ["E318"]


def test_text_is_written_as_it_is() -> None:
    assert nccodsl.load('talk "Zażółć 😀"').render_json({}) == '[{"action":"talk","text":"Zażółć 😀"}]'.encode()


def test_what_raw_passes_through_goes_out_as_it_is_and_meets_no_rule() -> None:
    script = """
        talk "Hi" raw={loop: "2", bargeIn: true}
        conversation "room" mute=true raw={canSpeak: "everybody"}
        connect sip "sip:a@example.com" endpoint_raw={user: 5}
    """
    assert nccodsl.load(script).ncco() == [
        {"action": "talk", "text": "Hi", "bargeIn": True, "loop": "2"},
        {"action": "conversation", "name": "room", "canSpeak": "everybody", "mute": True},
        {"action": "connect", "endpoint": [{"type": "sip", "uri": "sip:a@example.com", "user": 5}]},
    ]
    call = 'call { to phone 14155550101 raw={from: {type: "phone"}, answer_url: "x", length_timer: "60"} }\ntalk "Hi"'
    assert nccodsl.load(call).call() == {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone"},
        "ncco": [{"action": "talk", "text": "Hi"}],
        "answer_url": "x",
        "length_timer": "60",
    }


def test_a_value_that_is_ssml_is_judged_as_such() -> None:
    good = "<speak>Fish &amp; chips</speak>"
    for text in ("talk {{ t }}", 'talk "{{ t }}"', "param t: text\nlet x = {{ t }}\ntalk {{ x }}"):
        assert ncco(text, t=good)[0]["text"] == good
        (found,) = refused(text, t="<speak>Fish & chips</speak>")
        assert (found.code, found.help) == ("E316", "write `&amp;`")
        assert [one.code for one in refused(text, t="\n <speak>never closed")] == ["E316"]
        assert ncco(text, t="1 < 2 & 3")[0]["text"] == "1 < 2 & 3"
    built = 'talk "<speak>{% if t %}<p>{% endif %}x</speak>"'
    assert [one.code for one in refused(built, t=True)] == ["E316"]
    assert ncco(built, t=False)[0]["text"] == "<speak>x</speak>"
    # A tag that is not documented is a warning, and warnings are not reported while rendering.
    assert ncco("talk {{ t }}", t="<speak><blink>x</blink></speak>")


ADDRESSES = {
    'record timeout=3s event_url="https://example.com/{}"': "eventUrl",
    'record timeout=3s event_url=["https://example.com/{}"]': "eventUrl",
    'stream "https://example.com/{}"': "streamUrl",
    'connect websocket "wss://example.com/{}" content_type="audio/l16;rate=8000"': "uri",
    'connect phone 14155550101 from=14155550100 on_answer_url="https://example.com/{}"': "url",
}


@pytest.mark.parametrize("line", ADDRESSES)
def test_values_in_addresses_are_percent_encoded(line: str) -> None:
    def address(inside: str, **values: object) -> str:
        made = nccodsl.load(line.replace("{}", inside)).render_json(values).decode()
        return re.findall(rf'"{ADDRESSES[line]}":\[?"\w+://example.com/([^"]*)"', made)[0]

    assert address("{{ a }}?q={{ b }}", a="x/../y#é", b="1&c=2 3") == "x%2F..%2Fy%23%C3%A9?q=1%26c%3D2%203"
    assert address("{{ a | urlencode }}", a="x/y z") == "x/y%20z"
    assert address("{{ n }}", n=5) == "5"
    assert address("{{ '{{' }}x/y}}") == "{{x/y}}"
    for value in (None, ["a"], {"a": 1}):
        (found,) = refused(line.replace("{}", "{{ a }}"), a=value)
        assert (found.code, found.message) == ("E301", "a value in a URL must be text or a number")


def test_a_value_is_no_part_of_the_host_but_its_port() -> None:
    stream = 'stream "https://{{ host }}/a"'
    assert ncco(stream, host="localhost:3000")[0]["streamUrl"] == ["https://localhost:3000/a"]
    evil = ncco('stream "https://{{ name }}.example.com/a"', name="evil.test/#")[0]["streamUrl"]
    assert evil == ["https://evil.test%2F%23.example.com/a"]
    # What begins the address is the address of a server, given as it is meant.
    based = 'stream "{{ base }}/a/{{ id }}"'
    assert ncco(based, base="https://h.example:1/x?y", id="a:/b")[0]["streamUrl"] == [
        "https://h.example:1/x?y/a/a%3A%2Fb"
    ]
    assert ncco("stream {{ url }}", url="https://h.example/a/b?c")[0]["streamUrl"] == ["https://h.example/a/b?c"]


def test_no_value_begins_a_header_of_its_own() -> None:
    evil = "a\r\nX-Evil: 1"
    for line in (
        'connect sip "sip:a@example.com" headers={a: {{ x }}}',
        'connect sip "sip:a@example.com" headers={a: "b {{ x }}"}',
        'connect sip "sip:a@example.com" headers={a: {b: [{{ x }}]}}',
        'connect sip "sip:a@example.com" user_to_user={{ x }}',
        'connect sip domain="example.com" user={{ x }}',
        'connect sip domain={{ x }} user="a"',
        "connect app {{ x }}",
        'connect app "a" from={{ x }}',
        "connect vbc {{ x }}",
    ):
        assert [found.code for found in refused(line, x=evil)] == ["E313"], line
        assert ncco(line, x="Ann B")
    assert [one.code for one in refused('connect sip "sip:a@example.com" headers={{ x }}', x={evil: 1})] == ["E313"]
    assert ncco('connect websocket "wss://a.example/" content_type="audio/l16;rate=8000" headers={a: {{ x }}}', x=evil)


def test_a_compiled_script_cannot_be_changed() -> None:
    flow = nccodsl.load('talk "Hello"')
    for name in ("name", "_program", "_plan"):
        with pytest.raises(AttributeError, match="a Flow cannot be changed"):
            setattr(flow, name, None)
