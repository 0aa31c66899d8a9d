"""Which branch an answer takes: keys and words of an `input`, outcomes of a `connect` or a `fetch`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.analysis.by_language import source_of
from nccodsl.analysis.program import ActionItem, Hole
from nccodsl.base.record import Record
from nccodsl.lowering.blocks import Wait
from nccodsl.lowering.holes import Evaluate, evaluator, tree
from nccodsl.templates import Scope
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.voice.forms import are_keys

_PLAIN = re.compile(r"[a-z0-9 ]*")
_LANGUAGE = "en-US"
"""What the platform understands where an `input` does not say (NCCO reference)."""


class Heard(Record):
    """What came back from an `input`: the keys, the best text that was understood, and how sure that is (0 to 1)."""

    digits: str = ""
    texts: tuple[str, ...] = ()
    confidence: float = 0.0
    timed_out: bool = False

    @property
    def silence(self) -> bool:
        return not self.digits and not self.texts

    def bound(self) -> dict[str, object]:
        """What `as name` gives in any case: `digits`, `speech`, `confidence`, `timed_out`."""
        return {
            "digits": self.digits,
            "speech": self.texts[0] if self.texts else "",
            "confidence": self.confidence,
            "timed_out": self.timed_out,
        }


def heard(payload: Mapping[str, Any]) -> Heard:
    """Read an input event (webhook reference). What is not as it should be counts as nothing."""
    dtmf, speech = payload.get("dtmf"), payload.get("speech")
    digits, timed_out = "", False
    if isinstance(dtmf, dict):
        digits = _keys(dtmf.get("digits"))
        timed_out = dtmf.get("timed_out") in (True, "true")
    else:
        digits = _keys(dtmf)  # the form of old inputs, which some events still have
        timed_out = payload.get("timed_out") in (True, "true")
    texts: list[str] = []
    confidence = 0.0
    if isinstance(speech, dict):
        results = speech.get("results")
        for result in results if isinstance(results, list) else ():
            if isinstance(result, dict) and isinstance(result.get("text"), str) and result["text"].strip():
                if not texts:
                    confidence = _share(result.get("confidence"))
                texts.append(result["text"])
        timed_out = timed_out or (not texts and not digits)
    return Heard(digits, tuple(texts), confidence, timed_out)


def _keys(value: object) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if are_keys(text) else ""


def _share(value: object) -> float:
    """A confidence comes as a text, or as a number."""
    try:
        share = float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return min(share, 1.0) if share > 0 else 0.0  # what is no number is not above 0


class Taken(Record):
    """What an answer leads to: a block, None where the call ends.

    `known` is what `as name` gives besides: `matched`, the text of the `on` that was taken, or `value`, that of an
    answer that fits its type.
    """

    target: str | None
    known: Mapping[str, object] = {}


Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By language, what the words of a script are there."""


