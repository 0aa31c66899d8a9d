"""The vocabulary as plain data: every action, endpoint, call field and option, for all that must start fast.

Owns: the dataclasses, loading them from ``catalogue.json``. Does not own: the facts, which stand in the models
(``python -m nccodsl.models.derive`` writes the file from them; a test fails when it is stale), how values are judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

from nccodsl.base.package_data import package_data
from nccodsl.base.record import Record


def fold(key: str) -> str:
    """What remains of a key when case, underscores and hyphens do not count."""
    return key.replace("_", "").replace("-", "").casefold()


class Members:
    """The options that an object can have, findable by script name, by JSON key and by a misspelt JSON key."""

    __slots__ = ("_folded", "by_alias", "by_json", "by_name", "options", "required")

    def __init__(self, options: Iterable[Option]) -> None:
        self.options = tuple(options)
        self.required = tuple(option for option in self.options if option.required)
        self.by_json = {option.json_name: option for option in self.options}
        self.by_name = {option.member_name: option for option in self.options}
        self.by_alias = {alias: option for option in self.options for alias in option.aliases}
        self._folded: dict[str, Option] = {}
        for option in self.options:
            # Current options win: `timeout` of an input means its dtmf settings, never a withdrawn spelling.
            for key in (option.json_name, option.member_name):
                self._folded.setdefault(fold(key), option)

    def resembling(self, key: str) -> Option | None:
        """The option whose key differs in case, underscores or hyphens alone."""
        return self._folded.get(fold(key))

    def called(self, key: str, value: object) -> Option | None:
        """The option that people mean by another name, where the value is such as it takes."""
        return meant(self.options, key, number=isinstance(value, int | float) and not isinstance(value, bool))


def meant(options: Iterable[Option], name: str, *, number: bool) -> Option | None:
    """The option among `options` that is called `name` by mistake; `number`: its value is one."""
    plain = fold(name)
    return next((one for one in options if plain in one.called and number == (one.kind in ("integer", "number"))), None)


class Option(Record):
    """One option of an action, an endpoint or the call.

    `name` is its name in a script; `member_name` within the map of its parent, where it has one; `path` the JSON keys
    from the owner's object to it. `kind`: string, text, integer, number, boolean, enum, url, webhook (a URL that gets
    events), ws, sip, phone, phone_or_sip, caller, dtmf, key, shaken, digits_text, voice, tts_language, asr_language,
    map (any JSON), object (has `members`), endpoint, action, any. With `many` it is an array of these.

    `min`, `max`, `soft_min`, `soft_max`, `step` are in `unit`; of a text, the soft ones are lengths. What is beyond
    a soft limit is warned of. `known` are the values of an open enumeration: others are warned of with `open_code`.
    `called` are other names that people give it, folded.
    `tolerated` are values of a closed one that no page documents: they are warned of, and mean `tolerated_as`.
    """

    name: str
    json_name: str
    path: tuple[str, ...]
    kind: str
    member_name: str
    doc: str
    source: str
    required: bool = False
    main: bool = False
    many: bool = False
    min_items: int | None = None
    max_items: int | None = None
    one_advised: bool = False
    bare_allowed: bool = False
    empty_allowed: bool = False
    default: Any = None
    min: float | None = None
    max: float | None = None
    soft_min: float | None = None
    soft_max: float | None = None
    step: float | None = None
    unit: str | None = None
    enum: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    open_code: str = ""
    tolerated: tuple[str, ...] = ()
    tolerated_as: str = ""
    warn_always: bool = False
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    max_bytes: int | None = None
    header_lines: bool = False
    deprecated: bool = False
    withdrawn: bool = False
    replaced_by: str = ""
    undocumented: str = ""
    aliases: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    needs: str = ""
    members: tuple[Option, ...] = ()

    # An option is the same only as itself: rules are kept by option.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @cached_property
    def shape(self) -> Members | None:
        """The members of an object option, findable; None of any other."""
        return Members(self.members) if self.members else None

    def member(self, name: str) -> Option | None:
        """The member of this object whose name within the map is `name` (snake_case)."""
        return self.shape.by_name.get(name) if self.shape else None


class When(Record):
    """Holds for an action of which all is true that is said here, of its members by their JSON keys.

    One of `given` is there, the one of `equal` has that value, the one of `unless` has not. `because` says so in words.
    """

    given: tuple[str, ...] = ()
    equal: tuple[str, Any] | None = None
    unless: tuple[str, Any] | None = None
    because: str = ""


class Spec(Record):
    """An action, an endpoint type at one place, or the call body of one version.

    `options` are those that a script can write: the object's own in their order, each followed by the flat members of
    an object option. `main` is the script name of the value that a statement begins with.

    Of an action: `keyword` is how its statement begins, `blocks` when the next action waits for its end, `ends` when no
    later action can run. It `plays` a sound that an input behind it can cut short, or `joins` the call to others.
    `outcomes` are what the branches of its statement can name.
    """

    name: str
    doc: str
    source: str
    main: str
    options: tuple[Option, ...]
    keyword: str = ""
    blocks: When | None = None
    ends: When | None = None
    plays: bool = False
    joins: bool = False
    outcomes: tuple[str, ...] = ()
    withdrawn: str = ""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @cached_property
    def shape(self) -> Members:
        """The options of the object itself, findable."""
        return Members(option for option in self.options if len(option.path) == 1)

    @cached_property
    def _by_name(self) -> dict[str, Option]:
        return {option.name: option for option in self.options}

    @property
    def main_option(self) -> Option | None:
        return self._by_name.get(self.main)

    def option(self, name: str) -> Option | None:
        """The option of a script name."""
        return self._by_name.get(name)

    def by_json(self, key: str) -> Option | None:
        """The option of a key of the object itself."""
        return self.shape.by_json.get(key)

    @property
    def names(self) -> list[str]:
        """Script names to suggest: neither withdrawn nor deprecated ones."""
        return [option.name for option in self.options if not (option.withdrawn or option.deprecated)]


ActionSpec = Spec
EndpointSpec = Spec


class Catalogue(Record):
    """`endpoints`: "connect" and "call", each by type. `call`: "v1" and "v2"; a call of unknown version is judged as
    v1, whose ranges hold those of v2."""

    actions: dict[str, Spec]
    endpoints: dict[str, dict[str, Spec]]
    call: dict[str, Spec]

    @property
    def action_names(self) -> list[str]:
        """The actions that exist; not those that are withdrawn."""
        return [name for name, spec in self.actions.items() if not spec.withdrawn]

    @cached_property
    def playing(self) -> frozenset[str]:
        """The actions that play a sound."""
        return frozenset(name for name, spec in self.actions.items() if spec.plays)

    @cached_property
    def joining(self) -> frozenset[str]:
        """The actions that bring the call into a conversation with others."""
        return frozenset(name for name, spec in self.actions.items() if spec.joins)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What can become of a `connect`."""
        return self.actions["connect"].outcomes

    @cached_property
    def failures(self) -> tuple[str, ...]:
        """What becomes of a `connect` that connects no leg: an event may be answered for it (webhook reference)."""
        return tuple(outcome for outcome in self.outcomes if outcome != "completed")


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    data = json.loads(package_data(__file__, "catalogue.json"))
    return from_data(data)


