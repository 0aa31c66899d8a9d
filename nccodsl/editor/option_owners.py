"""The options that a statement can have, with the words of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.analysis.tongues import VOICE
from nccodsl.base.record import Record
from nccodsl.editor.keyword_texts import OWN_OPTIONS
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import Option, Spec, catalogue
from nccodsl.voice.option_words import about, allowed, default_words, meaning, type_words

NOT_WRITTEN = frozenset({"to", "from", "ncco"})
"""Parts of the call body that are not written as options."""
HEARD = ("language", "style")
"""What `hear` can say about the voice."""


class Owner(Record):
    """What options belong to: the word that its statement begins with, and the kind of its endpoint.

    Of a `defaults` line, `word` is the action. `to` is an endpoint in a `call` block.
    """

    word: str
    kind: str = ""


class KnownOption(Record):
    """An option that can be written: its name, what it is for (Markdown), and its row in the catalogue, if any."""

    name: str
    text: str
    option: Option | None = None


def options_of(owner: Owner) -> dict[str, KnownOption]:
    """The options of a statement by name, those of its endpoint first; without withdrawn and deprecated ones."""
    found = catalogue()
    match owner.word:
        case "retry":
            return _known(found.actions["talk"].options)
        case "languages":
            return _known(option for option in found.actions["talk"].options if option.name in VOICE)
        case "hear":
            return _known(option for option in found.actions["talk"].options if option.name in HEARD)
        case "call" | "to" | "from":
            body = [option for option in found.call["v2"].options if option.name not in NOT_WRITTEN]
            own = found.endpoints["call"].get(owner.kind) if owner.word == "to" else None
            return _known([*(own.options if own else ()), *body])
        case "connect":
            own = found.endpoints["connect"].get(owner.kind)
            rest = [option for option in found.actions["connect"].options if option.kind != "endpoint"]
            return _known([*(own.options if own else ()), *rest])
        case word if word in OWN_OPTIONS:
            return {name: KnownOption(name, f"**`{name}`**\n\n{text}") for name, text in OWN_OPTIONS[word].items()}
        case word if word in found.actions:
            return _known(found.actions[word].options)
        case _:
            return {}


def _known(options: Iterable[Option]) -> dict[str, KnownOption]:
    found: dict[str, KnownOption] = {}
    for option in options:
        if not (option.main or option.withdrawn or option.deprecated):
            found.setdefault(option.name, KnownOption(option.name, option_text(option), option))
    return found


def all_options(owner: Owner) -> Mapping[str, KnownOption]:
    """As `options_of`, with those that are withdrawn or deprecated."""
    found = catalogue()
    spec = found.actions.get("talk" if owner.word == "retry" else owner.word)
    old = spec.options if spec else ()
    return {option.name: KnownOption(option.name, option_text(option), option) for option in old} | options_of(owner)


def option_text(option: Option) -> str:
    """What an option is for, its values and its default, as Markdown."""
    lines = [f"**`{option.name}`**: {type_words(option)}", meaning(option) + "."]
    facts = [f"- Allowed: {values}" for values in (allowed(option),) if values]
    facts += [f"- Default: {value}" for value in (default_words(option),) if value]
    facts.append(f"- In the API: `{'.'.join(option.path)}`")
    return "\n\n".join([*lines, "\n".join(facts)])


def spec_text(spec: Spec, title: str) -> str:
    """What an action or an endpoint is for, and its options, as Markdown."""
    names = ", ".join(f"`{name}`" for name in spec.names if name != spec.main)
    main = spec.main_option
    return "\n\n".join(
        [
            f"**`{title}`**",
            about(spec),
            *([f"Main value: {meaning(main)}."] if main is not None else []),
            *([f"Options: {names}"] if names else []),
        ]
    )


def owner_in(path: list[ast.Node]) -> Owner | None:
    """The owner of the option that is on a path of nodes."""
    at = next((index for index, node in enumerate(path) if isinstance(node, ast.Option)), 0)
    if at == 0:
        return None
    match path[at - 1]:
        case ast.Action(kind=kind):
            return Owner(kind.text)
        case ast.Connect(endpoint=endpoint):
            return Owner("connect", endpoint.kind.text)
        case ast.Input():
            return Owner("input")
        case ast.RecordAction():
            return Owner("record")
        case ast.Fetch():
            return Owner("fetch")
        case ast.Send():
            return Owner("send")
        case ast.OptOut():
            return Owner("opt_out")
        case ast.Hours():
            return Owner("hours")
        case ast.Retry():
            return Owner("retry")
        case ast.Tongue():
            return Owner("languages")
        case ast.Expect(verb=verb):
            return Owner(verb.text)
        case ast.Defaults(action=action):
            return Owner(action.text)
        case ast.Call(items=items):
            return _in_call(items, path[at])
        case _:
            return None


def _in_call(items: Iterable[ast.Node], option: ast.Node) -> Owner:
    """Options behind an endpoint belong to it where it knows them."""
    owner = Owner("call")
    for item in items:
        if item is option:
            break
        if isinstance(item, ast.To):
            owner = Owner("to", item.endpoint.kind.text)
        elif not isinstance(item, ast.Option):
            owner = Owner("call")
    return owner
