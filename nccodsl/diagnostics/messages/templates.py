"""E6: templates, and what their filters refuse. `what`, `kind`: what a value is, in a script author's words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Atop, Instead, did_you_mean

_TAGS = "the tags are `if`, `for`, `set` and `with`"
_CALLS = "templates can call `range` and the methods of texts, maps and dates"
_PRIVATE = "names that begin with `_` are private"


# ---- E601: syntax


def syntax_error(what: str, help: str | None) -> Message:
    """`what`: what Jinja's parser says, in our words."""
    return Message("E601", what, help)


def unknown_tag(tag: str, known: Iterable[str]) -> Message:
    return Message("E601", f"`{tag}` is not a tag of templates", did_you_mean(tag, known) or _TAGS)


def expression_ends_early() -> Message:
    help = Instead("remove `}}`; one `{{ }}` holds one expression", "", "}}")
    return Message("E601", "the expression ends early", help)


def never_closed(tag: str) -> Message:
    """`tag`: the one that opens a block."""
    right = f"{{% end{tag} %}}"
    return Message("E601", f"`{tag}` is never closed", Instead(f"add `{right}`", right, behind=True))


def too_many_forms() -> Message:
    return Message("E601", "a text has two forms; translations have as many as their language", "remove `pluralize`")


def closes_nothing(tag: str) -> Message:
    opens = "trans" if tag == "pluralize" else "if"
    what = "closes nothing" if tag.startswith("end") else f"belongs to no `{opens}`"
    return Message("E601", f"`{tag}` {what}", f"remove `{{% {tag} %}}`")


def other_end(tag: str, block: str) -> Message:
    """`tag`: what stands there; `block`: the tag that is open."""
    return Message("E601", f"`{tag}` does not close `{block}`", Instead(f"write `end{block}`", f"end{block}"))


def other_sign(written: str, right: str, spaced: str) -> Message:
    """`right`: what templates have for a sign of other languages; `spaced`: with the spaces that it needs there."""
    help = Instead(f"write `{right}`", spaced, safe=True)
    return Message("E601", f"`{written}` is not an operator of templates", help)


def filter_missing(got: str) -> Message:
    return Message("E601", f"expected the name of a filter, not `{got}`", "remove `|`, or write a filter after it")


# ---- E602: values that are not there


_NONE = ("null", "nil", "undefined")
_SURROUNDINGS = ("this", "self", "request", "req", "env", "process", "window", "event", "os", "config")
"""What other languages and tools have at hand in a template."""


def undeclared(name: str, known: Callable[[], Iterable[str]], kind: str = "text") -> Message:
    """`known` is asked only for findings that are kept: a script may have very many names.

    `kind`: the type of param that the name is used as.
    """
    return Message("E602", f"nothing declares the name `{name}`", lambda: _declared(name, known, kind))


def _declared(name: str, known: Callable[[], Iterable[str]], kind: str) -> str:
    if name.lower() in _NONE:
        return Instead("write `none`", "none", name, safe=True)
    if name in _SURROUNDINGS:
        return "add a param for the value, and write its name here"
    if near := did_you_mean(name, known()):
        return near
    add = f"add `param {name}: {kind}`"
    return Atop(add, f"param {name}: {kind}\n") if kind == "text" else add


def no_value(name: str, known: Iterable[str]) -> Message:
    return Message("E602", f"`{name}` has no value", did_you_mean(name, known) or _default(name))


def _default(name: str) -> Instead:
    right = f"{name} | default('unknown')"
    return Instead(f"write `{right}`, or give it a value", right, name)


def no_key(what: str, key: object, known: Iterable[str], method: str | None) -> Message:
    """`what`: the map; `method`: one of that name, if there is any."""
    help: str | None = None
    if method is not None:
        help = _called(method)
    elif isinstance(key, str):
        help = did_you_mean(key, known) or (_default(key) if key.isidentifier() else None)
    shown = f"`{key}`" if isinstance(key, str | int) else "such a key"
    return Message("E602", f"{what} has no {shown}", help)


def _called(method: str) -> Instead:
    return Instead(f"write `{method}()`", f"{method}()", method)


def no_item(what: str, index: object, count: int) -> Message:
    return Message("E602", f"{what} has no item {index}: it has {count}")


def no_member_here(what: str, name: object) -> Message:
    return Message("E602", f"{what} has no `{name}` here")


def item_without(path: object) -> Message:
    return Message("E602", f"an item has no `{path}`")


def item_without_value() -> Message:
    return Message("E602", "an item of the list has no value for this filter")


def item_without_value_to_test(test: str) -> Message:
    return Message("E602", f"the test `{test}` needs a value, and an item has none")


def filter_of_nothing(name: str) -> Message:
    help = Instead(f"write `{name} | default('unknown')`", f"{name} | default('unknown')", name)
    return Message("E602", f"`{name}` of an empty list has no value", help)


