"""Scripts made from the grammar, right and wrong, and damaged copies of real ones."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

EXAMPLES = [
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "examples").glob("*/*.call"))
]

names = st.sampled_from(["a", "b", "name", "main", "number", "agents", "x1", "caller", "visits", "talk", "on"])
words = st.sampled_from(["wav", "en-GB", "detect_beep", "GET", "conversation", "continue", "record", "true", "random"])
texts = st.one_of(
    st.sampled_from(
        [
            "Hello {{ name }}",
            "{{ a.b.c }}",
            "{% if a %}x{% endif %}",
            "{{",
            "<speak>Hi {{ name }}</speak>",
            "<speak><b>",
            "https://example.com/x",
            "1",
            "",
            "{{ name | spell }}",
            "{{ 1 / 0 }}",
            "é😀",
        ]
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=12),
)


def quoted(text: str) -> str:
    """A string literal."""
    import json

    return json.dumps(text, ensure_ascii=False)


expressions = st.sampled_from(
    ["{{ a }}", "{{ a.b | default(1) }}", "{{ [1, 2] }}", "{{ {'a': {'b': 1}} }}", "{{ none }}", "{{ 'x' }}"]
)
scalars = st.one_of(
    texts.map(quoted),
    words,
    expressions,
    st.integers(-5, 10**16).map(str),
    st.floats(-10, 10, allow_nan=False).map(lambda value: f"{value:.3f}"),
    st.sampled_from(["500ms", "20s", "1h30m", "0.4s", "null", "true", "false"]),
    st.sampled_from(['"""\n  long\n   text\n  """', '"""a\r\r\n  b\r\n"""', '"""\nx\r"""', '"""\r\n  y\n  """']),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(names, inner), max_size=3).map(
            lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries) + "}"
        ),
    ),
    max_leaves=4,
)
option_names = st.sampled_from(
    [
        "language",
        "style",
        "loop",
        "level",
        "barge_in",
        "premium",
        "timeout",
        "limit",
        "from",
        "event_url",
        "event_method",
        "max_digits",
        "submit_on_hash",
        "context",
        "end_on_silence",
        "format",
        "split",
        "channels",
        "mute",
        "can_speak",
        "raw",
        "endpoint_raw",
        "headers",
        "content_type",
        "dtmf",
        "speech",
        "transcription",
        "machine_detection",
        "behavior",
        "mode",
        "beep_timeout",
        "eventUrl",
        "tyop",
        "shaken",
        "random_from_number",
        "answer_url",
        "length_timer",
        "ringing_timer",
        "provider",
        "voice_name",
    ]
)
options = st.lists(st.tuples(option_names, values), max_size=4).map(
    lambda pairs: " ".join(f"{name}={value}" for name, value in pairs)
)
endpoints = st.tuples(
    st.sampled_from(["phone", "sip", "websocket", "app", "vbc", "random", "fax"]), st.one_of(scalars, st.just(""))
).map(" ".join)
actions = st.tuples(
    st.sampled_from(["talk", "stream", "record", "conversation", "notify", "wait", "transfer", "raw", "pay"]),
    st.one_of(values, st.just("")),
    options,
).map(" ".join)
jumps = st.one_of(names.map(lambda name: f"-> {name}"), st.just("hangup"))


def _blocks(statements: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(statements, max_size=3).map(lambda items: "{ " + "\n".join(items) + " }")


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = _blocks(inner)
    target = st.one_of(jumps, block)
    branch = st.one_of(
        st.tuples(scalars, target).map(lambda pair: f"on {pair[0]} {pair[1]}"),
        target.map(lambda one: f"otherwise {one}"),
        st.just('retry 2 "Again."'),
    )
    branches = st.lists(branch, max_size=3).map(lambda items: "{ " + "\n".join(items) + " }")
    return st.one_of(
        st.tuples(expressions, block, block).map(lambda parts: f"if {parts[0]} {parts[1]} else {parts[2]}"),
        st.tuples(names, values, block).map(lambda parts: f"for {parts[0]} in {parts[1]} {parts[2]}"),
        st.tuples(options, branches).map(lambda parts: f"input dtmf speech {parts[0]} as got {parts[1]}"),
        st.tuples(endpoints, options, branches).map(lambda parts: f"connect {parts[0]} {parts[1]} {parts[2]}"),
        st.tuples(texts.map(quoted), branches).map(lambda parts: f"fetch {parts[0]} as them timeout=3s {parts[1]}"),
    )


statements = st.recursive(
    st.one_of(
        actions,
        jumps,
        st.tuples(endpoints, options).map(lambda parts: f"connect {parts[0]} {parts[1]}"),
        options.map(lambda text: f"input dtmf {text}"),
        st.tuples(names, values).map(lambda pair: f"set {pair[0]} = {pair[1]}"),
    ),
    _nested,
    max_leaves=5,
)
types = st.sampled_from(
    [
        "text",
        "number",
        "integer",
        "boolean",
        "phone",
        "url",
        "date",
        "time",
        "datetime",
        "duration",
        "list",
        "map",
        "any",
        "txet",
    ]
)
_times = st.sampled_from(["09:00-17:00", "22:00 - 02:00", "00:00-24:00", "9:30-9:30", "25:00-26:00"])
_dates = st.sampled_from(["2026-12-25", "2026-12-24..2026-12-31", "2026-02-30", "2027-01-01..2026-01-01"])
hours_rules = st.one_of(
    st.tuples(st.sampled_from(["mon-fri", "sat, sun", "fri-mon", "tues"]), _times).map(" ".join),
    st.tuples(_dates, st.one_of(st.just(""), texts.map(quoted))).map(lambda pair: f"closed {pair[0]} {pair[1]}"),
    st.tuples(_dates, _times).map(lambda pair: f"open {pair[0]} {pair[1]}"),
    st.sampled_from(["GB", "GB-ENG", "XX"]).map(lambda region: f"holidays {region}"),
)
declarations = st.one_of(
    st.tuples(names, types, st.one_of(st.just(""), values.map(lambda value: f"= {value}"))).map(
        lambda parts: f"param {parts[0]}: {parts[1]} {parts[2]}"
    ),
    st.tuples(names, values).map(lambda pair: f"let {pair[0]} = {pair[1]}"),
    options.map(lambda text: f"defaults talk {text}"),
    st.one_of(texts.map(quoted), expressions).map(lambda text: f"zone {text}"),
    st.tuples(names, options, st.lists(hours_rules, max_size=4).map("\n".join)).map(
        lambda parts: f"hours {parts[0]} {parts[1]} {{ {parts[2]} }}"
    ),
    st.tuples(endpoints, options, endpoints, options).map(
        lambda parts: f"call {{ to {parts[0]} {parts[1]}\nfrom {parts[2]} {parts[3]} }}"
    ),
    st.tuples(names, _blocks(statements)).map(lambda pair: f"step {pair[0]} {pair[1]}"),
    st.tuples(texts.map(quoted), options).map(
        lambda pair: f'test {pair[0]} {{ at "2026-12-24 18:30" with {pair[1]} hear "x" press "1" ended }}'
    ),
)
scripts = st.lists(st.one_of(declarations, statements), max_size=6).map("\n".join)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A real script with a few characters taken out, doubled or put in."""
    text = draw(st.sampled_from(EXAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 12))
        new = draw(
            st.sampled_from(
                ["", "{", "}", '"', "{{", "}}", "\n", "=", "step x {", "talk", "\\", "#", "\r\n", "\t", "é"]
            )
        )
        text = text[:at] + new + text[at + length :]
    return text
