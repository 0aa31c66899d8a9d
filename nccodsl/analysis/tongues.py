"""`languages en-GB style=2, es-ES`: the languages of a script, and the voice of each."""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.by_language import by_language
from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.draft_values import NOTHING, DraftValues
from nccodsl.analysis.names import Names
from nccodsl.analysis.script_languages import find_language
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, Fix, messages
from nccodsl.diagnostics.edits import without
from nccodsl.syntax import ast
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.judge import judge_action
from nccodsl.voice.languages import languages

VOICE = ("style", "premium", "level", "provider", "provider_options")
"""The options of a talk that a language gives its voice."""


class Tongues:
    """The languages that a script declares, as analysis reads them."""

    def __init__(self, collector: Collector, names: Names, values: DraftValues) -> None:
        self._collector = collector
        self._names = names
        self._values = values
        self._voices: dict[str, dict[str, object]] = {}
        self.span: Span | None = None
        self.spans: dict[str, Span] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.spans)

    def declare(self, nodes: list[ast.Languages]) -> None:
        for node in nodes:
            if self.span is not None:
                removal = without(self._collector.sources.file_of(node.span), node.span)
                fix = Fix("remove the second one", (removal,), is_help=True)
                self._collector.report(messages.translations.languages_twice(self.span, fix), node.span)
                continue
            self.span = Span(node.span.start, node.span.start + len("languages"))
            for tongue in node.tongues:
                self._tongue(tongue)
        self._names.speaks = self.span

    def _tongue(self, node: ast.Tongue) -> None:
        code = node.name.text
        if (same := find_language(self.spans, code)) is not None:
            self._collector.report(messages.translations.language_twice(code, self.spans[same]), node.name.span)
            return
        self.spans[code] = node.name.span
        voice: dict[str, object] = {}
        places = Places(node.name.span)
        for option in node.options:
            known = catalogue().actions["talk"].option(option.name.text)
            if known is None or known.name not in VOICE:
                unknown = messages.translations.unknown_voice_option(option.name.text, VOICE)
                self._collector.report(unknown, option.name.span)
            elif known.json_name in voice:
                self._collector.report(messages.options.given_twice(known.name), option.name.span)
            else:
                value = self._values.option(option.value, known, known.path, places)
                places.put(known.path, option.name.span, option.value.span)
                if value is not NOTHING:
                    voice[known.json_name] = value
        self._voices[code] = voice
        for problem in judge_action({"action": "talk", "text": "x", "language": code, **voice}, script=True):
            self._collector.report(problem.said, places.find(problem.path, problem.at_key))

    # ---- the voices

    @property
    def voice_members(self) -> frozenset[str]:
        """The members of a talk that the language decides."""
        return frozenset((LANGUAGE, *(name for voice in self._voices.values() for name in voice)))

    def add_voice(self, members: dict[str, object], spoken: Mapping[str, str], given: frozenset[str]) -> None:
        """Give a talk the voice of each language: `spoken` says in which one it is really said.

        `given` are the members that the talk gives itself; others that it has already are defaults.
        """
        assert self.span is not None
        if "language" not in given:
            members["language"] = by_language(spoken, self.span)
        names = dict.fromkeys(name for voice in self._voices.values() for name in voice)
        for name in names:
            if name not in given:
                default = members.get(name)
                ways = {code: self._voices[said].get(name, default) for code, said in spoken.items()}
                members[name] = by_language(ways, self.span)

    def add_recognizer(self, members: dict[str, object]) -> None:
        """Let an input that hears words hear those of the language, unless it says which itself."""
        assert self.span is not None
        kinds, speech = members.get("type"), members.get("speech", {})
        if isinstance(kinds, list) and "speech" in kinds and isinstance(speech, dict) and LANGUAGE not in speech:
            for code, at in self.spans.items():
                if code.casefold() not in languages().asr_folded:
                    self._collector.report(messages.translations.not_recognized(code), at)
            members["speech"] = {**speech, LANGUAGE: by_language({code: code for code in self.spans}, self.span)}
