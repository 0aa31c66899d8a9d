"""The quick way from a row of a table to its document: cells go by place into the pattern of the document.

Values of `--var` and defaults are settled once. A row that this way does not take goes the common way, which says what
is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nccodsl.analysis.program import Parameter
from nccodsl.documents.row_values import is_empty
from nccodsl.lowering.document_pattern import DocumentPattern, fixed_default, only_texts, picker

OfCells = Callable[[Sequence[str]], "str | None"]
"""The document of the cells of a row; None where the common way has to look at them."""
OfMembers = Callable[[Mapping[str, object]], "str | None"]
"""The document of the members of a row; None where the common way has to look at them."""


def of_cells(
    at_once: DocumentPattern, columns: Sequence[str], parameters: Mapping[str, Parameter], values: Mapping[str, object]
) -> OfCells | None:
    """The quick way for the cells of these columns; None where there is none. `values` fill what a row lacks."""
    places = {name: place for place, name in enumerate(columns) if name in parameters}
    pattern = _settled(at_once, [name for name in parameters if name not in places], parameters, values)
    if pattern is None:
        return None
    pick, fill = picker([places[name] for name in pattern.names]), pattern.fill()
    careful = _lacks_when_empty(pattern, parameters, values)
    if not careful:
        return lambda cells: fill(pick(cells))
    filled = picker([places[name] for name in careful])
    return lambda cells: fill(pick(cells)) if all(filled(cells)) else None


def of_members(
    at_once: DocumentPattern, parameters: Mapping[str, Parameter], values: Mapping[str, object]
) -> OfMembers | None:
    """The quick way for the members of an object; None where there is none. `values` fill what a row lacks."""
    pattern = _settled(at_once, [name for name in parameters if name in values], parameters, values)
    if pattern is None:
        return None
    pick, fill, count, wanted = picker(pattern.names), pattern.fill(), len(set(pattern.names)), len(pattern.texts)
    filled = picker(_lacks_when_empty(pattern, parameters, values))

    def quick(members: Mapping[str, object]) -> str | None:
        if len(members) != count:
            return None
        try:
            cells = pick(members)
        except KeyError:
            return None
        if not only_texts(map(type, cells[:wanted])) or not all(filled(members)):
            return None
        return fill(cells)

    return quick


def _lacks_when_empty(
    pattern: DocumentPattern, parameters: Mapping[str, Parameter], values: Mapping[str, object]
) -> list[str]:
    """The params that an empty cell gives no value, where the tests of the pattern would take it."""
    return [
        name
        for name in dict.fromkeys(pattern.names)
        if pattern.takes_empty(name) and is_empty("", parameters[name], name in values)
    ]


def _settled(
    at_once: DocumentPattern, names: Sequence[str], parameters: Mapping[str, Parameter], values: Mapping[str, object]
) -> DocumentPattern | None:
    """The pattern with the values of params that no row gives; None where one has no simple value, or a wrong one."""
    constants = {name: _constant(parameters[name], values.get(name)) for name in names}
    return at_once.given(constants) if None not in constants.values() else None


def _constant(parameter: Parameter, value: object) -> object:
    """What a param is in every row; None where rows differ, or have nothing."""
    if value is None:
        return fixed_default(parameter)
    try:
        converted = parameter.convert(value)
    except ValueError:
        return None
    return converted if isinstance(converted, str | int | float) else None
