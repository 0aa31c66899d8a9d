"""`test` blocks: what passes, what fails and how it is told, what counts as taken, and what exploring finds."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.analysis.built_in_names import RUNNING
from nccodsl.rehearsal.coverage import Coverage
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.explored import Explored
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, diagnostic_of, run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

SCRIPT = """
param name: text = "friend"
param desk: phone = "14155550123"

step main {
  talk "Hello {{ name }}. Press 1 for your account, 2 for the desk, or say which." barge_in=true
  input dtmf speech max_digits=1 context=["account", "desk"] {
    on "1", "account" -> account
    on "2", "desk" -> desk
    on nothing { talk "Nobody is there." }
    retry 1 "Sorry."
    otherwise -> goodbye
  }
}
step account {
  talk "Enter your number, then hash."
  input dtmf max_digits=6 submit_on_hash=true as number
  fetch "https://crm.example.com/{{ number.digits }}" as found timeout=2s { on error -> goodbye }
  if {{ found.vip }} { talk "Welcome back, {{ found.name }}." } else { talk "Hello {{ found.name }}." }
  notify {seen: "{{ number.digits }}", deep: {vip: {{ found.vip }}}} event_url="https://crm.example.com/seen"
}
step desk {
  connect phone {{ desk }} from=14155550100 timeout=20s {
    on busy, timeout -> voicemail
    on completed { talk "The desk has gone." }
  }
}
step voicemail {
  talk "Leave a message."
  record end_on_silence=3s beep_start=true
  talk "Kept."
}
step goodbye { talk "Goodbye." }
"""


def run(test: str, script: str = SCRIPT) -> ScriptTestOutcome:
    flow = nccodsl.load(f'{script}\ntest "t" {{ {test} }}')
    return run_test(flow, Runnable(flow, URL), flow.program.tests[0])


def test_a_value_that_cannot_be_evaluated_fails_the_test() -> None:
    found = run('hear "x"', 'param n: integer = 0\nlet half = "{{ 1 // n }}"\ntalk "{{ half }}"\n')
    assert found.failure is not None
    assert (found.failure.code, found.call) == ("E606", None)


PASSING = [
    'hear "Hello friend" ended'.replace(" ended", ' silence hear "Nobody" ended'),
    'with name="Ann" hear "hello ann." hear "PRESS 1" press "1" hear "enter your number"',
    'with name="Ann" press "2" dialled phone 14155550123 busy hear "Leave a message" say "Call me" recorded "call me" hear "Kept" ended',
    'press "2" dialled phone 14155550123 completed hear "has gone" not hear "message" ended',
    'press "2" busy recorded hear "Kept" ended',
    'press "2" timeout hear "Leave" silence hear "Kept" ended',
    'press "2" unanswered ended',
    'press "2" answered hear "has gone" ended',
    'press "2" rejected not hear "has gone" ended',
    'with desk="+1 415 555 0199" press "2" dialled phone 14155550199 busy hear "Leave"',
    'say "the desk please" dialled phone 14155550123',
    'press "9" hear "Sorry" hear "Press 1" press "9" hear "Goodbye" ended',
    'press "1" press "42#" fetched "https://crm.example.com/42" reply {name: "Ann", vip: true} hear "Welcome back, Ann" ended',
    'fetched "https://crm.example.com/*" reply {name: "Bo", vip: false} press "1" press "4#" hear "Hello Bo" notified {seen: "4"} ended',
    'press "1" press "4#" fetched "https://crm.example.com/4" reply {name: "Bo", vip: false} notified "https://crm.example.com/seen" ended',
    'press "1" press "4#" fetched "https://crm.example.com/4" reply {name: "Bo", vip: true} notified {deep: {vip: true}} ended',
    'press "1" press "4#" fetched "https://crm.example.com/4" failed hear "Goodbye" ended',
    'press "1" press "4#" fetched "https://crm.example.com/4" timeout hear "Goodbye" ended',
    'press "1" silence fetched "https://crm.example.com/" failed hear "Goodbye" ended',
]


@pytest.mark.parametrize("test", PASSING)
def test_passes(test: str) -> None:
    outcome = run(test)
    assert outcome.failure is None, outcome.failure


@pytest.mark.parametrize(
    ("test", "expected", "instead"),
    [
        ('hear "Good morning"', "to hear “Good morning”", "heard “Hello friend."),
        ('hear "Press 1" hear "Hello"', "to hear “Hello”", "it waits for an answer, in the step `main`"),
        ('press "1" hear "Goodbye"', "to hear “Goodbye”", "heard “Enter your number"),
        ('press "9" not hear "Sorry"', "not to hear “Sorry”", ""),
        ("ended", "the call to end", "it waits"),
        ('press "9" press "9" hear "Goodbye" press "1"', "the call to wait", "it is over"),
        ('press "1" say "hello"', "the call to wait for speech", "it only waits for keys"),
        ('press "2" dialled phone 14155550199', "phone 14155550199 to be dialed", "dialed phone 14155550123"),
        ('press "1" dialled phone 14155550199', "phone 14155550199 to be dialed", "nothing was dialed"),
        ('press "1" busy', "a call to an endpoint", "nothing was dialed"),
        ('press "2" completed recorded', "a recording", "nothing was recorded"),
        ('press "2" busy say "Call me" recorded "never said"', "a recording of “never said”", "it contains “Call me”"),
        ('press "9" press "9" notified', "to notify a server", "it notified nothing"),
        ('press "1" press "4#" hear "x"', "a reply for each `fetch`", "https://crm.example.com/4 has none"),
        ('press "2" fetched "https://crm.example.com/9" failed', "https://crm.example.com/9 to be fetched", "it is not"),
        (
            'press "1" press "4#" fetched "https://crm.example.com/4" reply {name: "Bo"} hear "Bo"',
            "the call to continue",
            "E602",
        ),
    ],
)  # fmt: skip
def test_fails_with_what_happened_instead(test: str, expected: str, instead: str) -> None:
    outcome = run(test)
    assert outcome.failure is not None
    assert expected in outcome.failure.expected
    assert instead in "; ".join(outcome.failure.instead)
    flow = nccodsl.load(f'{SCRIPT}\ntest "t" {{ {test} }}')
    told = diagnostic_of(flow, outcome)
    assert told.file is not None
    assert told.line > 1


def test_what_a_form_holds() -> None:
    script = 'send "https://a.example" form={many: [1, 2], flag: true, empty: "", none: null, price: 1.5} talk "Hello."'
    for body in ("{many: [1, 2]}", '{many: ["1", "2"], flag: true}', '{empty: "", price: 1.5}', '{flag: "true"}'):
        assert run(f'sent "https://a.example" {body}', script).failure is None, body
    for body in ("{many: 2}", "{none: null}", "{flag: false}"):
        assert run(f'sent "https://a.example" {body}', script).failure is not None, body


def test_a_form_holds_no_maps() -> None:
    script = 'param who: any = {name: "Ann"}\nsend "https://a.example" form={who: {{ who }}} talk "Hello."'
    failure = run('hear "Hello"', script).failure
    assert failure is not None
    assert "E301 `who` of a form cannot be a map" in "; ".join(failure.instead)


def test_every_verb_knows_the_ids_of_its_call() -> None:
    script = """
    step main {
      fetch "https://crm.example.com/{{ call.uuid }}?in={{ call.conversation_uuid }}" as found
      send POST "https://crm.example.com/{{ call.uuid }}" body={who: {{ found.who }}}
      talk "{{ call.uuid | spell }} {{ call.direction }}"
    }
    """
    outcome = run(
        'fetched "https://crm.example.com/{{ call.uuid }}?in={{ call.conversation_uuid }}" reply {who: {{ call.uuid }}}'
        ' sent "https://crm.example.com/{{ call.uuid }}" {who: {{ call.uuid }}}'
        ' hear "{{ call.uuid | spell }} {{ call.direction }}" ended',
        script,
    )
    assert outcome.failure is None, outcome.failure


def test_a_test_that_expects_nothing_fails() -> None:
    assert not run("").passed
    assert not run('with name="Ann"').passed


def test_the_machine_that_answers_the_call() -> None:
    script = """
    call {
      to phone 14155550101
      from phone 14155550100
      advanced_machine_detection={behavior: continue, mode: default}
      on beep -> message
    }
    step main { talk "Is anybody there? Press 1." input dtmf max_digits=1 { on "1" { talk "Yes." } otherwise { talk "No." } } }
    step message { talk "Please call us back." }
    """
    for test in (
        'machine hear "call us back" ended',
        'hear "anybody" press "1" hear "Yes" not hear "call us back" ended',
        "busy ended",
        "rejected ended",
        'answered hear "anybody" press "2" hear "No" ended',
    ):
        assert run(test, script).failure is None, test


def test_a_script_that_needs_no_runtime_can_be_tested() -> None:
    assert run('with name="Ann" hear "Hello Ann" ended', 'param name: text\ntalk "Hello {{ name }}."').failure is None
    assert run('hear "https://example.com/hold.mp3" ended', 'stream "https://example.com/hold.mp3"').failure is None


def test_coverage_counts_what_was_played() -> None:
    tests = "\n".join(
        f'test "{number}" {{ {one} }}'
        for number, one in enumerate(
            (
                'press "2" busy hear "Kept" ended',
                'press "1" press "4#" fetched "https://crm.example.com/4" reply {name: "Bo", vip: true} ended',
            )
        )
    )
    flow = nccodsl.load(f"{SCRIPT}\n{tests}")
    script = Runnable(flow, URL)
    coverage = Coverage(flow)
    for case in flow.program.tests:
        outcome = run_test(flow, script, case)
        assert outcome.failure is None
        assert outcome.stage is not None
        coverage.add(script, outcome.stage)
    taken = [point.label for point in coverage.points if coverage.taken(point)]
    assert taken == [
        "step main",
        'on "1", "account" -> account',
        'on "2", "desk" -> desk',
        "step account",
        "if {{ found.vip }}",
        "step desk",
        "on busy, timeout -> voicemail",
        "step voicemail",
    ]
    # A `completed` that stands in the NCCO, but was never played, is not taken.
    assert [point.label for point in coverage.missing] == [
        "on nothing",
        'retry 1 "Sorry."',
        "otherwise -> goodbye",
        "on error -> goodbye",
        'else: talk "Hello {{ found.name }}."',
        "on completed",
        "step goodbye",
    ]
    assert round(coverage.share, 2) == round(8 / 15, 2)


@pytest.mark.parametrize(
    "then", ["-> desk", '{ connect phone 14155550123 from=14155550100 { on completed { talk "Over." } } }']
)
@pytest.mark.parametrize("outcome", ["failed", "rejected", "unanswered", "busy"])
def test_the_end_of_a_second_leg_counts_where_the_first_failed(outcome: str, then: str) -> None:
    script = (
        'step main { connect websocket "wss://bots.example.com/a" content_type="audio/l16;rate=16000" from=14155550100 {\n'
        f"  on failed, rejected, unanswered, busy {then}\n"
        '  on completed { talk "Bye." } } }\n'
    )
    if then == "-> desk":
        script += 'step desk { connect phone 14155550123 from=14155550100 { on completed { talk "Over." } } }'
    flow = nccodsl.load(f'{script}\ntest "t" {{ {outcome} dialled phone 14155550123 completed hear "Over" ended }}')
    runnable = Runnable(flow, URL)
    outcome_of = run_test(flow, runnable, flow.program.tests[0])
    assert outcome_of.passed, outcome_of.failure
    assert outcome_of.stage is not None
    coverage = Coverage(flow)
    coverage.add(runnable, outcome_of.stage)
    assert [point.label for point in coverage.missing] == ["on completed"]  # the first one


def test_a_call_knows_all_that_the_language_promises_while_it_is_explored() -> None:
    said = " ".join(f"{{{{ call.{member} }}}}" for member in sorted(RUNNING["call"]))
    script = f'step main {{ talk "{said} {{{{ caller }}}} {{{{ callee }}}} {{{{ visits }}}}" }}'
    assert explored(script).findings == ()
    assert explored(f"call {{ to phone 14155550101 from phone 14155550100 }}\n{script}").findings == ()


def explored(script: str, bound: int = 8) -> Explored:
    flow = nccodsl.load(script)
    return explore(flow, Runnable(flow, URL), bound)


def test_exploring_walks_every_path() -> None:
    tests = (
        'test "x" { press "1" press "4#" fetched "https://crm.example.com/*" reply {name: "Bo", vip: true} hear "Bo" }'
    )
    found = explored(f"{SCRIPT}\n{tests}")
    # Nobody has said what happens when the desk refuses the call.
    assert [(one.code, one.way[-1]) for one in found.findings] == [("W029", "the connected phone is rejected")]
    assert found.complete
    assert found.paths > 10


@pytest.mark.parametrize(
    ("script", "code", "way"),
    [
        (
            'step main { talk "Press 1." input dtmf max_digits=1 { on "1" { } otherwise { talk "No." } } }',
            "W029",
            ("press 1",),
        ),
        (
            'step main { talk "Press 1." input dtmf max_digits=1 { on "1" -> other otherwise -> main } }\n'
            'step other { talk "Press 2." input dtmf max_digits=1 { otherwise -> main } }',
            "W030",
            (),
        ),
        (
            'step main { talk "Press 1, then your number." barge_in=true input dtmf max_digits=1 { on "1" -> next otherwise { talk "No." } } }\n'
            'step next { input dtmf max_digits=4 as number talk "Thanks {{ number.digits }}." }',
            "W032",
            ("press 1",),
        ),
        (
            'step main { talk "Press 1." input dtmf max_digits=1 { on "1" -> bad otherwise { talk "No." } } }\n'
            'step bad { talk "{{ 1 / (visits - 1) }}" }',
            "E606",
            ("press 1",),
        ),
        (
            'step main { talk "Your number." input dtmf max_digits=1 as n if {{ n.digits == "5" }} { -> vip } talk "Bye." }\n'
            'step vip { talk "Vip." }',
            "W031",
            (),
        ),
        (
            'step main { fetch "https://crm.example.com/1" as c { on error { talk "Sorry." hangup } } talk "{{ c.name }}" }\n'
            'test "x" { fetched "https://crm.example.com/1" reply {nam: 1} ended }',
            "E602",
            ('the fetch returns {"nam": 1}',),
        ),
        (
            'step main { fetch "https://crm.example.com/1" as c { on error { talk "Sorry." hangup } } talk "{{ c.name }}" }\n'
            'test "x" { fetched "https://crm.example.com/1" failed hear "Sorry" ended }',
            "W033",
            (),
        ),
    ],
)  # fmt: skip
def test_exploring_finds_with_the_shortest_way(script: str, code: str, way: tuple[str, ...]) -> None:
    found = explored(script)
    assert [(one.code, one.way) for one in found.findings] == [(code, way)]


def test_a_fetch_is_explored_with_replies_for_addresses_of_its_form_only() -> None:
    script = (
        "step main { input dtmf as n\n"
        '  fetch "https://crm.example.com/names/{{ n.digits }}" as c { on error { talk "Sorry." hangup } }\n'
        '  talk "{{ c.name }}"\n'
        '  fetch "https://crm.example.com/days" as d { on error { talk "Sorry." hangup } }\n'
        '  talk "{{ d.day }}" }\n'
        'test "x" { press "1" fetched "https://crm.example.com/names/1" reply {name: "Bo"}\n'
        '  fetched "https://crm.example.com/days" reply {day: "Monday"} hear "Monday" ended }'
    )
    found = explored(script)
    assert not found.findings
    assert found.complete


def questions(use: str) -> str:
    steps = "".join(
        f'step s{n} {{ talk "Key." input dtmf max_digits=1 as x{n} {{ on "1" -> s{n + 1} on "2" -> s{n + 1} '
        f'retry 3 "Again." otherwise -> bye }} }}\n'
        for n in range(6)
    )
    return f'{steps}step s6 {{ {use} }}\nstep bye {{ talk "Bye." }}'


@pytest.mark.parametrize(
    ("use", "states"),
    [
        ('talk "End."', 24),  # four for each step: its retries
        ('talk "{{ x0.digits }}."', 44),  # from the second step on, twice as many
        ('talk "{{ visits }}."', 24),  # of its own visits, not of theirs
        ('input dtmf as y if {{ y.digits == x5.digits }} { talk "Same." }', 26),
    ],
)
def test_states_that_differ_in_nothing_that_is_read_go_on_as_one(use: str, states: int) -> None:
    found = explored(questions(use), 50)
    assert found.complete
    assert found.states == states


def test_the_handlers_of_a_call_are_explored_from_each_beginning() -> None:
    script = (
        "param name: text\n"
        "call { to phone 14155550101 from phone 14155550100 advanced_machine_detection={mode: default}\n"
        '  on machine { talk "{{ 1 / (name | length - 3) }}" } }\n'
        'step main { talk "Hello." input dtmf max_digits=1 { on "1" -> main otherwise { talk "Bye." } } }\n'
        'test "two" { with name="Bo" press "2" ended }\n'
        'test "three" { with name="Ann" press "2" ended }'
    )
    (found,) = explored(script).findings
    assert (found.code, found.way) == ("E606", ("detected: machine",))


def test_exploring_says_where_it_stopped() -> None:
    found = explored(SCRIPT, 1)
    assert not found.complete
    assert "up to 1 answer" in found.summary


def test_keys_that_the_tests_press_are_tried_too() -> None:
    script = (
        'step main { talk "Your number." input dtmf max_digits=1 as n if {{ n.digits == "5" }} { -> vip } talk "Bye." }\n'
        'step vip { talk "Vip." }\n'
        'test "vip" { press "5" hear "Vip" ended }'
    )
    assert not explored(script).findings


def test_a_closed_websocket_was_not_completed() -> None:
    flow = nccodsl.load("""
step main {
  connect websocket "wss://a.example" content_type="audio/l16;rate=16000" {
    on disconnected { talk "Closed." }
    on completed    -> over
  }
}
step over { talk "Over." }
test "closed" { answered hear "Closed." not hear "Over." ended }
""")
    script, coverage = Runnable(flow, URL), Coverage(flow)
    outcome = run_test(flow, script, flow.program.tests[0])
    assert outcome.failure is None
    assert outcome.stage is not None
    coverage.add(script, outcome.stage)
    assert [point.label for point in coverage.missing] == ["on completed -> over", "step over"]
