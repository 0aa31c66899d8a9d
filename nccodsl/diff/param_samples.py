"""Values for params, where no test and no option gives one: each says which param it is, as far as its type allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.candidates import beginnings

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
    "list": lambda name, _: [f"({name})"],
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
    wanted: list[Mapping[str, object]] = [{**values, **given} for flow in flows for values in beginnings(flow)]
    wanted.append({**made, **given})
    found: list[tuple[Mapping[str, object], Mapping[str, object]]] = []
    for values in wanted:
        pair = (_taken(flows[0], values, made), _taken(flows[1], values, made))
        if pair not in found:
            found.append(pair)
    return found


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
