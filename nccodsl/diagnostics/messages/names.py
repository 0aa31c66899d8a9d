"""E2: names that nothing declares, that are declared twice, or that are used too early."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import Instead, did_you_mean, write


def no_step(name: str, steps: Iterable[str]) -> Message:
    return Message(
        "E201",
        f"there is no step `{name}`",
        lambda: did_you_mean(name, steps) or f"add `step {name} {{ hangup }}`, and say there what happens",
    )


# ---- options


def unknown_option(owner: str, name: str, known: Sequence[str], meant: str | None = None) -> Message:
    """`owner`: whose options these are, as it is shown. `meant`: the one that is surely meant, if that is known."""
    help = did_you_mean(name, known) if meant is None else Instead(f"did you mean `{meant}`?", meant, name)
    listed = f"use one of {', '.join(known)}" if known else None
    return Message("E202", f"{owner} has no option `{name}`", help or listed)


def api_spelling(right: str, written: str, edit: Edit) -> Message:
    """`edit` writes the right name."""
    message = f"options are written in snake_case: `{right}`, not `{written}`"
    return Message("E203", message, fix=Fix(f"write `{right}`", (edit,), safe=True))


def other_spelling(owner: str, written: str, right: str) -> Message:
    return Message("E203", f"{owner} has no `{written}`; the option is `{right}`", write(right, written))


def belongs_into(owner: str, written: str, path: str) -> Message:
    """`path`: the right name behind that of the object to which it belongs."""
    message = f"{owner} has no `{written}`; it belongs to `{path.partition('.')[0]}`"
    return Message("E203", message, f"write `{path}`")


# ---- names in templates and tests


def no_member(owner: str, member: str, members: Collection[str]) -> Message:
    known = ", ".join(f"`{owner}.{one}`" for one in sorted(members))
    help = did_you_mean(member, members) or (f"use one of {known}" if known else f"use `{owner}` alone: it is a text")
    return Message("E204", f"`{owner}` has no member `{member}`", help)


def untyped_value(owner: str) -> Message:
    help = f"give the answer a type, such as `as {owner}: digits(4)`"
    return Message("E204", f"`{owner}` has no member `value`: its `input` does not say what an answer must be", help)


def length_as_member(text: str) -> Message:
    """`text`: what it is the length of."""
    return Message("E204", f"`{text}` has no member `length`", write(f"{text} | length"))


def no_param(name: str, params: Iterable[str]) -> Message:
    return Message(
        "E204",
        f"there is no param `{name}`",
        lambda: did_you_mean(name, params) or f"add `param {name}: text`",
    )


# ---- two of one name


def declared_twice(name: str, first: Span, removal: Edit) -> Message:
    """`removal` takes the second declaration away."""
    labels = ((first, "first declared here"),)
    help = "remove this one, or rename one of the two"
    return Message("E205", f"`{name}` is declared twice", help, labels, Fix.as_help(help, removal))


def name_is_taken(name: str, declared: Span | None) -> Message:
    """`declared`: where; None where a running call knows something by that name."""
    labels = ((declared, "declared here"),) if declared else ()
    other = f"{name}_2"
    help = Instead(f"write another name, such as `{other}`", other, name)
    return Message("E205", f"`{name}` is already a name of this script", help, labels)


def round_may_be_over(name: str) -> Message:
    text = f"`{name}` may have no value, or another one, when the recording is ready: its round may be over"
    help = "send what is needed of it before the recording, or record in a step of its own"
    return Message("E206", text, help)


def two_steps(name: str, first: Span) -> Message:
    return Message("E205", f"there are two steps `{name}`", "rename one of the two", ((first, "the first one"),))


# ---- used too early


def known_beside(name: str, given: Span, *, recording: bool) -> Message:
    """`recording`: it is what `record … as name` gives a name to."""
    where = "in its `on saved` and `on transcribed`" if recording else "in the handler that sets it"
    help = "use it there" if recording else "use it there, or set it in a step"
    return Message("E206", f"`{name}` is known only {where}", help, labels=((given, "it gets its value here"),))


def no_value_yet(name: str, given: Span) -> Message:
    return Message(
        "E206",
        f"`{name}` has no value yet: a later statement gives it one",
        "use it after that statement",
        labels=((given, "it gets its value here"),),
    )


def maybe_no_value(name: str, given: Span, *, part: bool) -> Message:
    """`part`: a member or an item of it is used."""
    # `default` cannot replace a part of what has no value.
    instead = f"({name} | default({{}})).… | default(…)" if part else f"{name} | default(…)"
    return Message(
        "E206",
        f"`{name}` may have no value here: one of the paths to this place does not set it",
        f"set it on every path, or write `{{{{ {instead} }}}}`",
        labels=((given, "it gets its value here"),),
    )


def unset_value(part: str, given: Span) -> Message:
    """`part`: the value of an answer, with its name."""
    return Message(
        "E206",
        f"`{part}` has no value here: not every path to this place has an answer that fits the type",
        f"use it behind the `input`, or write `{{{{ {part} | default(…) }}}}`",
        labels=((given, "an answer that fits gives it its value"),),
    )


def unset_match(part: str, given: Span) -> Message:
    """`part`: what was matched of an answer, with its name."""
    return Message(
        "E206",
        f"`{part}` has no value here: not every path to this place takes an `on` with keys or words",
        f"use it in a branch of `on`, or write `{{{{ {part} | default(…) }}}}`",
        labels=((given, "its branches of `on` give it its value"),),
    )


def visits_in_let(name: str) -> Message:
    return Message(
        "E206",
        "`visits` has no value here: it counts how often a step begins",
        f"use it in the step, or write `set {name} = {{{{ visits }}}}` there",
    )


# ---- included files


def include_cycle(ring: Sequence[str], removal: Edit) -> Message:
    """`removal` takes away the `include` that closes the ring."""
    message = f"files include each other in a ring: {' → '.join(ring)}"
    return Message("E207", message, fix=Fix("remove this `include`", (removal,)))


def cannot_include(reason: str) -> Message:
    return Message("E208", f"this file cannot be included: {reason}")


def no_library_file(wanted: str, known: Collection[str]) -> Message:
    """`known`: the files of the library."""
    help = did_you_mean(wanted, known) or f"the library has {', '.join(f'`{one}`' for one in known)}"
    return Message("E208", f"the library has no file `{wanted}`", help)


def include_without_file_name() -> Message:
    return cannot_include("a script without a file name cannot include files")


def include_of_template() -> Message:
    return cannot_include("its path must be a plain text, without templates")


def too_many_includes(most: int) -> Message:
    return cannot_include(f"a script can include at most {most} files")


# ---- kinds and types


def unknown_kind(what: str, name: str, known: Collection[str], *, listed: bool = True) -> Message:
    """`what`: an action, an endpoint, a type of input. `listed`: all that are known are named if none is near."""
    help = did_you_mean(name, known) or (f"use one of {', '.join(known)}" if listed else None)
    return Message("E209", f"there is no {what} `{name}`", help)


def no_such_kind(what: str, shown: str, near: str | None, known: Collection[str]) -> Message:
    """`what`: an action or an endpoint, with its article; `shown`: the name as it is shown."""
    help = Instead(f"did you mean `{near}`?", near) if near else f"use one of {', '.join(known)}"
    return Message("E209", f"{what.split(' ', 1)[1]} {shown} does not exist", help)


_OTHER_TYPES = {"string": "text", "str": "text", "int": "integer", "bool": "boolean", "float": "number"}
"""Types of other languages."""


def unknown_type(name: str, known: Collection[str], at: Span) -> Message:
    if right := name.lower() if name.lower() in known else _OTHER_TYPES.get(name.lower()):
        fix = Fix(f"write `{right}`", (Edit(at, right),), safe=True)
        return Message("E210", f"there is no type `{name}`; it is `{right}` here", fix=fix)
    if name in _OF_ANSWERS:
        return Message("E210", f"`{name}` is only the type of an answer to an `input`", write(_OF_ANSWERS[name]))
    help = did_you_mean(name, known) or f"use one of {', '.join(known)}"
    return Message("E210", f"there is no type `{name}`", help)


_OF_ANSWERS = {"digits": "text", "luhn": "text", "amount": "number"}
"""Types of answers, with the type that a value from outside has instead."""
_OTHER_ANSWERS = {"number": "amount", "float": "amount", "money": "amount", "int": "integer", "card": "luhn"}
"""What the types of answers are called elsewhere."""


def no_answer_type(name: str, known: Collection[str]) -> Message:
    """`known`: the types of answers to an `input`."""
    text = f"there is no type `{name}` of answers to an `input`"
    if name in ("text", "string", "str", "any"):
        return Message("E210", text, "leave the type out: `.digits` and `.speech` are the text of any answer")
    right = _OTHER_ANSWERS.get(name)
    help = write(right) if right else did_you_mean(name, known) or f"use one of {', '.join(known)}"
    return Message("E210", text, help)


_SAMPLES = {
    "number": "0",
    "integer": "0",
    "boolean": "false",
    "phone": "14155550101",
    "url": '"https://example.com"',
    "date": '"2026-12-31"',
    "time": '"14:30"',
    "datetime": '"2026-12-31T14:30"',
    "duration": "20s",
    "list": "[]",
    "map": "{}",
}
"""A default for each type of a param; for the others, a text."""


# ---- values from outside


def value_missing(name: str, kind: str, doc: str | None) -> Message:
    """`kind`: the type of the param; `doc`: its description."""
    about = f" ({doc})" if doc else ""
    default = _SAMPLES.get(kind, '"…"')
    help = f"add `--var {name}=…`, a {kind}{about}, or write `param {name}: {kind} = {default}`"
    return Message("E211", f"`{name}` has no value", help)


def unknown_variable(name: str, params: Collection[str]) -> Message:
    known = f"use one of {', '.join(params)}" if params else "the script has no params"
    help = did_you_mean(name, params) or known
    return Message("E212", f"the script has no param `{name}`", help)


def no_example(name: str, known: Iterable[str]) -> Message:
    """`known`: the examples that the package carries."""
    help = did_you_mean(name, known) or "run `nccodsl init --list` to see all examples"
    return Message("E302", f"there is no example `{name[:40]}`", help)
