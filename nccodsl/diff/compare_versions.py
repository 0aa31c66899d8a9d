"""What a change to a script means to callers, callees and other systems: the comparison of two versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from nccodsl.base.record import Record
from nccodsl.diff.changes import ADDED, CHANGED, REMOVED, Change, Changes, FoundChange
from nccodsl.diff.difference_finder import ComparedWay, DifferenceFinder
from nccodsl.diff.equal_blocks import EqualBlocks
from nccodsl.diff.noticed import PLACED, Noticed, placed_body
from nccodsl.diff.param_samples import compared_beginnings
from nccodsl.diff.passage import Passage
from nccodsl.diff.product import Product, Watch
from nccodsl.diff.side import Side, Sides, stopped
from nccodsl.diff.unreached import unreached
from nccodsl.errors import RenderError, ScriptError
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Failed
from nccodsl.rehearsal.moments import moments_of
from nccodsl.runtime.events_beside import FAILED_CALLS
from nccodsl.runtime.first_ncco import begun, create_body
from nccodsl.voice.call_api import API_VERSIONS

_SHOWN_VALUES = 3
Values = Mapping[str, object]


class VersionComparison(Record):
    """What came of it. `proven`: no value and no answer makes a difference, as the blocks show without exploring.

    `reasons`: why not everything was compared; empty if it was. `paths` and `pairs`: how much was.
    """

    changes: tuple[Change, ...]
    proven: bool
    reasons: tuple[str, ...]
    paths: int
    pairs: int

    @property
    def complete(self) -> bool:
        """Whether everything was compared, with the values that the calls began with."""
        return not self.reasons

    @property
    def same(self) -> bool:
        """Whether there is no change. Never where something was not compared."""
        return self.complete and not self.changes


def compare_versions(
    old: Compiled, new: Compiled, depth: int, given: Values | None = None, watch: Watch | None = None
) -> VersionComparison:
    """Compare two versions over paths of up to `depth` answers. `given`: values of params, for all calls.

    `watch` is called as the comparison goes on.
    """
    sides = Side(old), Side(new)
    equal = EqualBlocks(*sides)
    if equal.everything():
        return VersionComparison((), True, (), 0, 0)
    changes = Changes(old, new)
    _compare_params(sides, changes)
    finder = DifferenceFinder(sides, equal.renamed, changes)
    product = Product(sides, equal, finder, depth, watch)
    api = next((one for one in API_VERSIONS[::-1] if all(_fits(side.flow, one) for side in sides)), None)
    begins = 0
    reasons: list[str] = []
    for number, (label, values, moment) in enumerate(_beginnings(sides, given or {}, reasons)):
        passages = _begun(sides, values, moment)
        if all(one.state is None for one in passages) and passages[0].keys == passages[1].keys:
            continue  # these values fit neither
        begins += 1
        edge = ComparedWay(label, number, len(label))
        _compare_placing(sides, values, moment, passages, finder, edge, api)
        product.walk(*passages, edge)
    if not begins:
        reasons.append("no value that a param was given fits; give values with --var or --vars")
    reasons += [*product.reasons, *unreached(sides, equal)]
    return VersionComparison(changes.in_order(), False, tuple(reasons), product.paths, product.pairs)


def _begun(sides: Sides, values: tuple[Values, Values], moment: datetime) -> tuple[Passage, Passage]:
    now = moment.timestamp()
    return sides[0].begun(values[0], now), sides[1].begun(values[1], now)


def _beginnings(
    sides: Sides, given: Values, reasons: list[str]
) -> Iterator[tuple[tuple[str, ...], tuple[Values, Values], datetime]]:
    """What calls begin with, and how that is shown on their ways: nothing where it is the usual beginning."""
    flows = sides[0].flow, sides[1].flow
    first: Values = {}
    for number, values in enumerate(compared_beginnings(flows, given)):
        together = {**values[0], **values[1]}
        first = first if number else together
        shown = _differing(together, first) if number else ()
        moments: dict[float, datetime] = {}
        for flow, own in zip(flows, values, strict=True):
            try:
                found = moments_of(flow, own) if flow.reads_clock else []
            except (RenderError, Failed):
                found = []
            moments |= {moment.timestamp(): moment for moment in found}
        usual = moments or {0.0: datetime.fromtimestamp(0, UTC)}
        for place, moment in enumerate(usual.values()):
            yield (*shown, *((f"at {moment:%Y-%m-%d %H:%M}",) if place else ())), values, moment


def _differing(values: Values, first: Values) -> tuple[str, ...]:
    """The values that a call begins with other than usual."""
    different = [name for name, value in values.items() if first.get(name) != value]
    shown = [f"{name}={values[name]}" for name in different[:_SHOWN_VALUES]]
    more = [f"{len(different) - _SHOWN_VALUES} more"] if len(different) > _SHOWN_VALUES else []
    return (f"with {', '.join([*shown, *more])}",) if shown else ()


# ---- params, and the request that places a call


def _compare_params(sides: Sides, changes: Changes) -> None:
    olds, news = ({one.name: one for one in side.flow.params} for side in sides)
    for name in dict.fromkeys((*olds, *news)):
        old, new = olds.get(name), news.get(name)
        said = [None if one is None else (one.span, {"type": one.type, "required": one.required}) for one in (old, new)]
        if new is None:
            kind, text = REMOVED, f"the param `{name}` is gone"
        elif old is None:
            if not new.required:
                continue  # a system that places calls need not know it
            kind, text = ADDED, f"calls now need a value for the param `{name}`"
        elif old.type != new.type:
            kind, text = CHANGED, f"the param `{name}` is now of type {new.type} (before: {old.type})"
        elif new.required and not old.required:
            kind, text = CHANGED, f"calls now need a value for the param `{name}`"
        else:
            continue
        changes.add(FoundChange(kind, "param", text, said[0], said[1], (name,)), (), 0)


def _compare_placing(
    sides: Sides,
    values: tuple[Values, Values],
    moment: datetime,
    passages: tuple[Passage, Passage],
    finder: DifferenceFinder,
    edge: ComparedWay,
    api: str | None,
) -> None:
    """What the request says that places the call, and what is sent if it is not answered.

    `api` is the version of the API that both versions are for; None where there is none.
    """
    bodies = [_placed(side, own, moment, api) for side, own in zip(sides, values, strict=True)]
    one, other = bodies
    if (one.key if one else None) != (other.key if other else None):
        finder.thing(one, other, edge)
    for status in FAILED_CALLS if any(side.flow.has_call for side in sides) else ():
        sent = [side.over(one.first, status) if one.first else () for side, one in zip(sides, passages, strict=True)]
        finder.things(sent[0], sent[1], edge)


def _placed(side: Side, values: Values, moment: datetime, api: str | None) -> Noticed | None:
    """The body of the create request; None for a script that places no call."""
    call = side.flow.program.call
    if call is None:
        return None
    versions = (api,) if api is not None else tuple(one for one in API_VERSIONS if _fits(side.flow, one))
    try:
        state = begun(side.script, values, key="compared", token=False, at=moment)
        body = create_body(side.script, state, versions[0] if versions else API_VERSIONS[-1])
    except (RenderError, ScriptError) as error:
        return stopped(error.diagnostics[0], span=call.span)
    return Noticed(PLACED, placed_body(body), span=call.span)


def _fits(flow: Compiled, api: str) -> bool:
    """Whether a version of the API takes the `call` block, if there is one."""
    try:
        return not flow.has_call or flow.judged_call(api) is not None
    except ScriptError:
        return False
