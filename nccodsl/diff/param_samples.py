"""Values for params, where no test and no option gives one: each says which param it is, as far as its type allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.program import ChoiceItem, Hole, Parameter
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.candidates import beginnings
from nccodsl.templates import Expression
from nccodsl.templates.dialect import LANGUAGE

_MOST_ASKED = 12
"""Values of conditions that calls begin with."""
_MOST_DIGITS = 9

_SAMPLES: dict[str, Callable[[str, int], object]] = {
    "text": lambda name, _: f"({name})",
    "code": lambda _, number: str(4711 + number),
    "number": lambda _, number: 7.5 + number,
    "integer": lambda _, number: 7 + number,
    "boolean": lambda _, number: number % 2 == 0,
    "phone": lambda _, number: f"1415555{1000 + number}",
    "url": lambda name, _: f"https://{name.replace('_', '-')}.example.com/",
    "date": lambda _, number: f"2026-03-{1 + number % 28:02}",
    "time": lambda _, number: f"{8 + number % 12:02}:15",
    "datetime": lambda _, number: f"2026-03-{1 + number % 28:02}T14:45:00",
    "duration": lambda _, number: 20 + number,
    "list": lambda _, number: [f"1415555{2000 + number}", f"1415555{3000 + number}"],
    "map": lambda name, _: {"name": f"({name})"},
    "any": lambda name, _: f"({name})",
}
"""By the type: from the name and the number of a param to a value."""


def samples(flows: tuple[Compiled, Compiled]) -> dict[str, object]:
    """A value for every param of either version."""
    names: dict[str, str] = {}
    for flow in flows:
        # A private text may be a code that callers enter.
        names |= {one.name: "code" if one.private and one.type == "text" else one.type for one in flow.params}
        if flow.program.open_names:
            names |= dict.fromkeys(flow.program.outside_names, "text")
    return {
        name: _SAMPLES.get(type, _SAMPLES["any"])(name, number) for number, (name, type) in enumerate(names.items())
    }


def compared_beginnings(
    flows: tuple[Compiled, Compiled], given: Mapping[str, object]
) -> list[tuple[Mapping[str, object], Mapping[str, object]]]:
    """What calls begin with, for each version: the values of the tests of both, the defaults, and samples.

    `given` replaces all of them. Values that a version does not take are left out for it. Private ones are always
    samples: what is compared is shown.
    """
    made = samples(flows)
    wanted: list[Mapping[str, object]] = [{**values, **given} for flow in flows for values in beginnings(flow.program)]
    wanted.append({**made, **given})
    wanted += [{**made, name: value, **given} for name, value in _asked_for(flows)]
    wanted += [{**made, LANGUAGE: code, **given} for code in _other_languages(flows)]
    found: list[tuple[Mapping[str, object], Mapping[str, object]]] = []
    for values in wanted:
        pair = (_taken(flows[0], values, made), _taken(flows[1], values, made))
        if pair not in found:
            found.append(pair)
    return found


def _other_languages(flows: tuple[Compiled, Compiled]) -> list[str]:
    """The languages that calls can begin in besides their usual one."""
    spoken = [flow.program.languages.codes[1:] for flow in flows if flow.program.languages is not None]
    return list(dict.fromkeys(code for codes in spoken for code in codes))


def _asked_for(flows: tuple[Compiled, Compiled]) -> list[tuple[str, object]]:
    """Values of params that conditions compare them with, and both values of a boolean that one asks for."""
    found: list[tuple[str, object]] = []
    for flow in flows:
        for hole in _tests(flow):
            for name in sorted({use.name for use in hole.code.names} & flow.program.parameters.keys()):
                parameter = flow.program.parameters[name]
                values = [True, False] if parameter.type == "boolean" else _constants(hole)
                found += [(name, value) for value in values if _fits(parameter, value) and (name, value) not in found]
    return found[:_MOST_ASKED]


def _tests(flow: Compiled) -> Iterator[Hole]:
    """The conditions of a script."""
    for block in flow.blocks.values():
        yield from (test for test, _ in getattr(block.transition, "arms", ()))
        yield from (test for part in walk(block.parts) if isinstance(part, ChoiceItem) for test, _ in part.arms)


def _constants(hole: Hole) -> list[object]:
    """The numbers and texts in a condition."""
    source = hole.code.source if isinstance(hole.code, Expression) else ""
    found: list[object] = list(source.replace("'", '"').split('"')[1::2])
    words = "".join(letter if letter.isdecimal() else " " for letter in source).split()
    return found + [int(word) for word in words if len(word) < _MOST_DIGITS]


def _fits(parameter: Parameter, value: object) -> bool:
    try:
        parameter.convert(value)
    except ValueError:
        return False
    return True


def _taken(flow: Compiled, values: Mapping[str, object], made: Mapping[str, object]) -> dict[str, object]:
    """The values that a version takes, with samples for what it requires besides."""
    taken = {name: value for name, value in values.items() if flow.takes(name)}
    required = [parameter.name for parameter in flow.params if parameter.required]
    if flow.program.open_names:
        required += flow.program.outside_names
    private = {parameter.name for parameter in flow.params if parameter.private}
    return {
        **{name: made[name] for name in required if name in made},
        **taken,
        **{name: made[name] for name in private},
    }
