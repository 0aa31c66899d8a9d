"""E2: names that are declared by nobody, twice, or used too early."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import Instead, did_you_mean


def no_step(name: str, steps: Iterable[str]) -> Message:
    return Message(
        "E201",
        f"there is no step `{name}`",
        lambda: did_you_mean(name, steps) or f"declare it: step {name} {{ … }}",
    )


# ---- options


def unknown_option(owner: str, name: str, known: Sequence[str], meant: str | None = None) -> Message:
    """`owner`: whose options these are, as it is shown. `meant`: the one that is surely meant, if that is known."""
    help = did_you_mean(name, known) if meant is None else Instead(f"did you mean `{meant}`?", meant, name)
    return Message("E202", f"{owner} has no option `{name}`", help or (f"known: {', '.join(known)}" if known else None))


def api_spelling(right: str, written: str, edit: Edit) -> Message:
    """`edit` writes the right name."""
    message = f"options are written in snake_case: `{right}`, not `{written}`"
    return Message("E203", message, fix=Fix(f"write `{right}`", (edit,), safe=True))


def other_spelling(owner: str, written: str, right: str) -> Message:
    return Message("E203", f"{owner} has no `{written}`: it is spelt `{right}`", f"write `{right}`")


def belongs_into(owner: str, written: str, path: str) -> Message:
    """`path`: the right name behind that of the object to which it belongs."""
    message = f"{owner} has no `{written}`: it belongs into `{path.partition('.')[0]}`"
    return Message("E203", message, f"write `{path}`")


# ---- names in templates and tests


def no_member(owner: str, member: str, members: Collection[str]) -> Message:
    known = ", ".join(f"`{owner}.{one}`" for one in sorted(members))
    help = did_you_mean(member, members) or (f"known: {known}" if known else f"`{owner}` is a plain text")
    return Message("E204", f"`{owner}` has no member `{member}`", help)


def no_param(name: str, params: Iterable[str]) -> Message:
    return Message(
        "E204",
        f"there is no param `{name}`",
        lambda: did_you_mean(name, params) or f"declare it: param {name}: text",
    )


# ---- two of one name


def declared_twice(name: str, first: Span) -> Message:
    return Message("E205", f"`{name}` is declared twice", labels=((first, "first declared here"),))


def name_is_taken(name: str, declared: Span | None) -> Message:
    """`declared`: where; None where a running call knows something by that name."""
    labels = ((declared, "declared here"),) if declared else ()
    return Message("E205", f"`{name}` is already a name of this script", labels=labels)


def two_steps(name: str, first: Span) -> Message:
    return Message("E205", f"there are two steps `{name}`", labels=((first, "the first one"),))


# ---- used too early


def no_value_yet(name: str, given: Span) -> Message:
    return Message(
        "E206",
        f"`{name}` has no value yet: it is what comes back further down",
        "use it behind the statement that asks for it",
        labels=((given, "it gets its value here"),),
    )


def maybe_no_value(name: str, given: Span, *, part: bool) -> Message:
    """`part`: a member or an item of it is used."""
    # A part of what has no value is no value that `default` could take the place of.
    instead = f"({name} | default({{}})).… | default(…)" if part else f"{name} | default(…)"
    return Message(
        "E206",
        f"`{name}` may have no value here: one of the ways to this place does not ask for it",
        f"ask for it on every way, or say what stands in: {{{{ {instead} }}}}",
        labels=((given, "it gets its value here"),),
    )


def visits_in_let(name: str) -> Message:
    return Message(
        "E206",
        "`visits` has no value here: it counts for the step in which it stands",
        f"write it in the step, or set {name} = … there",
    )


# ---- included files


def include_cycle(ring: Sequence[str]) -> Message:
    return Message("E207", f"files include each other in a ring: {' → '.join(ring)}")


def cannot_include(reason: str) -> Message:
    return Message("E208", f"this file cannot be included: {reason}")


def include_without_file_name() -> Message:
    return cannot_include("a script without a file name cannot include files")


def include_of_template() -> Message:
    return cannot_include("the path of an include is a plain string, not a template")


def too_many_includes(most: int) -> Message:
    return cannot_include(f"more than {most} files")


# ---- kinds and types


def unknown_kind(what: str, name: str, known: Collection[str], *, listed: bool = True) -> Message:
    """`what`: an action, an endpoint, a type of input. `listed`: all that are known are named if none is near."""
    help = did_you_mean(name, known) or ("known: " + ", ".join(known) if listed else None)
    return Message("E209", f"there is no {what} `{name}`", help)


def no_such_kind(what: str, shown: str, near: str | None, known: Collection[str]) -> Message:
    """`what`: an action or an endpoint, with its article; `shown`: the name as it is shown."""
    help = Instead(f"did you mean `{near}`?", near) if near else f"there are {', '.join(known)}"
    return Message("E209", f"{what.split(' ', 1)[1]} {shown} does not exist", help)


_OTHER_TYPES = {"string": "text", "str": "text", "int": "integer", "bool": "boolean", "float": "number"}
"""Types of other languages."""


def unknown_type(name: str, known: Collection[str], at: Span) -> Message:
    if right := name.lower() if name.lower() in known else _OTHER_TYPES.get(name.lower()):
        fix = Fix(f"write `{right}`", (Edit(at, right),), safe=True)
        return Message("E210", f"there is no type `{name}`; it is `{right}` here", fix=fix)
    return Message("E210", f"there is no type `{name}`", did_you_mean(name, known) or "known: " + ", ".join(known))


# ---- values from outside


def value_missing(name: str, kind: str, doc: str | None) -> Message:
    """`kind`: the type of the param; `doc`: its description."""
    about = f" ({doc})" if doc else ""
    return Message("E211", f"`{name}` has no value", f"give it: --var {name}=…, a {kind}{about}")


def unknown_variable(name: str, params: Collection[str]) -> Message:
    help = did_you_mean(name, params) or "it has: " + (", ".join(params) or "none")
    return Message("E212", f"the script has no param `{name}`", help)


def no_example(name: str, known: Iterable[str]) -> Message:
    """`known`: the examples that the package carries."""
    help = did_you_mean(name, known) or "run `nccodsl init --list` to see all examples"
    return Message("E302", f"there is no example `{name[:40]}`", help)
