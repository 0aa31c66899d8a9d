"""Scripts that talk back, made at random: every one of them is accepted by `check`."""

from __future__ import annotations

import re

from hypothesis import strategies as st

import nccodsl
from tests.catalogs import translated

KEYS = "123456789"
PHRASES = ("sales", "support", "opening hours")
OUTCOMES = ("busy", "timeout", "rejected", "failed", "unanswered", "completed")
NUMBERS = ("14155550123", "14155550124")
TYPES = (": digits(1)", ": digits(1..3)", ": integer(3..7)", ": amount")
STEPS = ("main", "sales", "support", "hours")


@st.composite
def _target(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    kind = draw(st.sampled_from(("goto", "goto", "talk", "hangup", "goodbye")))
    if kind == "goto":
        return f"-> {draw(st.sampled_from(names))}"
    if kind == "hangup":
        return "hangup"
    if kind == "talk":
        return f'{{ talk "Branch {draw(st.integers(0, 99))}." }}'
    return f'{{ talk "Bye." -> {draw(st.sampled_from(names))} }}'


@st.composite
def _input(draw: st.DrawFn, names: tuple[str, ...], number: int) -> str:
    speech = draw(st.booleans())
    matches = draw(st.lists(st.sampled_from([*KEYS, *(PHRASES if speech else ())]), unique=True, max_size=4))
    branches = [f'on "{match}" {draw(_target(names))}' for match in matches]
    if draw(st.booleans()):
        branches.append(f"on nothing {draw(_target(names))}")
    if draw(st.booleans()):
        own = draw(st.sampled_from(("", "", " style=1", " language=en-GB level=0.5")))
        often = draw(st.sampled_from(("", "1 ", "2 ", "3 ")))
        more = ' , "Once more, {{ visits }}."' if not often and draw(st.booleans()) else ""
        branches.append(f'retry {often}"Sorry {number}."{more}{own}')
    branches.append(f"otherwise {draw(_target(names))}")
    wants = draw(st.sampled_from(("", "", *TYPES)))
    binding = f" as given{number}" if wants or draw(st.booleans()) else ""
    most = "" if wants else " max_digits=1"
    kinds = "dtmf speech" if speech else "dtmf"
    prompt = f'talk "Prompt {number}." {draw(st.sampled_from(("barge_in=true", "")))}\n'
    listening = f"input {kinds}{most}{binding}{wants} {{ {' '.join(branches)} }}"
    parts = ("digits", "matched | default('nothing')", *(("value | default('nothing')",) if wants else ()))
    part = draw(st.sampled_from(parts))
    used = f'\ntalk "You gave {{{{ given{number}.{part} }}}}."' if binding and draw(st.booleans()) else ""
    return prompt + listening + used


@st.composite
def _connect(draw: st.DrawFn, names: tuple[str, ...], number: int) -> str:
    outcomes = draw(st.lists(st.sampled_from(OUTCOMES), unique=True, min_size=1, max_size=4))
    branches = " ".join(f"on {outcome} {draw(_target(names))}" for outcome in outcomes)
    if draw(st.booleans()):
        branches += f' whisper {{ talk "Whisper {number}, visit {{{{ visits }}}}." }}'
    return f"connect phone {draw(st.sampled_from(NUMBERS))} from=14155550100 {{ {branches} }}"


@st.composite
def _fetch(draw: st.DrawFn, names: tuple[str, ...], number: int) -> str:
    target = draw(st.sampled_from(names))
    method = draw(st.sampled_from(("", "POST ")))
    shape = draw(st.sampled_from(("", ": {word: text}", ": {word: text, more: integer = 3}")))
    status = draw(st.sampled_from(("", f"on 404 {draw(_target(names))} ", f"on 5xx {draw(_target(names))} ")))
    return (
        f'fetch {method}"https://crm.example.com/{number}" as brought{number}{shape} {{ {status}on error -> {target} }}\n'
        f'talk "It brought {{{{ brought{number}.word }}}}."'
    )


@st.composite
def _record(draw: st.DrawFn, number: int) -> str:
    ends = draw(st.sampled_from(("", ' end_on_key="#" timeout=3s')))
    sends = f'send "https://crm.example.com/saved/{number}" body={{size: {{{{ message{number}.size }}}}, visit: {{{{ visits }}}}}}'
    return f"record{ends} as message{number} {{ on saved {{ set known = {number} {sends} }} }}"


@st.composite
def _statement(draw: st.DrawFn, names: tuple[str, ...], number: int) -> str:
    kinds = (
        "talk",
        "talk",
        "input",
        "input",
        "connect",
        "fetch",
        "send",
        "record",
        "set",
        "if",
        "choose",
        "for",
        "for",
        "opt_out",
        "wait",
    )
    kind = draw(st.sampled_from(kinds))
    if kind == "talk":
        language = draw(st.sampled_from(("", "", " language=es-US", " language=en-GB style=1")))
        return f'talk "Text {number}, visit {{{{ visits }}}}."{language}'
    if kind == "input":
        return draw(_input(names, number))
    if kind == "connect":
        return draw(_connect(names, number))
    if kind == "fetch":
        return draw(_fetch(names, number))
    if kind == "send":
        return f'send "https://crm.example.com/sent/{number}" body={{visit: {{{{ visits }}}}, by: {{{{ caller }}}}}}'
    if kind == "record":
        return draw(_record(number))
    if kind == "set":
        return f'set value{number} = {{{{ visits }}}}\ntalk "Value {{{{ value{number} }}}}."'
    if kind == "if":
        return f'if {{{{ visits > {draw(st.integers(1, 2))} }}}} {{ talk "Again." {draw(_jump_or_nothing(names))} }}'
    if kind == "opt_out":
        return f'opt_out reason="statement {number}, visit {{{{ visits }}}}"'
    if kind == "for":
        return draw(_for(names, number))
    if kind == "choose":
        return draw(_choose(names, number))
    return "wait 1s"


@st.composite
def _for(draw: st.DrawFn, names: tuple[str, ...], number: int, depth: int = 1) -> str:
    """A loop that waits or does not, with other loops and ways out in it."""
    items = draw(st.sampled_from(("[1, 2]", "[]", '["a", {{ visits }}, 3]', "{{ range(visits) }}")))
    item = draw(st.sampled_from((f"item{number}", "item")))
    body = [f'talk "Round {number}, {{{{ {item} }}}}."']
    inner = 100 * depth + number
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(("leave", "input", "connect", "fetch", "send", "record", "set", "for")))
        inner += 10
        if kind == "leave":
            body.append(f"if {{{{ {item} == {draw(st.integers(1, 3))} }}}} {{ {draw(_way_out(names))} }}")
        elif kind == "set":
            body.append(f'set value{inner} = {{{{ {item} }}}}\ntalk "Value {{{{ value{inner} }}}}."')
        elif kind == "send":
            body.append(f'send "https://crm.example.com/sent/{inner}" body={{item: {{{{ {item} }}}}}}')
        elif kind == "record":
            body.append(draw(_record(inner)))
        elif kind == "for":
            body.append(draw(_for(names, inner, depth + 1)) if depth < 3 else "wait 1s")
        else:
            build = {"input": _input, "connect": _connect, "fetch": _fetch}[kind]
            leave = draw(st.sampled_from(("", "next", "break")))
            text = draw(build(names, inner))
            body.append(re.sub(r"-> \w+", leave, text) if leave else text)
    return f"for {item} in {items} {{\n" + "\n".join(body) + "\n}"


