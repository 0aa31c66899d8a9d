"""Constants of a draft, in the form that their fields want."""

from __future__ import annotations

from nccodsl.lowering.holes import Rule
from nccodsl.voice.catalogue import Option
from nccodsl.voice.judge import rule_for
from nccodsl.voice.problems import ValueRefused


def constant_value(value: object, option: Option | None, own: Rule | None = None) -> object:
    """A constant as its field's rule writes it (a number that was given as a text becomes a number), in order."""
    if option is None:
        return value
    if not option.members or not isinstance(value, dict):
        try:
            return (own or rule_for(option))(value)
        except ValueRefused:  # judged before; what is refused here was let through on purpose, by `raw`
            return value
    known = {member.json_name: member for member in option.members}
    order = dict.fromkeys([*(key for key in known if key in value), *value])
    return {key: constant_value(value[key], known.get(key)) for key in order}
