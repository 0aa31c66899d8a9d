"""A running call reads the clock once a move: what is asked for again is the same, and virtual time moves it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import nccodsl
from nccodsl.emulator.personas.persona import Cast, Persona
from nccodsl.errors import RenderError
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.moments import moments_of
from nccodsl.rehearsal.stage import URL as STAGE, Stage
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from tests.unit.server.handle_drive import LEG, URL, Caller

HOURS = """
zone "Europe/London"

hours office {
  mon-fri 09:00-17:30
  closed  2026-12-25 "Christmas", 2026-12-28
}
"""
LINE = f"""{HOURS}
step main {{
  talk "It is {{{{ now | spoken_time }}}}. {{% if office.open %}}Open{{% else %}}Closed{{% endif %}}."
  input dtmf max_digits=1 {{ on "1" -> again  otherwise {{ }} }}
}}
step again {{ talk "Now it is {{{{ now | spoken_time }}}}, and {{{{ office.open }}}}." -> main }}
"""


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).timestamp()


def test_a_webhook_that_comes_again_is_answered_alike() -> None:
    caller = Caller(LINE)
    first = caller.send("answer", received=at("2026-12-24 17:29"), **LEG)
    assert caller.said == ["It is 5:29 PM. Open."]
    again = caller.send("answer", received=at("2026-12-24 17:31"), **LEG)
    assert json.loads(again.body) == json.loads(first.body)
    address = caller.address()
    moved = caller.send(*address, received=at("2026-12-24 17:32"), **LEG, dtmf={"digits": "1"})
    assert caller.said == ["Now it is 5:32 PM, and False.", "It is 5:32 PM. Closed."]
    repeated = caller.send(*address, received=at("2026-12-24 17:50"), **LEG, dtmf={"digits": "1"})
    assert repeated.body == moved.body


def test_a_script_without_a_clock_keeps_no_moment() -> None:
    caller = Caller('input dtmf as key { otherwise { } } talk "{{ key.digits }}"')
    caller.send("answer", received=at("2026-12-24 17:29"), **LEG)
    assert caller.state.now == 0
    assert b"now" not in caller.state.to_bytes()


def test_a_moment_that_is_kept_has_its_zone() -> None:
    moment = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"), fold=1)
    state = State("v", names={"since": moment}, now=12.5)
    read = State.from_bytes(state.to_bytes())
    assert read == state
    kept = read.names["since"]
    assert isinstance(kept, datetime)
    assert (kept.utcoffset(), kept.tzinfo) == (timedelta(0), ZoneInfo("Europe/London"))


def test_what_a_let_says_of_the_clock_follows_it() -> None:
    caller = Caller(
        f"""{HOURS}
let greeting = "{{% if now.hour < 12 %}}Good morning{{% else %}}Good afternoon{{% endif %}}"
step main {{
  talk "{{{{ greeting }}}}."
  input dtmf max_digits=1 {{ on "1" {{ talk "{{{{ greeting }}}} again." }} otherwise {{ }} }}
}}
"""
    )
    caller.send("answer", received=at("2026-12-24 11:59"), **LEG)
    assert caller.said == ["Good morning."]
    caller.send(*caller.address(), received=at("2026-12-24 12:01"), **LEG, dtmf={"digits": "1"})
    assert caller.said == ["Good afternoon again."]


def test_a_zone_that_the_values_give() -> None:
    text = 'param place: text\nzone {{ place }}\ntalk "It is {{ now.hour }}."'
    flow = nccodsl.load(text).at(datetime(2026, 12, 24, 18, 30, tzinfo=UTC))
    assert flow.ncco(place="Asia/Tokyo")[0]["text"] == "It is 3."
    assert flow.ncco(place="America/New_York")[0]["text"] == "It is 13."
    with pytest.raises(RenderError) as refused:
        flow.ncco(place="Mars/Base")
    assert [found.code for found in refused.value.diagnostics] == ["E320"]
    # A wall clock's time is one of that zone.
    assert nccodsl.load(text).at(datetime(2026, 12, 24, 18, 30)).ncco(place="Asia/Tokyo")[0]["text"] == "It is 18."


def test_the_clock_of_a_stage_runs() -> None:
    flow = nccodsl.load(
        f"""{HOURS}
step main {{
  talk "{{{{ now.minute }}}} minutes past."
  connect phone 14155550123 from=14155550100 timeout=120s {{
    on completed {{ talk "Bye, {{{{ now.minute }}}} minutes past." }}
    otherwise    {{ talk "Nobody, {{{{ now.minute }}}} minutes past." }}
  }}
}}
"""
    )
    stage = Stage(flow, at=datetime(2026, 12, 24, 9, 0), cast=Cast((Persona("late", outcome="timeout"),)))
    stage.begin()
    heard = [entry.text for entry in stage.finish().timeline.entries if entry.kind == "hears"]
    assert heard == ["“0 minutes past.”", "ringing", "“Nobody, 2 minutes past.”"]


def test_placing_reads_the_clock_at_its_moment() -> None:
    flow = nccodsl.load(f"call {{ to phone 14155550101 from phone 14155550100 }}\n{LINE}")
    state = begun(Runnable(flow, URL), {}, at=datetime(2026, 12, 24, 9, 0))
    assert state.now == at("2026-12-24 09:00")


def test_exploring_begins_at_a_moment_of_each_kind() -> None:
    flow = nccodsl.load(
        f'{HOURS}\nstep main {{ if {{{{ office.open }}}} {{ talk "Open." }} elif {{{{ office.reason }}}} {{ talk "{{{{ office.reason }}}}" }} else {{ -> closed }} }}\nstep closed {{ talk "Closed." }}'
    )
    kinds = [(moment.isoformat()[:16], flow.at(moment).ncco()[0]["text"]) for moment in moments_of(flow, {})]
    assert {text for _, text in kinds} == {"Open.", "Closed.", "Christmas"}
    assert len(kinds) == 3
    explored = explore(flow, Runnable(flow, STAGE), 5)
    assert (explored.paths, explored.findings) == (3, ())


def test_exploring_finds_the_step_that_only_a_holiday_leads_to() -> None:
    text = f'{HOURS}\nstep main {{ if {{{{ office.reason == "Christmas" }}}} {{ -> empty }} talk "Hello." }}\nstep empty {{ input dtmf max_digits=1 {{ on "1" {{ hangup }} otherwise {{ talk "{{{{ [][0] }}}}" }} }} }}'
    explored = explore(nccodsl.load(text), Runnable(nccodsl.load(text), STAGE), 5)
    assert any("at 2026-12-25" in " ".join(found.way) for found in explored.findings), explored.findings


def test_what_is_served_reads_the_clock_of_the_machine() -> None:
    flow = nccodsl.load('zone "UTC"\ntalk "{{ now.isoformat() }}"')
    before = datetime.now(UTC)
    said = json.loads(flow.answer({"uuid": "leg-1", "conversation_uuid": "CON-1"}, flow_url=URL).body)[0]["text"]
    assert before <= datetime.fromisoformat(said) <= datetime.now(UTC)
