"""A document as one pattern: constant text, and between it values as they are, or what a function writes of all values.

Each value is judged by the tests or the converter of its param. Only texts that JSON writes as they are go into the
pattern. What it is not sure of, the common way renders, or refuses with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from nccodsl.analysis.program import Parameter
from nccodsl.analysis.types import Converter
from nccodsl.base.record import Record
from nccodsl.lowering.holes import Emit, Failed, first_hole
from nccodsl.templates import Scope
from nccodsl.templates.limits import UNITS

Test = Callable[[str], object]
"""Whether a text is surely right, and written as it is."""
Fill = Callable[[Sequence[Any]], "str | None"]
"""The document of values for the `names` of a pattern: texts for `texts`, then any. None: the common way is needed."""
OfValues = Callable[[Mapping[str, object]], "bytes | None"]
"""The document of values by name; None where the common way has to look at them."""
is_escaped = re.compile(r'["\\\x00-\x1f\ud800-\udfff]').search
"""Whether a text holds what JSON does not write as it is, or UTF-8 cannot write."""
only_texts = frozenset((str,)).issuperset
"""Whether there is no other type among some than `str` itself: what a subclass shows may differ from what it is."""


class DocumentPattern(Record):
    """`between` are constant texts, and `slots` what stands between each two: the value of a param, or of a function.

    `tests` are those of each param that is a text, `converters` those of the others, and `fixed` the values that are
    settled. All texts together must be no longer than `most`.
    """

    between: tuple[str, ...]
    slots: tuple[str | Emit, ...]
    tests: Mapping[str, tuple[Test, ...]]
    converters: Mapping[str, Converter]
    most: int
    fixed: Mapping[str, object]

    @property
    def texts(self) -> list[str]:
        """The params that are texts: those of the slots in order, as often as they stand there, then the others."""
        plain = [slot for slot in self.slots if isinstance(slot, str)]
        stand = set(plain)
        return [*plain, *(name for name in self.tests if name not in stand)]

    @property
    def names(self) -> list[str]:
        """The params that `fill` takes, in its order."""
        return [*self.texts, *self.converters]

    def takes_empty(self, name: str) -> bool:
        """Whether the empty text might do for a param."""
        return all(test("") for test in self.tests.get(name, ()))

    def given(self, constants: Mapping[str, object]) -> DocumentPattern | None:
        """The same pattern when some params have these values, which are judged once; None where one will not do."""
        most, times = self.most, Counter(self.slots)
        for name, value in constants.items():
            if name not in self.tests:
                continue
            if not isinstance(value, str) or is_escaped(value) or not all(test(value) for test in self.tests[name]):
                return None
            most -= len(value) * max(1, times[name])
        between, slots = [self.between[0]], []
        for slot, after in zip(self.slots, self.between[1:], strict=True):
            if isinstance(slot, str) and slot in constants:
                between[-1] += f"{constants[slot]}{after}"
            else:
                slots.append(slot)
                between.append(after)
        tests = {name: found for name, found in self.tests.items() if name not in constants}
        converters = {name: found for name, found in self.converters.items() if name not in constants}
        return DocumentPattern(tuple(between), tuple(slots), tests, converters, most, {**self.fixed, **constants})

    def fill(self) -> Fill:
        """What makes the document of a value for each of `names`."""
        places = {name: place for place, name in enumerate(self.texts)}
        judged = [(places[name], test) for name, tests in self.tests.items() for test in tests]
        blank = [part for text in self.between for part in (text, "")][:-1]
        most, count = self.most, len(self.texts)
        write = None if self.slots == tuple(self.names) else self._slots_of()

        def fill(cells: Sequence[Any]) -> str | None:
            for index, test in judged:
                if not test(cells[index]):
                    return None
            together = "".join(cells[:count] if write is not None else cells)
            if len(together) > most:
                return None
            # Three searches in C are quicker than one with a pattern; what they do not settle, it does.
            printable = together.isprintable() and '"' not in together and "\\" not in together
            if not printable and is_escaped(together):
                return None
            parts = blank.copy()
            if write is None:
                parts[1::2] = cells
            elif (written := write(cells)) is not None:
                parts[1::2] = written
            else:
                return None
            return "".join(parts)

        return fill

    def _slots_of(self) -> Callable[[Sequence[Any]], Sequence[str] | None]:
        """What stands in the slots, of values for `names`; None where the common way is needed."""
        names, fixed, converters = self.names, self.fixed, list(self.converters.items())
        emits = [slot for slot in self.slots if not isinstance(slot, str)]
        plain = iter(range(len(self.slots) - len(emits)))
        rest = iter(range(len(names), len(names) + len(emits)))
        order = picker([next(plain) if isinstance(slot, str) else next(rest) for slot in self.slots])

        def write(cells: Sequence[Any]) -> Sequence[str] | None:
            scope = Scope(fixed)
            scope.update(zip(names, cells, strict=True))
            try:
                for name, convert in converters:
                    scope[name] = convert(scope[name])
                made = [emit(scope) for emit in emits]
                "".join(made).encode()
            except (Failed, KeyError, ValueError):
                return None
            # The common way counts a little more work: it decides where there is much.
            return order((*cells, *made)) if scope.steps < UNITS // 2 else None

        return write

    def of_values(self) -> OfValues:
        """What makes the document of a value for each param, by name."""
        names, wanted, count = self.names, len(self.texts), len(self.tests) + len(self.converters)
        fill, cells_of, mixed = self.fill(), picker(names), bool(self.converters)

        def fill_by_name(values: Mapping[str, object]) -> bytes | None:
            if len(values) != count:
                return None
            try:
                cells = cells_of(values)
            except KeyError:
                return None
            if not only_texts(map(type, cells[:wanted] if mixed else cells)):
                return None
            text = fill(cells)
            return None if text is None else text.encode()

        return fill_by_name


def picker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What `itemgetter` is for several keys, for one or none too."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: tuple([values[key] for key in keys])


def fixed_default(parameter: Parameter) -> object:
    """The default of a param where it is one simple value; None otherwise."""
    default = parameter.default
    simple = isinstance(default, str | int | float) and first_hole(default) is None
    return default if simple else None