def from_data(data: dict[str, Any]) -> Catalogue:
    """The catalogue from the JSON form that `derive.to_data` makes."""
    return Catalogue(
        {name: _spec(name, spec) for name, spec in data["actions"].items()},
        {
            place: {name: _spec(name, spec) for name, spec in specs.items()}
            for place, specs in data["endpoints"].items()
        },
        {version: _spec("call", spec) for version, spec in data["call"].items()},
    )


def _spec(name: str, data: dict[str, Any]) -> Spec:
    options: list[Option] = []
    for row in data["options"]:
        option = _option(row, (), "")
        options.append(option)
        if "flat" in row:
            options.extend(option.members)
    rest = {key: _fact(value) for key, value in data.items() if key != "options"}
    main = next((option.name for option in options if option.main), "")
    return Spec(name=name, main=main, options=tuple(options), **rest)


def _fact(value: Any) -> Any:
    """A word, a flag, a list of words, or a condition."""
    if isinstance(value, dict):
        return When(**{key: _fact(part) for key, part in value.items()})
    return tuple(value) if isinstance(value, list) else value


def _option(row: dict[str, Any], above: tuple[str, ...], prefix: str) -> Option:
    path = (*above, row["json_name"])
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) and key != "default" else value for key, value in row.items()
    }
    flat: str = values.pop("flat", "")
    name: str = values.pop("name")
    values["members"] = tuple(_option(member, path, flat) for member in row.get("members", ()))
    return Option(name=prefix + name, member_name=name, path=path, **values)
