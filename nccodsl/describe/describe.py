"""What a script's call does, in plain English.

Owns: the order of the telling and the list of params. The sentences of single actions are in `sentences`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nccodsl.analysis.by_language import described
from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    AssignItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    DialogItem,
    HangupItem,
    JumpItem,
    LoopItem,
    NextItem,
    OutcomeItem,
    RequestItem,
    RetryRule,
    StepBody,
    WaitItem,
)
from nccodsl.analysis.types import why_unfit
from nccodsl.analysis.when_tests import WhenTest
from nccodsl.describe.hours_in_words import hours_in_words
from nccodsl.describe.phrases import Saying, listed
from nccodsl.describe.sentences import SENTENCES, long_call, long_sentence, spoken
from nccodsl.describe.short import plain_name
from nccodsl.describe.wanted_values import wanted_param, wanted_secret
from nccodsl.diagnostics import messages
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Failed, tree
from nccodsl.templates import Scope

_INDENT = "  "


def describe(flow: Compiled, values: Mapping[str, object] | None = None) -> str:
    """Some lines of plain text about a script; templates whose names all have `values` are filled in.

    Raises RenderError where a value does not fit its param.
    """
    program = flow.program
    say = Saying(_scope(flow, values) if values else None, flow.private_names)
    lines: list[str] = []
    if program.call is not None:
        lines.append(long_call(say, program.call))
    lines.extend(_cases(say, program.handlers, 0))
    if lines:
        lines.append("")
    lines.extend(_languages(flow))
    names = [name for name, step in program.steps.items() if step.dialog is None]
    if program.entry in names:
        names.remove(program.entry)
        names.insert(0, program.entry)
    for name in names:
        if len(names) > 1:
            lines.append(f"Step {name}:")
        body = list(_body(say, program.steps[name].body, 1 if len(names) > 1 else 0))
        lines.extend(body or [_INDENT * (len(names) > 1) + "Does nothing."])
        lines.append("")
    for step in program.steps.values():
        if step.dialog is not None:
            lines.extend([*_dialog_step(say, step, program.dialogs[step.dialog]), ""])
    for hours in program.hours.values():
        lines.extend([*hours_in_words(say, hours, program.zone), ""])
    wants = [wanted_param(parameter) for parameter in flow.params]
    wants += [f"{_INDENT}{name}: any value" for name in program.outside_names if program.open_names]
    if wants:
        lines.extend(["Params:", *wants, ""])
    if program.secrets:
        lines.extend(
            ["Secrets, which only headers of requests contain:", *map(wanted_secret, program.secrets.values()), ""]
        )
    if flow.runtime_needs():
        lines.extend(["This script is interactive: it needs a server that answers its webhooks (`nccodsl serve`).", ""])
    return "\n".join(lines).rstrip("\n") + "\n"


def _scope(flow: Compiled, values: Mapping[str, object]) -> Scope:
    """As much of a scope as the values make: what has none is simply not in it."""
    wrong = flow.unknown(values)
    scope = Scope() if flow.params else Scope(values)
    for parameter in flow.params:
        value = values.get(parameter.name)
        try:
            if value is not None:
                scope[parameter.name] = parameter.convert(value)
            elif not parameter.required:
                scope[parameter.name] = tree(parameter.default)(scope)
        except ValueError as reason:
            why = None if parameter.private else why_unfit(reason)
            wrong.append(messages.values.unusable_value(parameter.name, parameter.type, why).about())
        except Failed:
            continue
    if wrong:
        raise RenderError(wrong)
    for let in flow.program.lets:
        try:
            scope[let.name] = tree(let.value)(scope)
        except Failed:
            continue
    return scope


def _languages(flow: Compiled) -> Iterator[str]:
    languages = flow.program.languages
    if languages is not None and languages.codes:
        own, *others = languages.codes
        rest = f", translated into {listed(others)}" if others else ""
        yield from (f"Speaks {own}{rest}.", "")


def _body(say: Saying, body: Body, depth: int) -> Iterator[str]:
    pad = _INDENT * depth
    for item in body:
        match item:
            case ActionItem():
                yield pad + long_sentence(say, item)
            case ChoiceItem():
                yield from _choice(say, item, depth)
            case LoopItem():
                yield f"{pad}For each {item.shown} in {say.value(item.items)}:"
                yield from _inner(say, item.body, depth)
            case JumpItem():
                yield f"{pad}Goes to {_target(item.step)}."
            case AskItem():
                yield from _asking(say, item, depth)
            case OutcomeItem():
                yield pad + _outcome(say, item)
            case HangupItem():
                yield pad + "Hangs up."
            case NextItem():
                yield pad + "Goes on with the next one."
            case BreakItem():
                yield pad + "Leaves the loop."
            case AssignItem():
                yield f"{pad}Sets {plain_name(item.name)} to {say.value(item.value)}."
            case WaitItem():
                yield from _waiting(say, item, depth)


def _dialog_step(say: Saying, step: StepBody, dialog: DialogItem) -> Iterator[str]:
    """What a dialog begins with, or one more step of it."""
    name = step.name.partition(":")[2]
    if name:
        yield f"Step {name} of the dialog {dialog.name}:"
    else:
        wants = f" ({', '.join(one.name for one in dialog.params)})" if dialog.params else ""
        yield f"Dialog {dialog.name}{wants}, which ends with {listed(list(dialog.outcomes), 'or')}:"
    yield from _body(say, step.body, 1)


def _asking(say: Saying, item: AskItem, depth: int) -> Iterator[str]:
    pad = _INDENT * depth
    args = [
        f"{plain_name(one.name)} {'(private)' if say.hides(one.name, one.value) else say.value(one.value)}"
        for one in item.args
        if one.value is not None
    ]
    yield f"{pad}Asks the dialog {item.dialog}{f' with {listed(args)}' if args else ''}."
    if item.binding is not None:
        yield f"{pad}{_INDENT}Stores what it returns as {plain_name(item.binding)}."
    yield from _cases(say, item.cases, depth + 1)
    if item.otherwise is not None:
        yield from _branch(say, f"{pad}{_INDENT}otherwise", item.otherwise.body, depth + 1)


def _target(step: str) -> str:
    """What a jump leads to: a step, or within a dialog one of its own, or its beginning."""
    _, inside, own = step.partition("()")
    return (own.removeprefix(":") or "the beginning") if inside else step


def _outcome(say: Saying, item: OutcomeItem) -> str:
    values = [f"{name} {say.value(value)}" for name, value in item.values.items()]
    return f"Ends with {item.outcome}{f', returning {listed(values)}' if values else ''}."


def _inner(say: Saying, body: Body, depth: int) -> list[str]:
    return list(_body(say, body, depth + 1)) or [f"{_INDENT * (depth + 1)}nothing"]


def _choice(say: Saying, item: ChoiceItem, depth: int) -> Iterator[str]:
    pad = _INDENT * depth
    if isinstance(item.arms[0][0], WhenTest):
        yield f"{pad}Chooses by {say.source(item.arms[0][0].subject)}:"
        for test, body in item.arms:
            values = test.values if isinstance(test, WhenTest) else ()
            on = listed([_match(say, one) for one in values], "or")
            yield from _branch(say, f"{pad}{_INDENT}on {on}", body, depth + 1)
        if item.otherwise:
            yield from _branch(say, f"{pad}{_INDENT}otherwise", item.otherwise, depth + 1)
        return
    for index, (test, body) in enumerate(item.arms):
        yield f"{pad}{'otherwise, if' if index else 'If'} {say.source(test)}:"
        yield from _inner(say, body, depth)
    if item.otherwise:
        yield f"{pad}otherwise:"
        yield from _inner(say, item.otherwise, depth)


def _waiting(say: Saying, item: WaitItem, depth: int) -> Iterator[str]:
    pad = _INDENT * depth
    if item.action is not None:
        yield pad + long_sentence(say, item.action)
    elif item.request is not None:
        yield f"{pad}{_asked(say, item.what, item.request)}."
    elif item.what == "opt_out":
        reason = f" (reason: {say.value(item.reason)})" if item.reason else ""
        yield f"{pad}Opts the other party out of further calls{reason}."
    if item.binding is not None:
        stored = "recording" if item.what == "record" else "answer"
        wants = f": {item.answer.wants}" if item.answer is not None else ""
        yield f"{pad}{_INDENT}Stores the {stored} as {plain_name(item.binding)}{wants}."
    if item.whisper is not None:
        yield from _branch(say, f"{pad}{_INDENT}to the callee first", item.whisper, depth + 1)
    yield from _cases(say, item.cases, depth + 1)
    if item.retry is not None:
        times = "once" if item.retry.times == 1 else f"up to {item.retry.times} times"
        text = f"says {', then '.join(_retried(say, item.retry))} and " if item.retry.says else ""
        other = "an answer that does not fit" if item.answer is not None else "no match"
        yield f"{pad}{_INDENT}on silence or {other}: {text}asks again, {times}"
        if item.retry.body is not None:
            yield from _branch(say, f"{pad}{_INDENT}after that", item.retry.body, depth + 1)
    if item.otherwise is not None:
        yield from _branch(say, f"{pad}{_INDENT}otherwise", item.otherwise.body, depth + 1)


def _asked(say: Saying, what: str, request: RequestItem) -> str:
    """What is asked of another system, and how long it is waited for. Headers and bodies are for machines."""
    url = say.value(request.url)
    if what == "send":
        return f"Informs {url} ({request.method})"
    patience = f", waiting at most {say.seconds(request.timeout)}" if request.timeout is not None else ""
    method = "" if request.method == "GET" else f" ({request.method})"
    return f"Asks {url} for data{method}{patience}"


def _retried(say: Saying, retry: RetryRule) -> Iterator[str]:
    """What a retry says, with what it gives itself: all else is as in the talk before it."""
    for said in retry.says:
        draft = described(said.draft)
        own = {name: value for name, value in draft.items() if name == "text" or name in retry.own}
        yield spoken(say, own) + say.rest(own, SENTENCES["talk"].told)


def _cases(say: Saying, cases: tuple[Case, ...], depth: int) -> Iterator[str]:
    for case in cases:
        on = listed([_match(say, match) for match in case.matches], "or")
        yield from _branch(say, f"{_INDENT * depth}on {on}", case.body, depth)


def _branch(say: Saying, head: str, body: Body, depth: int) -> Iterator[str]:
    """One line where the branch does one thing, else a heading and what it does below."""
    inside = _inner(say, body, depth)
    if body and len(inside) == 1:
        first = inside[0].strip().rstrip(".")
        yield f"{head}: {first[0].lower()}{first[1:]}"
    else:
        yield f"{head}:"
        yield from inside


def _match(say: Saying, match: object) -> str:
    if isinstance(match, str):
        if match.startswith(":"):
            return "silence" if match == ":nothing" else match[1:].replace("_", " ")
        return f"“{match}”"
    return say.value(match)
