"""JSON text to scripts: reading, judging, writing, and the proof that a script compiles to what it was made of.

Owns: the order of these, and what is refused. Does not own: how a script is written (decompiler), the rules (voice).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from nccodsl.analysis.analyse import analyse
from nccodsl.base.record import Record
from nccodsl.base.source import Sources, Span
from nccodsl.decompiler.params import DifferentShapes, Parameterised, parameterised
from nccodsl.decompiler.placeholders import placeholder_at
from nccodsl.decompiler.slots import is_structural, slots
from nccodsl.decompiler.upgrades import Upgrade, upgraded
from nccodsl.decompiler.whole_document import written
from nccodsl.diagnostics import Collector, Diagnostic, Message, messages
from nccodsl.diagnostics.collector import MOST
from nccodsl.documents.json_text import JsonDocument, pointer, read_json, read_json_lines
from nccodsl.documents.validate import LINES, as_diagnostic
from nccodsl.errors import ProofFailed, RenderError, ScriptError
from nccodsl.lowering.compiled import Compiled
from nccodsl.voice.judge import judge_document
from nccodsl.voice.problems import Path, Problem

_LIMITS = ("E108", "E109", "E605")
"""What a script, other than JSON, may not have: such depth, such a size, templates so long."""


class Decompiled(Record):
    """What became of one text.

    `scripts`: one, or one for each document where they were to be apart, or none where the text was refused. `rows`:
    the values of each document for the params. `lacking`: what a script cannot do without and a document does not
    have; such a script does not compile yet.
    """

    scripts: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    rows: tuple[dict[str, Any], ...] = ()
    lacking: tuple[Diagnostic, ...] = ()


class _Judged(Record):
    """A document, its problems, and its value after the upgrades, of which the problems tell."""

    document: JsonDocument
    problems: tuple[Problem, ...]
    value: Any
    upgrades: tuple[Upgrade, ...]

    def place(self, path: Path) -> Path:
        """Where in the value that stands which stood at a path of the document."""
        for upgrade in self.upgrades:
            path = upgrade.place(path)
        return path


def decompile_text(
    name: str,
    text: str,
    *,
    api: str | None = None,
    params: bool = False,
    lenient: bool = False,
    apart: bool = False,
) -> Decompiled:
    """The script that compiles to the documents in a JSON text.

    Where each line is a document (`name` ends like a JSON Lines file's, or the first line is one by itself and more
    follows), they must be equal, or differ so that `params` can tell, or `apart` makes a script of each. `api` is the
    version that call bodies are judged by, None for what either takes. What is wrong with a document is refused;
    `lenient` keeps it with `raw`. Inputs without `type` are upgraded, and W036 says so. Raises ProofFailed.
    """
    collector = Collector(Sources())
    documents = _documents(name, text, collector)
    if collector.has_errors:
        return Decompiled((), tuple(collector.sorted()))
    judged = [_judged(document, api, params) for document in documents]
    told = _told(judged)
    if any(one.is_error and (not lenient or one.code == "E114") for one in told):
        return Decompiled((), told)
    if unkept := [one for document in documents for one in _unkeepable(document)][:MOST]:
        return Decompiled((), (*told, *unkept))
    try:
        parts = [([one], Parameterised(one.value, (), ({},))) for one in judged] if apart else [_joined(judged, params)]
    except DifferentShapes as difference:
        return Decompiled((), (*told, _different(documents, difference, params)))
    scripts = [written(part.document, api, part.params) for _, part in parts]
    lacking: list[Diagnostic] = []
    for script, (sources, part) in zip(scripts, parts, strict=True):
        lacking += _prove(script, part, sources, api)
    if beyond := [_beyond(one, documents[0]) for one in lacking if one.code in _LIMITS]:
        return Decompiled((), (*told, *beyond))
    return Decompiled(tuple(scripts), tuple(told), parts[0][1].rows, tuple(lacking))


def _documents(name: str, text: str, collector: Collector) -> list[JsonDocument]:
    """The documents of a text; that it has none is an error."""
    file = collector.sources.add(name, text)
    by_line = name.lower().endswith(LINES) or _has_a_document_a_line(text)
    read = read_json_lines(file, collector) if by_line else iter([read_json(file, collector)])
    documents = [document for document in read if document is not None]
    if not documents and not collector.has_errors:
        collector.report(messages.documents.no_document(name), Span(file.base, file.base))
    return documents


def _has_a_document_a_line(text: str) -> bool:
    first, _, rest = text.removeprefix("\ufeff").lstrip().partition("\n")
    if not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _judged(document: JsonDocument, api: str | None, params: bool) -> _Judged:
    value, upgrades = upgraded(document.value)
    at = {upgrade.path: upgrade for upgrade in upgrades}
    problems: list[Problem] = []
    for problem in _judge(document, api, params):
        upgrade = at.get(problem.path[:-1]) if problem.code == "W001" else at.get(problem.path)
        if problem.code == "E407" and upgrade is not None:
            said = messages.warnings.input_upgraded(upgrade.kinds, upgrade.moved, _json(value, upgrade.path))
            problems.append(Problem(said.code, problem.path, said.text, said.advice))
        elif problem.code != "W001" or upgrade is None or problem.path[-1] not in upgrade.moved:
            problems.append(problem)
    return _Judged(document, tuple(problems), value, upgrades)


def _judge(document: JsonDocument, api: str | None, params: bool) -> Iterator[Problem]:
    """What is wrong with a document, but for placeholders that become params."""
    problems = judge_document(document.value, api)
    known = slots(document.value) if params and any(problem.is_error for problem in problems) else {}
    for problem in problems:
        value = _at(document.value, problem.path)
        # Malformed markup stays malformed whatever stands for its placeholders.
        forgivable = params and problem.is_error and problem.code != "E316" and not is_structural(problem.path)
        if not (forgivable and placeholder_at(value, known.get(problem.path))):
            yield problem


def _told(judged: list[_Judged]) -> tuple[Diagnostic, ...]:
    """The findings in the order of their places; of very many warnings, or errors, the first."""
    left = {True: MOST, False: MOST}
    told: list[Diagnostic] = []
    for one in judged:
        for problem in one.problems:
            if left[problem.is_error]:
                left[problem.is_error] -= 1
                told.append(as_diagnostic(problem, one.document))
    return tuple(told)


def _joined(judged: list[_Judged], params: bool) -> tuple[list[_Judged], Parameterised]:
    values = [one.value for one in judged]
    if params:
        return judged, parameterised(values)
    first = _sorted_json(values[0])
    for number, value in enumerate(values):
        if _sorted_json(value) != first:
            how = messages.documents.differs_from_first()
            raise DifferentShapes(number, _first_difference(values[0], value), how)
    return judged[:1], Parameterised(values[0], (), ({},))


# ---- the proof


def _prove(script: str, part: Parameterised, judged: Sequence[_Judged], api: str | None) -> list[Diagnostic]:
    """Compile the script for each document; the errors of one that lacks something. Raises ProofFailed."""
    sources = Sources()
    checked = analyse(sources, sources.add("script", script))
    errors = [found for found in checked.collector.sorted() if found.is_error]
    was_wrong = any(problem.is_error for one in judged for problem in one.problems)
    if not errors:
        flow = Compiled(checked, "script")
        if {parameter.name for parameter in flow.params if parameter.required} - part.rows[0].keys():
            return []  # placeholders have no values yet
        for one, row in zip(judged, part.rows, strict=True):
            errors += _compare(flow, row, one, api)
    if errors and not (was_wrong or all(found.code in _LIMITS for found in errors)):
        raise ProofFailed(f"the script does not compile: {errors[0].code} {errors[0].message}")
    return errors


def _compare(flow: Compiled, row: dict[str, Any], judged: _Judged, api: str | None) -> list[Diagnostic]:
    whole = isinstance(judged.value, dict)
    versions = [api] if api else ["v2", "v1"] if whole else [None]
    errors: list[Diagnostic] = []
    for version in versions:
        try:
            made = json.loads(flow.render_json(row, call=whole, api=version or "v2"))
        except (ScriptError, RenderError) as refused:
            errors = errors or refused.diagnostics
            continue
        if _comparable(judged, made) != made:
            raise ProofFailed("the script would compile to something else")
        return []
    return errors


def _comparable(judged: _Judged, made: Any) -> Any:
    """The document with the types that are documented where the script has made them so: it may have numbers and
    booleans as strings, and phone numbers as numbers."""
    expected = judged.value
    retyped = [problem for problem in judged.problems if problem.code in ("W009", "W035")]
    if retyped:
        expected = copy.deepcopy(expected)
    for problem in retyped:
        path = judged.place(problem.path)
        value = _at(made, path)
        if value is not None and value == problem.replacement:
            _at(expected, path[:-1])[path[-1]] = value
    return expected


# ---- what is refused


def _unkeepable(document: JsonDocument) -> Iterator[Diagnostic]:
    """Actions that not even `raw` can write."""
    whole = isinstance(document.value, dict)
    path: Path = ("ncco",) if whole else ()
    actions = document.value.get("ncco", []) if whole else document.value
    if not isinstance(actions, list):
        yield _placed(messages.documents.no_actions_to_keep(), document, path)
        return
    for index, action in enumerate(actions):
        if not isinstance(action, dict) or not isinstance(action.get("action"), str):
            yield _placed(messages.documents.no_action_to_keep(), document, (*path, index))


def _different(documents: Sequence[JsonDocument], difference: DifferentShapes, params: bool) -> Diagnostic:
    first = documents[0].span(difference.path)
    message = messages.documents.different_shapes(str(difference), first, params=params)
    return _placed(message, documents[difference.number], difference.path)


def _beyond(found: Diagnostic, document: JsonDocument) -> Diagnostic:
    return _placed(messages.documents.beyond_scripts(found.code, found.message), document, ())


def _placed(message: Message, document: JsonDocument, path: Path) -> Diagnostic:
    return message.about(document.file, document.span(path), pointer(path))


def _at(value: Any, path: Path) -> Any:
    """The value at a path, or None."""
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _json(value: Any, path: Path) -> str:
    return json.dumps(_at(value, path), ensure_ascii=False)


def _sorted_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _first_difference(one: Any, other: Any) -> Path:
    """The path of the first place at which two documents differ."""
    path: list[str | int] = []
    while True:
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            keys: Sequence[Any] = list(one)
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            keys = range(len(one))
        else:
            return tuple(path)
        key = next((key for key in keys if _sorted_json(one[key]) != _sorted_json(other[key])), None)
        if key is None:
            return tuple(path)
        path.append(key)
        one, other = one[key], other[key]