def if_without_else() -> Message:
    help = Instead("add `else ''`", " else ''", behind=True)
    return Message("E602", "the condition of this `if` is false, and it has no `else`", help)


# ---- E603: filters, tests and functions


def no_filter(name: str, known: Sequence[str], *, of_jinja: bool) -> Message:
    help = did_you_mean(name, known) or f"the filters are {', '.join(known)}"
    return Message(
        "E603",
        f"`{name}` is not a filter",
        "Jinja has this filter, and nccodsl does not" if of_jinja else help,
    )


def no_test(name: str, known: Sequence[str], *, of_jinja: bool) -> Message:
    help = did_you_mean(name, known) or f"the tests are {', '.join(known)}"
    return Message(
        "E603",
        f"`{name}` is not a test",
        "Jinja has this test, and nccodsl does not" if of_jinja else help,
    )


_FILTERS = {"len": "length", "str": "string", "uppercase": "upper", "lowercase": "lower"}
"""Filters by the names of functions in other languages."""


def no_function(name: str, known: Iterable[str], filters: Collection[str]) -> Message:
    """`filters`: the names of the filters."""
    meant = _FILTERS.get(name, name)
    behind = f"put the filter behind the value, as in `{{{{ value | {meant} }}}}`"
    help = behind if meant in filters else _CALLS
    return Message("E603", f"`{name}` is not a function", did_you_mean(name, known) or help)


def used_wrongly(what: str, name: str, reason: str) -> Message:
    """`what`: filter or test."""
    return Message("E603", f"the {what} `{name}` cannot be used like this: {reason}")


def test_takes_nothing(name: str) -> Message:
    return Message("E603", f"the test `{name}` takes no value")


def range_takes_no_names() -> Message:
    return Message("E603", "`range` takes no named values", "write `range(1, 4)`")


def default_takes() -> Message:
    return Message("E603", "`default` takes one value, and `true` to replace empty values too")


def map_takes() -> Message:
    return Message("E603", '`map` needs the name of a filter, or `attribute="…"`')


def wants_member(filter: str) -> Message:
    return Message("E603", f"`{filter}` needs the name of a member, in quotes")


def wants_test(filter: str, written: str | None, known: Sequence[str]) -> Message:
    """`written`: the name that is given, if one is written out."""
    help = did_you_mean(written or "", known) or f"the tests are {', '.join(known)}"
    return Message("E603", f"`{filter}` needs the name of a test, in quotes", help)


# ---- E604: what templates may not do


def expression_not_allowed() -> Message:
    return Message("E604", "this expression is not allowed in templates", _TAGS)


def tag_not_allowed(tag: str) -> Message:
    return Message("E604", f"the tag `{tag}` is not allowed", _TAGS)


def stars_not_allowed(where: str) -> Message:
    """`where`: a filter, a test or a call, with its article."""
    return Message("E604", f"`*` and `**` are not allowed in {where}")


def filter_block_not_allowed() -> Message:
    return Message("E604", "filter blocks are not allowed", "filter each value, as in `{{ value | upper }}`")


def filter_on_set() -> Message:
    return Message("E604", "a filter on a `set` block is not allowed", "filter the name where you use it")


def filter_not_allowed(name: str) -> Message:
    return Message("E604", f"the filter `{name}` is not allowed in templates")


def filter_makes_markup(name: str, form: str, help: str | None) -> Message:
    """`form`: what the markup is called; `help`: where it may stand."""
    return Message("E604", f"the filter `{name}` makes {form}, and this text is not {form}", help)


def map_wants_filter() -> Message:
    return Message("E604", "`map` needs the name of a filter, in quotes")


def private(name: str, done: str, *, attribute: bool = False) -> Message:
    """`done`: read, used, called or set; `attribute`: behind a dot."""
    help = f"remove `.{name}`" if attribute else None
    return Message("E604", f"`{name}` cannot be {done}: {_PRIVATE}", help)


def only_names_are_set() -> Message:
    return Message("E604", "`set` takes a name only")


def recursive_loop() -> Message:
    return Message("E604", "`recursive` loops are not allowed")


def cannot_be_called() -> Message:
    return Message("E604", "this cannot be called", _CALLS)


def member_is_method(name: str) -> Message:
    return Message("E604", f"`{name}` is a method", _called(name))


def no_member(what: str, name: str, known: Iterable[str]) -> Message:
    help = "write `| length`" if name == "length" else did_you_mean(name, known)
    return Message("E604", f"{what} has no member `{name}`", help)


def no_method(what: str, name: str, known: Iterable[str]) -> Message:
    return Message("E604", f"{what} has no method `{name}`", did_you_mean(name, known))


def no_such_method(name: str, known: Iterable[str]) -> Message:
    return Message("E604", f"no value has a method `{name}`", did_you_mean(name, known) or _CALLS)


def curly_quote(mark: str) -> Message:
    return Message("E601", f"a text in a template is written in straight quotes, not `{mark}`", "write `'`")
