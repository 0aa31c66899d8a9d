"""Options of actions, endpoints and the call: each finds its place in the draft, defaults fill what is not given."""

from __future__ import annotations

from collections.abc import Collection

from nccodsl.analysis.draft_places import Path, Places
from nccodsl.analysis.draft_values import NOTHING, DraftValues
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.diagnostics.edits import without_second
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import Option
from nccodsl.voice.problems import Draft as JsonDraft, Unknown


class OptionDraft:
    """A JSON object in the making, and where each part of it was written."""

    def __init__(self, members: JsonDraft, places: Places) -> None:
        self.members = members
        self.places = places
        self.given: dict[str, Span] = {}
        """Options given so far by the name in the script, with the span of that name."""

    def object_at(self, path: Path) -> dict[str, object]:
        """The object at a path; an empty one where a template stands for it."""
        target: object = self.members
        for key in path:
            if isinstance(target, list):
                target = target[int(key)] if int(key) < len(target) else None
            elif isinstance(target, dict):
                target = target.get(str(key))
        return target if isinstance(target, dict) else {}


class Options:
    """Puts options into drafts."""

    def __init__(self, collector: Collector, values: DraftValues) -> None:
        self._collector = collector
        self.values = values
        self.raw_options: list[tuple[str, Span]] = []
        """The options that pass members through unchecked."""

    def first_time(self, draft: OptionDraft, name: ast.Name, whole: Span) -> bool:
        """Note that an option is given, at `whole` with its value; report it when it was given before."""
        if name.text in draft.given:
            twice = messages.options.given_twice(name.text, draft.given[name.text])
            file = self._collector.sources.file_of(whole)
            self._collector.report(without_second(twice, file, whole), name.span)
            return False
        draft.given[name.text] = name.span
        return True

    def put(
        self,
        draft: OptionDraft,
        option: Option,
        name: Span,
        value: ast.Value,
        base: Path = (),
        *,
        language: str | None = None,
    ) -> None:
        """Put one option's value at its place below `base`."""
        path = (*base, *option.path)
        drafted = self.values.option(value, option, path, draft.places, language=language)
        if drafted is NOTHING:
            return
        draft.places.put(path, name, value.span)
        target: object = draft.members
        for index, key in enumerate(path[:-1]):
            if isinstance(target, list):
                target = target[int(key)]
            elif isinstance(target, dict):
                if key not in target:
                    target[str(key)] = {}
                    draft.places.put(path[: index + 1], name, value.span)
                target = target[str(key)]
        if isinstance(target, dict):
            self._join(target, str(path[-1]), drafted, option, name)
        elif not isinstance(target, list) and type(target) is not Unknown:  # a misspelled option, which is reported
            self._collector.report(messages.options.beside_template(option.name), name)

    def _join(self, target: dict[str, object], key: str, drafted: object, option: Option, name: Span) -> None:
        """Put a value beside what other options have put there."""
        existing = target.get(key)
        if isinstance(existing, dict) and isinstance(drafted, dict):
            if twice := existing.keys() & drafted.keys():
                self._collector.report(messages.options.members_given_twice(option.name, twice), name)
            existing.update(drafted)
        elif existing is not None and len(option.path) > 1:
            self._collector.report(messages.options.given_in_map_too(option.name), name)
        else:
            target[key] = drafted

    def raw(self, draft: OptionDraft, option: ast.Option, base: Path) -> None:
        """Merge `raw={…}` into the object at `base`: members that this version does not know."""
        target = draft.object_at(base)
        if not isinstance(option.value, ast.MapValue):
            self._collector.report(messages.values.map_wanted(option.name.text), option.value.span)
            return
        self.raw_options.append((option.name.text, option.name.span))
        if isinstance(target, JsonDraft):
            target.raw_keys |= {entry.key.text for entry in option.value.entries}
        for entry in option.value.entries:
            path = (*base, entry.key.text)
            draft.places.put(path, entry.key.span, entry.value.span)
            target[entry.key.text] = self.values.free(entry.value, path, draft.places)

    def unknown_kind(self, name: ast.Name, what: str, known: Collection[str]) -> None:
        """Report an action, endpoint or input type that does not exist."""
        self._collector.report(messages.names.unknown_kind(what, name.text, known), name.span)

    def report(self, message: Message, span: Span) -> None:
        """Report what is no matter of a single option."""
        self._collector.report(message, span)