class Matcher:
    """The branches of one wait, in order. `words` are matched as well."""

    def __init__(self, wait: Wait, words: Words) -> None:
        self._outcomes: dict[str, str] = {}
        self._keys: dict[str, Taken] = {}
        self._phrases: list[tuple[str, Taken]] = []
        self._later: list[tuple[Evaluate, str]] = []
        self._words = words
        self._translated: dict[str, list[tuple[str, Taken]]] = {language: [] for language in words}
        """The phrases of each language, with those of the script."""
        for matches, target in wait.cases:
            for match in matches:
                self._add(match, target)
        self.otherwise = wait.otherwise
        self.after_retries = wait.after_retries
        self.type = wait.item.answer
        self._language = _language(wait.item.action)
        self._then = wait.then
        self.has_branches = bool(wait.cases or wait.otherwise or wait.retry or self.type)

    def _add(self, match: object, target: str) -> None:
        if isinstance(match, Hole):
            source = source_of(match)
            if isinstance(source, str):
                self._add(source, target)
            elif isinstance(source, Hole) and source is not match:
                self._later.append((evaluator(source), target))
            self._later.append((evaluator(match), target))
        elif isinstance(match, str) and match.startswith(":"):
            self._outcomes.setdefault(match[1:], target)
        elif isinstance(match, str) and are_keys(match):
            self._keys.setdefault(match, Taken(target, {"matched": match}))
        elif isinstance(match, str):
            taken = Taken(target, {"matched": match})
            self._phrases.append((_folded(match), taken))
            for language, phrases in self._translated.items():
                phrases.append((_folded(match), taken))
                phrases += [(_folded(word), taken) for word in self._words[language].get(match, ())]

    def translations(self, word: str, scope: Scope) -> tuple[str, ...]:
        """What a word is in the language of a call besides."""
        return self._words.get(str(scope.get(LANGUAGE, "")), {}).get(word, ())

    def outcome(self, name: str) -> str | None:
        """The block of `on busy`, `on nothing`, `on error`; None where the script has none."""
        return self._outcomes.get(name)

    def failure(self, outcome: str) -> str | None:
        """The block of what became of a `fetch`: of its status, of the class of it, of any failure."""
        named = (outcome, f"{outcome[0]}xx") if outcome.isdecimal() else (outcome,)
        found = (self._outcomes.get(one) for one in (*named, "error"))
        return next((target for target in found if target is not None), self.otherwise)

    def answer(self, given: Heard, scope: Scope) -> Taken | None:
        """What an answer leads to; None where nothing matches it and it does not fit a type. Raises Failed."""
        if given.silence:
            return Taken(self._outcomes["nothing"]) if "nothing" in self._outcomes else None
        return self._matching(given, scope) or self._fitting(given, scope)

    def _fitting(self, given: Heard, scope: Scope) -> Taken | None:
        """What follows the statement, where the answer fits its type."""
        if self.type is None:
            return None
        values: Iterator[object | None] = iter((self.type.typed(given.digits),))
        if not given.digits:
            language = self._language(scope)
            said = self.type.said
            values = (said(text, language if isinstance(language, str) else _LANGUAGE) for text in given.texts)
        value = next((value for value in values if value is not None), None)
        return self.fits(value) if value is not None else None

    def fits(self, value: object) -> Taken:
        """What follows an answer with this value."""
        return Taken(self._then, {"value": value})

    def _matching(self, given: Heard, scope: Scope) -> Taken | None:
        keys = self._keys
        phrases = self._translated.get(str(scope.get(LANGUAGE, "")), self._phrases)
        if self._later:
            keys, phrases = dict(keys), list(phrases)
            for evaluate, target in self._later:
                for value in _several(evaluate(scope)):
                    if are_keys(value):
                        keys.setdefault(value, Taken(target, {"matched": value}))
                    elif folded := _folded(value):
                        phrases.append((folded, Taken(target, {"matched": value})))
        if given.digits:
            return keys.get(given.digits)
        said = [_folded(text) for text in given.texts]
        for text in said:
            for phrase, taken in phrases:
                if text == phrase:
                    return taken
            # Keys may be spoken, and are written as figures by the recogniser: "1", or "1 2 3".
            if (spoken := keys.get(text.replace(" ", ""))) is not None:
                return spoken
        for text in said:
            for phrase, taken in phrases:
                if f" {phrase} " in f" {text} ":
                    return taken
        return None


def _language(action: ActionItem | None) -> Evaluate:
    """The language of the recognizer."""
    settings = action.draft.get("speech") if action is not None else None
    return tree(settings.get("language", _LANGUAGE) if isinstance(settings, dict) else _LANGUAGE)


def _several(value: object) -> list[str]:
    """The texts that a template may yield for one `on`: one, a number, or a list of them."""
    if isinstance(value, list | tuple):
        return [text for item in value for text in _several(item)]
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    return [str(value)] if isinstance(value, int) and not isinstance(value, bool) else []


def _folded(text: str) -> str:
    """Words without case and punctuation, one space between them. Marks belong to the letter that they stand at."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if _PLAIN.fullmatch(folded) is None:
        folded = unicodedata.normalize("NFKC", folded)
        folded = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in folded)
    return " ".join(folded.split())