@st.composite
def _way_out(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    return draw(st.sampled_from(("next", "break", "next", "break", "hangup", f"-> {draw(st.sampled_from(names))}")))


@st.composite
def _choose(draw: st.DrawFn, names: tuple[str, ...], number: int) -> str:
    values = draw(
        st.lists(st.sampled_from(["1", "2", '"3"', "{{ [2, 3] }}", "true"]), unique=True, min_size=1, max_size=3)
    )
    branches = [f"when {value} {draw(_target(names))}" for value in values]
    if draw(st.booleans()):
        branches.append(f"otherwise {draw(_target(names))}")
    return f'choose {{{{ visits }}}} {{ {" ".join(branches)} }}\ntalk "Chosen {number}."'


@st.composite
def _jump_or_nothing(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    return draw(st.sampled_from(("", "", "hangup", *(f"-> {name}" for name in names))))


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A script of up to four steps that `check` accepts: what can never run has been taken out."""
    names = STEPS[: draw(st.integers(1, len(STEPS)))]
    steps: dict[str, list[str]] = {}
    number = 0
    for name in names:
        steps[name] = []
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            steps[name].append(draw(_statement(names, number)))
    told = "{outcome: {{ call.outcome }}, step: {{ step }}}"
    over = draw(st.sampled_from(("", f'on ended {{ send "https://crm.example.com/ended" body={told} }}\n')))
    for _ in range(40):
        text = over + "\n".join(f"step {name} {{\n" + "\n".join(body) + "\n}\n" for name, body in steps.items())
        errors = [found for found in nccodsl.check(text) if found.is_error]
        if not errors:
            return text
        _mend(steps, errors[0], text)
    raise AssertionError(f"cannot be mended: {errors[0].message}\n{text}")


def _mend(steps: dict[str, list[str]], error: nccodsl.Diagnostic, text: str) -> None:
    """Take out what an error is about: a step that nobody reaches, or the end of one that has left before."""
    assert error.span is not None
    before = [name for name in steps if text.index(f"step {name} {{") <= error.span.start]
    name = before[-1]
    if error.code == "E501" and name != "main":
        del steps[name]
        for body in steps.values():
            body[:] = [statement.replace(f"-> {name}", "hangup") for statement in body]
    elif len(steps[name]) > 1:
        steps[name].pop()
    else:
        steps[name] = ['talk "Only this."']


@st.composite
def flows_in_two_languages(draw: st.DrawFn) -> nccodsl.Flow:
    """Compiled scripts that change their language on the way, every text of which is translated."""
    text = draw(scripts())
    for name in STEPS[1:]:
        if draw(st.booleans()):
            text = text.replace(f"step {name} {{\n", f'step {name} {{\nset language = "es-ES"\n')
    return translated(f"languages en-GB style=2, es-ES style=1\n{text}")


def flows() -> st.SearchStrategy[nccodsl.Flow]:
    """Compiled scripts."""
    return scripts().map(nccodsl.load)
