"""Which branch an answer takes: keys and words of an `input`, outcomes of a `connect` or a `fetch`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from nccodsl.analysis.by_language import source_of
from nccodsl.analysis.program import Hole
from nccodsl.base.record import Record
from nccodsl.lowering.blocks import Wait
from nccodsl.lowering.holes import Evaluate, evaluator
from nccodsl.templates import Scope
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.voice.forms import are_keys

_PLAIN = re.compile(r"[a-z0-9 ]*")


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
        """What `as name` gives: `digits`, `speech`, `confidence`, `timed_out`."""
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


Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By language, what the words of a script are there."""


class Matcher:
    """The branches of one wait, in order. `words` are matched as well."""

    def __init__(self, wait: Wait, words: Words) -> None:
        self._outcomes: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._phrases: list[tuple[str, str]] = []
        self._later: list[tuple[Evaluate, str]] = []
        self._words = words
        self._translated: dict[str, list[tuple[str, str]]] = {language: [] for language in words}
        """The phrases of each language, with those of the script."""
        for matches, target in wait.cases:
            for match in matches:
                self._add(match, target)
        self.otherwise = wait.otherwise
        self.after_retries = wait.after_retries
        self.has_branches = bool(wait.cases) or wait.otherwise is not None or wait.retry is not None

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
            self._keys.setdefault(match, target)
        elif isinstance(match, str):
            self._phrases.append((_folded(match), target))
            for language, phrases in self._translated.items():
                phrases.append((_folded(match), target))
                phrases += [(_folded(word), target) for word in self._words[language].get(match, ())]

    def outcome(self, name: str) -> str | None:
        """The block of `on busy`, `on nothing`, `on error`; None where the script has none."""
        return self._outcomes.get(name)

    def failure(self, outcome: str) -> str | None:
        """The block of what became of a `fetch`: of its status, of the class of it, of any failure."""
        named = (outcome, f"{outcome[0]}xx") if outcome.isdecimal() else (outcome,)
        found = (self._outcomes.get(one) for one in (*named, "error"))
        return next((target for target in found if target is not None), self.otherwise)

    def answer(self, given: Heard, scope: Scope) -> str | None:
        """The block of the branch that matches keys or words; None where none does. Raises Failed."""
        if given.silence:
            return self._outcomes.get("nothing")
        keys = self._keys
        phrases = self._translated.get(str(scope.get(LANGUAGE, "")), self._phrases)
        if self._later:
            keys, phrases = dict(keys), list(phrases)
            for evaluate, target in self._later:
                for value in _several(evaluate(scope)):
                    if are_keys(value):
                        keys.setdefault(value, target)
                    elif folded := _folded(value):
                        phrases.append((folded, target))
        if given.digits:
            return keys.get(given.digits)
        said = [_folded(text) for text in given.texts]
        for text in said:
            for phrase, target in phrases:
                if text == phrase:
                    return target
            # Keys may be spoken, and are written as figures by the recogniser: "1", or "1 2 3".
            if (target_of_keys := keys.get(text.replace(" ", ""))) is not None:
                return target_of_keys
        for text in said:
            for phrase, target in phrases:
                if f" {phrase} " in f" {text} ":
                    return target
        return None


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
