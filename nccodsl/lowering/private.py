"""Which names carry what a `private` param says, so that no message ever shows it."""

from __future__ import annotations

from nccodsl.analysis.program import Hole, LoopItem, Program, walk


def private_names(program: Program) -> frozenset[str]:
    """The private params, the lets made of them, and the names of loops over them."""
    private = {parameter.name for parameter in program.parameters.values() if parameter.private}
    if not private:
        return frozenset()
    for parameter in program.parameters.values():
        if _uses(parameter.default, private):
            private.add(parameter.name)
    for let in program.lets:
        if _uses(let.value, private):
            private.add(let.name)
    for step in program.steps.values():
        for item in walk(step.body):
            if isinstance(item, LoopItem) and _uses(item.items, private):
                private.add(item.name)
    return frozenset(private)


def _uses(value: object, names: set[str]) -> bool:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Hole):
            if any(use.name in names for use in item.code.names):
                return True
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False
