"""E6: templates, and what their filters refuse. `what`, `kind`: what a value is, in a script author's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean

_TAGS = "templates here have `if`, `for`, `set` and `with`"
_CALLS = "templates may call `range` and the methods of texts, maps and dates"
_PRIVATE = "names that begin with `_` are private"


# ---- E601: syntax


def syntax_error(what: str, help: str | None) -> Message:
    """`what`: what Jinja's parser says, in our words."""
    return Message("E601", what, help)


def unknown_tag(tag: str, known: Iterable[str]) -> Message:
    return Message("E601", f"unknown tag `{tag}`", did_you_mean(tag, known) or _TAGS)


def expression_ends_early() -> Message:
    return Message("E601", "the expression ends before its end")


# ---- E602: values that are not there


def undeclared(name: str, known: Callable[[], Iterable[str]]) -> Message:
    """`known` is asked only for findings that are kept: a script may have very many names."""
    return Message(
        "E602",
        f"nothing declares the name `{name}`",
        lambda: did_you_mean(name, known()) or f"declare it: param {name}: text",
    )


def no_value(name: str, known: Iterable[str]) -> Message:
    help = did_you_mean(name, known) or f"give `{name}` a value, or write `{{{{ {name} | default(...) }}}}`"
    return Message("E602", f"`{name}` has no value", help)


def no_key(what: str, key: object, known: Iterable[str], method: str | None) -> Message:
    """`what`: the map; `method`: one of that name, if there is any."""
    near = did_you_mean(key, known) if isinstance(key, str) else None
    help = f"call it: `.{method}()`" if method is not None else near
    shown = f"`{key}`" if isinstance(key, str | int) else "such a key"
    return Message("E602", f"{what} has no {shown}", help)


def no_item(what: str, index: object, count: int) -> Message:
    return Message("E602", f"{what} has no item {index}: it has {count}")


def no_member_here(what: str, name: object) -> Message:
    return Message("E602", f"{what} has no `{name}` here")


def item_without(path: object) -> Message:
    return Message("E602", f"an item has no `{path}`")


def item_without_value() -> Message:
    return Message("E602", "an item of the list has no value for this filter")


def item_without_value_to_test(test: str) -> Message:
    return Message("E602", f"the test `{test}` wants a value, and an item has none")


def filter_of_nothing(name: str) -> Message:
    return Message("E602", f"`{name}` of nothing has no value", "write `| default(...)` after it")


def if_without_else() -> Message:
    return Message("E602", "the `if` is not met, and it has no `else`", "add `else`")


# ---- E603: filters, tests and functions


def no_filter(name: str, known: Sequence[str], *, of_jinja: bool) -> Message:
    help = did_you_mean(name, known) or f"known: {', '.join(known)}"
    return Message(
        "E603",
        f"there is no filter `{name}`",
        "it is a filter of Jinja that templates here do not have" if of_jinja else help,
    )


def no_test(name: str, known: Sequence[str], *, of_jinja: bool) -> Message:
    help = did_you_mean(name, known) or f"known: {', '.join(known)}"
    return Message(
        "E603",
        f"there is no test `{name}`",
        "it is a test of Jinja that templates here do not have" if of_jinja else help,
    )


def no_function(name: str, known: Iterable[str]) -> Message:
    return Message("E603", f"there is no function `{name}`", did_you_mean(name, known) or _CALLS)


def used_wrongly(what: str, name: str, reason: str) -> Message:
    """`what`: filter or test."""
    return Message("E603", f"the {what} `{name}` cannot be used so: {reason}")


def test_takes_nothing(name: str) -> Message:
    return Message("E603", f"the test `{name}` takes nothing")


def range_takes_no_names() -> Message:
    return Message("E603", "`range` takes no named values")


def default_takes() -> Message:
    return Message("E603", "`default` takes a value, and `true` for empty ones too")


def map_takes() -> Message:
    return Message("E603", '`map` wants the name of a filter or `attribute="..."`')


def wants_member(filter: str) -> Message:
    return Message("E603", f"`{filter}` wants the name of a member")


def wants_test(filter: str, written: str | None, known: Sequence[str]) -> Message:
    """`written`: the name that is given, if one is written out."""
    help = did_you_mean(written or "", known) or f"known: {', '.join(known)}"
    return Message("E603", f"`{filter}` wants the name of a test, written out", help)


# ---- E604: what templates may not do


def expression_not_allowed() -> Message:
    return Message("E604", "this expression is not allowed in templates", _TAGS)


def tag_not_allowed(tag: str) -> Message:
    return Message("E604", f"the tag `{tag}` is not allowed", _TAGS)


def stars_not_allowed(where: str) -> Message:
    """`where`: a filter, a test or a call, with its article."""
    return Message("E604", f"`*` and `**` are not allowed in {where}")


def filter_block_not_allowed() -> Message:
    return Message("E604", "a filter block is not allowed")


def filter_on_set() -> Message:
    return Message("E604", "a filter on a `set` block is not allowed", "filter where the name is used")


def filter_not_allowed(name: str) -> Message:
    return Message("E604", f"the filter `{name}` is not allowed in templates here")


def filter_makes_markup(name: str, form: str, help: str | None) -> Message:
    """`form`: what the markup is called; `help`: where it may stand."""
    return Message("E604", f"the filter `{name}` makes {form}, and this text is none", help)


def map_wants_filter() -> Message:
    return Message("E604", "`map` wants the name of a simple filter, written out")


def private(name: str, done: str) -> Message:
    """`done`: read, used, called or set."""
    return Message("E604", f"`{name}` cannot be {done}: {_PRIVATE}")


def only_names_are_set() -> Message:
    return Message("E604", "only names can be set")


def recursive_loop() -> Message:
    return Message("E604", "`recursive` loops are not allowed")


def cannot_be_called() -> Message:
    return Message("E604", "this cannot be called", _CALLS)


def member_is_method(name: str) -> Message:
    return Message("E604", f"`{name}` is a method", f"call it: `.{name}()`")


def no_member(what: str, name: str, known: Iterable[str]) -> Message:
    return Message("E604", f"{what} has no member `{name}`", did_you_mean(name, known))


def no_method(what: str, name: str, known: Iterable[str]) -> Message:
    return Message("E604", f"{what} has no method `{name}`", did_you_mean(name, known))


def no_such_method(name: str, known: Iterable[str]) -> Message:
    return Message("E604", f"no value has a method `{name}`", did_you_mean(name, known) or _CALLS)
