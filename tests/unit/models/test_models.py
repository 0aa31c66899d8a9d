"""The models, the catalogue derived from them, the judge and the rules for holes agree with one another."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import TypeAdapter, ValidationError

from nccodsl.models import derive
from nccodsl.models.actions import NccoAction
from nccodsl.models.call_body import CALLS
from nccodsl.models.endpoints import CallEndpoint, ConnectEndpoint
from nccodsl.syntax import keywords
from nccodsl.syntax.descent.reserved_words import ACTIONS, RESERVED, VERBS
from nccodsl.syntax.tables import grammar_path
from nccodsl.voice.catalogue import Option, catalogue
from nccodsl.voice.judge import judge_action, judge_call, judge_endpoint, judge_value, rule_for
from nccodsl.voice.problems import ValueRefused
from tests.sizes import examples

ACTION: TypeAdapter[Any] = TypeAdapter(NccoAction)
ENDPOINT: dict[str, TypeAdapter[Any]] = {
    "connect": TypeAdapter(ConnectEndpoint),
    "call": TypeAdapter(CallEndpoint),
}
SHAKEN = 'a.b.c;info=<https://example.com/c.cer>;alg=ES256;ppt="shaken"'


def test_the_catalogue_is_fresh() -> None:
    stored = files("nccodsl.voice").joinpath("catalogue.json").read_text(encoding="utf-8")
    assert stored == derive.to_text(), "run python -m nccodsl.models.derive"


def test_the_grammar_has_the_keywords_of_the_catalogue() -> None:
    stored = Path(grammar_path()).read_text(encoding="utf-8")
    assert stored == derive.with_keywords(stored), "run python -m nccodsl.models.derive"
    without = stored.replace("|transfer|", "|")
    assert without != stored
    assert derive.with_keywords(without) == stored


def test_the_quick_parser_knows_the_words_of_the_grammar() -> None:
    words = files("nccodsl.syntax.descent").joinpath("reserved_words.py").read_text(encoding="utf-8")
    assert words == derive.words_of(Path(grammar_path()).read_text(encoding="utf-8"))
    assert keywords.RESERVED.keys() == RESERVED
    assert set(keywords.VERBS) == VERBS
    assert {word for word, terminal in keywords.RESERVED.items() if terminal == "ACTION"} == ACTIONS


@pytest.mark.parametrize("module", ["catalogue", "judge", "objects", "json_schema", "languages"])
def test_what_a_compiler_needs_does_without_pydantic(module: str) -> None:
    code = f"import sys, nccodsl.voice.{module}; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _specs() -> list[Any]:
    found = catalogue()
    return [
        *found.actions.values(),
        *(s for specs in found.endpoints.values() for s in specs.values()),
        *found.call.values(),
    ]


def test_script_names_are_unique_within_an_object() -> None:
    for spec in _specs():
        names = [option.name for option in spec.options]
        assert len(set(names)) == len(names), spec.name


@pytest.mark.parametrize("place", ["connect", "call"])
def test_script_names_of_an_endpoint_and_of_what_stands_beside_it_differ(place: str) -> None:
    owner = catalogue().actions["connect"] if place == "connect" else catalogue().call["v1"]
    names = {option.name for option in owner.options}
    for spec in catalogue().endpoints[place].values():
        assert names.isdisjoint(option.name for option in spec.options), spec.name


FLAT = {
    ("input", "timeout"): ("dtmf", "timeOut"),
    ("input", "max_digits"): ("dtmf", "maxDigits"),
    ("input", "mode"): ("mode",),
    ("input", "start_timeout"): ("speech", "startTimeout"),
    ("input", "legacy_timeout"): ("timeOut",),
    ("record", "timeout"): ("timeOut",),
    ("record", "transcription_event_url"): ("transcription", "eventUrl"),
    ("record", "transcription"): ("transcription",),
    ("connect", "beep_timeout"): ("advancedMachineDetection", "beep_timeout"),
    ("connect", "from"): ("from",),
    ("transfer", "conversation_id"): ("conversationId",),
}


@pytest.mark.parametrize(("owner", "name"), FLAT)
def test_script_names_lead_to_json_paths(owner: str, name: str) -> None:
    option = catalogue().actions[owner].option(name)
    assert option is not None
    assert option.path == FLAT[owner, name]


def test_members_of_a_map_have_names_of_their_own() -> None:
    option = catalogue().actions["record"].option("transcription")
    assert option is not None
    member = option.member("event_url")
    assert member is not None
    assert (member.json_name, member.name) == ("eventUrl", "transcription_event_url")
    sip = catalogue().endpoints["connect"]["sip"].option("user_to_user")
    assert sip is not None
    assert sip.path == ("standardHeaders", "User-to-User")


@pytest.mark.parametrize("spec", _specs(), ids=lambda spec: spec.name)
def test_every_option_says_what_it_is_and_whence(spec: Any) -> None:
    for option in spec.options:
        assert option.doc, option.path
        assert option.source, option.path


# -- values of the types that JSON has for an option, in and out of range


URLS = st.sampled_from(
    ["https://example.com/a", "http://h", "", "ftp://h", "/a", "wss://h/s", "sip:a@b", "https://a b"]
)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans() | st.just("yes"),
    "map": st.just({"a": 1}) | st.just("x"),
    "integer": st.integers(-2, 130) | st.sampled_from([7200, 7201, 86400, 86401, "x", True]),
    "number": st.integers(-2, 12) | st.floats(-2, 12) | st.sampled_from([True, "x"]),
    "shaken": st.sampled_from([SHAKEN, "x", ""]),
    "text": st.sampled_from(["a", "", "a" * 1500, "a" * 1501, f"<speak>{'a' * 1500}</speak>"]),
    "dtmf": st.sampled_from(["1p#", "w", ""]),
    "key": st.sampled_from(["#", "##", ""]),
    "voice": st.sampled_from(["Amy", "X"]),
}
TEXTS = st.sampled_from(["", "a", "CON-1", "14155550100", "014155550100", "audio/l16;rate=8000", "é", "x" * 257, 5])


def values(option: Option) -> st.SearchStrategy[Any]:
    if option.kind == "endpoint":
        one: st.SearchStrategy[Any] = endpoints("connect")
    elif option.members:
        one = objects(option.members)
    elif option.enum:
        one = st.sampled_from([*option.enum, "other"])
    elif option.kind in KINDS:
        one = KINDS[option.kind]
    elif option.kind in ("url", "webhook", "ws", "sip"):
        one = URLS
    else:
        one = TEXTS | st.sampled_from(option.known or ("b",))
    return st.lists(one, max_size=2) if option.many else one


def objects(options: tuple[Option, ...]) -> st.SearchStrategy[dict[str, Any]]:
    kept = [option for option in options if not option.withdrawn]
    required = {option.json_name: values(option) for option in kept if option.required}
    optional = {option.json_name: values(option) for option in kept if not option.required}
    few = st.lists(st.sampled_from(sorted(optional) or [""]), max_size=3, unique=True)
    chosen = few.flatmap(lambda names: st.fixed_dictionaries({name: optional[name] for name in names if name}))
    return st.builds(
        lambda a, b, drop: {**({} if drop == 0 else a), **b}, st.fixed_dictionaries(required), chosen, st.integers(0, 9)
    )


def endpoints(place: str) -> st.SearchStrategy[dict[str, Any]]:
    specs = catalogue().endpoints[place].values()
    return st.one_of([st.builds(dict, objects(spec.shape.options), type=st.just(spec.name)) for spec in specs])


def _model_accepts(adapter: Any, value: Any) -> bool:
    try:
        adapter.validate_python(value) if isinstance(adapter, TypeAdapter) else adapter.model_validate(value)
    except ValidationError:
        return False
    return True


@settings(max_examples=examples(300), deadline=None)
@given(st.data(), st.sampled_from(catalogue().action_names))
def test_model_and_judge_agree_on_actions(data: st.DataObject, name: str) -> None:
    action = {"action": name, **data.draw(objects(catalogue().actions[name].shape.options))}
    errors = [problem for problem in judge_action(action) if problem.is_error]
    assert _model_accepts(ACTION, action) == (not errors), errors


@settings(max_examples=examples(200), deadline=None)
@given(st.data(), st.sampled_from(["connect", "call"]))
def test_model_and_judge_agree_on_endpoints(data: st.DataObject, place: str) -> None:
    endpoint = data.draw(endpoints(place))
    errors = [problem for problem in judge_endpoint(endpoint, place) if problem.is_error]
    assert _model_accepts(ENDPOINT[place], endpoint) == (not errors), errors


@settings(max_examples=examples(200), deadline=None)
@given(st.data(), st.sampled_from(["v1", "v2"]))
def test_model_and_judge_agree_on_calls(data: st.DataObject, api: str) -> None:
    options = tuple(o for o in catalogue().call[api].shape.options if o.kind not in ("endpoint", "action"))
    body = {**data.draw(objects(options)), "to": data.draw(st.lists(endpoints("call"), max_size=2))}
    if data.draw(st.booleans()):
        body["ncco"] = [{"action": "wait", "timeout": 2}]
    errors = [problem for problem in judge_call(body, api) if problem.is_error]
    assert _model_accepts(CALLS[api], body) == (not errors), errors


# -- the rule for a hole

ODD_TEXTS = ["60", "060", " 60", "1e3", "+5", "-0.4", "true", "", "0" * 20, "14155550100\n", "https://h:65536", "²"]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from([*ODD_TEXTS, "١٢٣٤٥٦٧", 10**400, "CON-1\n", {}, {"a": float("nan")}]),
    st.lists(st.sampled_from(["dtmf", "speech", "https://h", 5]), max_size=3),
)
OPTIONS = [option for spec in _specs() for option in spec.options if option.kind not in ("endpoint", "action")]


@settings(max_examples=examples(1500), deadline=None)
@given(st.data(), st.sampled_from(OPTIONS))
def test_rule_and_judge_agree(data: st.DataObject, option: Option) -> None:
    value = data.draw(ODD | values(option))
    errors = [problem for problem in judge_value(option, value, script=True) if problem.is_error]
    if errors:
        with pytest.raises(ValueRefused) as refused:
            rule_for(option)(value)
        assert (refused.value.code, refused.value.said.text) == (errors[0].code, errors[0].message)
        return
    # What comes out is what JSON wants: nothing more to say but that it is outside what is documented.
    written = json.loads(json.dumps(rule_for(option)(value), allow_nan=False))
    assert not [p for p in judge_value(option, written) if p.is_error or p.code in ("W009", "W018")]


@pytest.mark.parametrize(
    ("owner", "name", "value", "wanted"),
    [
        ("connect", "timeout", "60", 60),
        ("connect", "timeout", 60.0, 60),
        ("talk", "level", "-0.4", -0.4),
        ("talk", "barge_in", "true", True),
        ("record", "end_on_key", 5, "5"),
        ("record", "event_url", "https://h", ["https://h"]),
        ("input", "context", ["a", 1], ["a", "1"]),
        ("record", "transcription", {"language": "en-GB"}, {"language": "en-GB"}),
    ],
)
def test_rule_converts(owner: str, name: str, value: object, wanted: object) -> None:
    option = catalogue().actions[owner].option(name)
    assert option is not None
    result = rule_for(option)(value)
    assert result == wanted
    assert type(result) is type(wanted)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("timeout", 121, "E304"),
        ("timeout", 1.5, "E309"),
        ("timeout", "soon", "E301"),
        ("timeout", float("nan"), "E318"),
        ("random_from_number", 1, "E301"),
        ("ringback_tone", "ftp://h", "E305"),
    ],
)
def test_rule_refuses(name: str, value: object, code: str) -> None:
    option = catalogue().actions["connect"].option(name)
    assert option is not None
    with pytest.raises(ValueRefused) as refused:
        rule_for(option)(value)
    assert refused.value.code == code
    assert f"`{name}`" in refused.value.said.text
