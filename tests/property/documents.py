"""Valid NCCOs and call bodies, made from the catalogue: every option of every action, endpoint and call.

Values are right by themselves; rules between options are met by taking away what the judge points at.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from nccodsl.voice.catalogue import Option, Spec, catalogue
from nccodsl.voice.judge import judge_document
from tests.unit.models.test_models import SHAKEN

MARKS = ["{{", "{%", "{#", "}}", "{{ name }}", "{{{", "{% raw %}", "{", '"""', '"', "\\", "\n", "\r\n", "\r", "\t", "#"]
texts = st.one_of(
    st.lists(st.sampled_from([*MARKS, "a", " ", "  ", "é", "😀", "\u00a0", "שלום", "\u200d", "word "]), max_size=8).map(
        "".join
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
free_keys = st.sampled_from(["a", "x-id", "true", "null", "on", "as", "talk", "{{", "é", "", 'with "', "# no comment"])
free_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(free_keys, inner, max_size=3)),
    max_leaves=6,
)
spoken = st.one_of(
    texts.filter(lambda text: bool(text) and not text.lstrip().startswith("<speak")),
    st.sampled_from(
        [
            "<speak>Hello</speak>",
            '<speak>One <break time="1s"/> two {{ no }}</speak>',
            "<speak>\n  <p>\n    Hello\n  </p>\n</speak>",
            "word " * 299,
            "A text of one line that is longer than what fits well on a line beside its options, as many are.",
            "  indented\n    more\n  less",
            "ends with a space \nand another ",
        ]
    ),
)
urls = st.sampled_from(
    ["https://example.com/a", "http://example.com:8080/b?c=d#e", "https://user@example.com/{{id}}", "https://[::1]/"]
)
phones = st.sampled_from(["14155550100", "447700900123", "1234567", "999999999999999"])
words = st.sampled_from(["Amy", "google", "Google", "other-One", "a b", "true", "5"])
languages = st.sampled_from(["en-US", "de-DE", "en-us", "xx-XX", "yue-CN"])
_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "text": spoken,
    "boolean": st.booleans(),
    "map": st.dictionaries(free_keys, free_values, max_size=3),
    "url": urls,
    "webhook": urls,
    "ws": st.sampled_from(["wss://example.com/s", "ws://example.com:9000/s?{{x}}"]),
    "sip": st.sampled_from(["sip:a@example.com", "sips:a@example.com;transport=tls"]),
    "phone": phones,
    "phone_or_sip": phones | st.just("sip:a@example.com"),
    "caller": phones | st.sampled_from(["Alice", "+1 415 555 0100", "(0)1", "0123", "12ab"]),
    "dtmf": st.sampled_from(["1", "p*123#", "0"]),
    "key": st.sampled_from(["#", "*", "0", "7"]),
    "shaken": st.just(SHAKEN),
    "digits_text": st.sampled_from(["123", "0012", "a1"]),
    "voice": words,
    "tts_language": languages,
    "asr_language": languages,
}


def _numbers(option: Option) -> st.SearchStrategy[Any]:
    low = -5 if option.min is None else option.min
    high = 100_000 if option.max is None else option.max
    whole = st.integers(round(low), round(high)) | st.sampled_from([round(low), round(high)])
    if option.kind == "integer":
        return whole
    return (
        whole
        | st.floats(low, high, allow_nan=False)
        | st.sampled_from([0.5, -0.5, 0.35, 1.0]).filter(lambda n: low <= n <= high)
    )


def _value(option: Option, place: str) -> st.SearchStrategy[Any]:
    if option.kind == "endpoint":
        one = endpoints(place)
    elif option.members:
        one = objects(option.members, place)
    elif option.enum:
        one = st.sampled_from(option.enum)
    elif option.kind in ("integer", "number"):
        one = _numbers(option)
    elif option.pattern == "^CON-":
        one = st.just("CON-1")
    elif option.pattern and option.kind not in _KINDS:
        one = st.sampled_from(option.known or ("Bearer abc",))
    elif option.kind == "string":
        one = (words | texts).filter(bool).map(lambda text: text[: option.max_length])
    else:
        one = _KINDS[option.kind]
    if not option.many:
        return one
    most = option.max_items or (1 if option.kind == "endpoint" else 3)
    return st.lists(one, min_size=option.min_items or 0, max_size=most)


def objects(options: tuple[Option, ...], place: str = "connect") -> st.SearchStrategy[dict[str, Any]]:
    """Objects with all their required options and a few others."""
    kept = [option for option in options if not option.withdrawn and option.kind != "action"]
    required = {option.json_name: _value(option, place) for option in kept if option.required}
    optional = {option.json_name: _value(option, place) for option in kept if not option.required}
    few = st.lists(st.sampled_from(sorted(optional)), max_size=5, unique=True) if optional else st.just([])
    chosen = few.flatmap(lambda names: st.fixed_dictionaries({name: optional[name] for name in names}))
    return st.builds(lambda one, other: {**one, **other}, st.fixed_dictionaries(required), chosen)


def _tagged(tag: str, spec: Spec, place: str = "connect") -> st.SearchStrategy[dict[str, Any]]:
    return objects(spec.shape.options, place).map(lambda members: {tag: spec.name, **members})


def endpoints(place: str) -> st.SearchStrategy[dict[str, Any]]:
    """Endpoint objects; `place` is "connect" or "call"."""
    return st.one_of([_tagged("type", spec) for spec in catalogue().endpoints[place].values()])


def _repaired(document: Any) -> Any:
    """The document without what the judge refuses in it."""
    while wrong := [problem.path for problem in judge_document(document) if problem.is_error]:
        path = wrong[0]
        if isinstance(document, dict):
            _repair_call(document, path)
            continue
        action = document[int(path[0])]
        _take_away(action, path[1:]) or document.remove(action)
    return document


def _take_away(owner: dict[str, Any], path: tuple[str | int, ...]) -> bool:
    """Take the optional member that a path leads to out of an action."""
    key = str(path[0]) if path else ""
    if key == "endpoint" and len(path) > 2 and path[2] in owner[key][0]:
        del owner[key][0][path[2]]
        return True
    spec = catalogue().actions[owner["action"]].by_json(key)
    if key not in owner or spec is None or spec.required:
        return False
    del owner[key]
    return True


def _repair_call(body: dict[str, Any], path: tuple[str | int, ...]) -> None:
    match path:
        case ("ncco", int(index), *rest):
            action = body["ncco"][index]
            _take_away(action, tuple(rest)) or body["ncco"].remove(action)
        case ("to", int(index), str(key), *_) if key in body["to"][index]:
            del body["to"][index][key]
        case ("to", *_):
            body["to"] = [{"type": "phone", "number": "14155550101"}]
        case ("from", *_) if "from" not in body:
            body["from"] = {"type": "phone", "number": "14155550100"}
        case ("ncco",) if "ncco" not in body:
            body["ncco"] = []
        case _:
            del body[str(path[0])]


actions = st.one_of([_tagged("action", spec) for spec in catalogue().actions.values() if not spec.withdrawn])
nccos = st.lists(actions, max_size=6).map(_repaired)


def bodies(api: str) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of the create request of one version, "v1" or "v2"."""
    own = objects(catalogue().call[api].shape.options, "call")
    return st.builds(lambda body, ncco: {**body, "ncco": ncco} if "answer_url" not in body else body, own, nccos).map(
        _repaired
    )
