"""Arrays, objects and their keys, and the rule for a single hole.

Owns: whether keys exist, required ones are there and arrays have the right count; `rule_for`. Does not own: scalars
(value_rules), rules between options (cross), which spec an action or endpoint has (judge).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from nccodsl.diagnostics import messages, nearest
from nccodsl.diagnostics.suggest import remove
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Members, Option
from nccodsl.voice.findings import Findings, TextManner, describe
from nccodsl.voice.problems import MISSING, Path, Problem, Unknown, ValueRefused
from nccodsl.voice.sample_values import addition
from nccodsl.voice.text_rules import compiled
from nccodsl.voice.value_rules import scalar

ItemJudge = Callable[[Any, Path], Any]


def value_of(option: Option, value: Any, path: Path, found: Findings, item: ItemJudge | None = None) -> Any:
    """Judge the value of an option, array or not; returns it as JSON wants it. `item` judges endpoints and actions."""
    if isinstance(value, Unknown):
        return value
    if not option.many:
        return _one(option, value, path, found, item)
    return [_one(option, part, at, found, item) for at, part in items(option, value, path, found)]


def _one(option: Option, value: Any, path: Path, found: Findings, item: ItemJudge | None) -> Any:
    if item:
        return item(value, path)
    if option.members:
        assert option.shape is not None
        return members(option.shape, value, path, found, f"`{found.say(option)}`")
    return scalar(option, value, path, found)


def items(option: Option, value: Any, path: Path, found: Findings) -> list[tuple[Path, Any]]:
    """The items of an array with their paths. A value without its array is reported and stands at the array's path."""
    if not isinstance(value, list | tuple):
        if value is None or not _could_be_item(option, value, found.manner.script):
            wanted = "an array of one URL" if option.kind in ("url", "webhook") else "an array"
            name = found.say(option)
            wrong = messages.values.wrong_type(name, wanted, describe(value))
            help = None if option.required else remove(name)
            found.report(messages.values.null_value(name, help) if value is None else wrong, path)
            return []
        if not found.manner.script:
            fix = [value] if not (option.kind == "endpoint" and isinstance(value, str)) else MISSING
            message = messages.values.no_array(found.say(option), tolerated=option.bare_allowed)
            found.report(message, path, replacement=fix)
        if option.kind == "endpoint" and not isinstance(value, dict):
            return []
        return [(path, value)]
    _check_count(option, value, path, found)
    return [((*path, index), part) for index, part in enumerate(value)]


def _check_count(option: Option, value: Sequence[Any], path: Path, found: Findings) -> None:
    if not value and option.empty_allowed:
        found.report(messages.tolerated.names_no_address(found.say(option)), path)
    elif option.min_items and len(value) < option.min_items:
        found.report(messages.values.empty_array(found.say(option), required=option.required), path)
    elif option.max_items is not None and len(value) > option.max_items:
        kept: object = value[: option.max_items]
        if found.manner.script and option.max_items == 1:
            kept = value[0]
        help = found.instead(kept)
        found.report(messages.values.too_many_items(found.say(option), len(value), option.max_items, help), path)
    elif option.one_advised and len(value) > 1:
        help = found.instead(value[0] if found.manner.script else value[:1])
        found.report(messages.tolerated.more_than_one(found.say(option), len(value), help), path)
    if option.kind == "enum" and all(isinstance(part, str) for part in value) and len(set(value)) < len(value):
        found.report(messages.tolerated.names_twice(found.say(option), found.instead(list(dict.fromkeys(value)))), path)


def _could_be_item(option: Option, value: object, script: bool) -> bool:
    if option.kind in ("endpoint", "action"):
        return isinstance(value, dict) or (option.kind == "endpoint" and isinstance(value, str))
    return script or isinstance(value, str)


def members(
    shape: Members,
    obj: Any,
    path: Path,
    found: Findings,
    owner: str,
    tag: str | None = None,
    judged: dict[str, ItemJudge] | None = None,
) -> Any:
    """Judge an object's keys and values. `owner` names it in messages; `tag` is a key that has been dealt with;
    `judged` has the judges of endpoints and actions by key. Returns the object
    with keys and values as JSON wants them; what is misspelt or unknown is not in it."""
    if isinstance(obj, Unknown):
        return obj
    if not isinstance(obj, dict):
        found.report(messages.values.no_object(owner, describe(obj)), path)
        return obj
    result: dict[str, Any] = {}
    raw_keys = getattr(obj, "raw_keys", ())
    judges = judged or {}
    seen: set[str] = set()
    for key, value in obj.items():
        if key == tag or key in raw_keys:
            result[key] = value if key == tag else Unknown()
            if alias := shape.by_alias.get(key):
                seen.add(alias.json_name)
            continue
        option = shape.by_json.get(key) if isinstance(key, str) else None
        if option is None:
            option = _odd_key(shape, key, obj, (*path, key), found, owner)
            if option is None:
                if misspelt := shape.resembling(str(key)):
                    seen.add(misspelt.json_name)  # reporting the spelling is enough
                continue
        seen.add(option.json_name)
        result[option.json_name] = _member(option, value, (*path, key), found, judges.get(option.json_name))
    for option in shape.required:
        if option.json_name not in seen and option.json_name not in raw_keys:
            _missing(option, path, found, owner)
    return result


def _odd_key(shape: Members, key: Any, obj: dict[str, Any], path: Path, found: Findings, owner: str) -> Option | None:
    """Report a key that no option has. The option whose alias it is, or that it misspells, which is not judged."""
    shown = forms.quote(str(key))[1:-1]
    if option := shape.by_alias.get(key):
        fix = option.json_name if option.json_name not in obj else MISSING
        found.report(messages.tolerated.alias(shown, option.json_name), path, at_key=True, replacement=fix)
        return option
    option = shape.resembling(str(key))
    if option is not None and not option.withdrawn:
        if option.deprecated and "." in option.replaced_by:
            found.report(messages.names.belongs_into(owner, shown, option.replaced_by), path, at_key=True)
            return None
        wanted = option.member_name if found.manner.script else option.json_name
        fix = option.json_name if option.json_name not in obj else MISSING
        found.report(messages.names.other_spelling(owner, shown, wanted), path, at_key=True, replacement=fix)
        return None
    called = shape.called(str(key), obj[key])
    likely = [called] if called else [option for option in shape.options if not option.withdrawn]
    names = [option.member_name if found.manner.script else option.json_name for option in likely]
    meant = names[0] if called else nearest(str(key), names)
    found.report(messages.names.unknown_option(owner, shown, (), meant), path, at_key=True)
    return None


def _member(option: Option, value: Any, path: Path, found: Findings, item: ItemJudge | None) -> Any:
    if option.withdrawn:
        found.report(messages.options.withdrawn(found.say(option), option.replaced_by), path, at_key=True)
        return value
    if option.deprecated:
        found.report(messages.tolerated.deprecated(found.say(option), option.replaced_by), path, at_key=True)
    if option.undocumented and not isinstance(value, Unknown):
        found.report(messages.tolerated.undocumented(option.undocumented, found.say(option)), path, at_key=True)
    return value_of(option, value, path, found, item)


def _missing(option: Option, path: Path, found: Findings, owner: str) -> None:
    message = messages.options.missing(owner, found.say(option), option.doc, addition(option, found))
    found.report(message, (*path, option.json_name))


# -- the rule for one hole

Rule = Callable[[object], object]


def judge_value(option: Option, value: Any, path: Path = (), script: bool = False) -> list[Problem]:
    """What is wrong with one value of an option by itself."""
    found = Findings(TextManner(script))
    value_of(option, value, path, found)
    return list(found)


@lru_cache(maxsize=1024)
def rule_for(option: Option) -> Rule:
    """A function from a Python value to the JSON value of this option; raises Refused. Warnings are not reported.

    It accepts and refuses exactly what `judge_value(..., script=True)` does; the common values take a short way.
    """
    manner = TextManner(script=True)

    def slow(value: object) -> object:
        found = Findings(manner)
        result = value_of(option, value, (), found)
        for problem in found:
            if problem.is_error:
                raise ValueRefused(problem.said)
        return result

    return _fast(option, slow)


_FORMS: dict[str, Callable[[str], object]] = {
    "phone": forms.is_phone,
    "phone_or_sip": forms.is_phone_or_sip,
    "dtmf": forms.is_dtmf,
    "key": forms.is_key,
    "sip": forms.is_sip,
    "url": forms.is_plain_url,
    "webhook": forms.is_plain_url,
    "ws": forms.is_plain_websocket,
}


def _fast(option: Option, slow: Rule) -> Rule:
    """The short way for common values, in front of the long one. Written out, since calls are what costs here."""
    if option.kind == "boolean" and not option.many:
        return lambda value: value if value is True or value is False else slow(value)
    if option.kind in ("integer", "number") and not option.many:
        return _fast_number(option, slow)
    accepts = _accepting(option)
    if accepts is None:
        return _fast_text(option, slow) if option.kind in _FREE and not option.many and not option.pattern else slow
    if option.many:
        return lambda value: [value] if type(value) is str and accepts(value) else slow(value)
    return lambda value: value if type(value) is str and accepts(value) else slow(value)


_FREE = ("text", "string", "digits_text", "caller", "voice", "tts_language", "asr_language")


def text_test(option: Option) -> Callable[[str], object] | None:
    """A quick test that a text surely is right for an option, and stays as it is; None where there is none."""
    accepts = _accepting(option)
    if accepts is not None or option.kind not in _FREE or option.pattern:
        return accepts
    if option.kind == "text":
        return lambda value: 0 < len(value) <= forms.TEXT_LIMIT and not forms.is_ssml(value)
    low, high = option.min_length or 0, option.max_length or 1_000_000
    return lambda value: low <= len(value) <= high


def _accepting(option: Option) -> Callable[[str], object] | None:
    """A quick test that a text is surely right."""
    if option.kind in _FORMS:
        return _FORMS[option.kind]
    if option.kind == "enum":
        return frozenset(option.enum).__contains__
    if option.pattern and option.min_length is None and option.max_length is None:
        return compiled(option.pattern)
    return None


def _fast_text(option: Option, slow: Rule) -> Rule:
    if option.kind == "text":
        return _fast_speech(slow)
    low = option.min_length or 0
    high = option.max_length or 1_000_000
    return lambda value: value if type(value) is str and low <= len(value) <= high else slow(value)


def _fast_speech(slow: Rule) -> Rule:
    def rule(value: object) -> object:
        if type(value) is not str or not 0 < len(value) <= forms.TEXT_LIMIT:
            return slow(value)
        if forms.is_ssml(value):
            from nccodsl.voice.ssml import is_well_formed  # its parser is slow to import

            return value if is_well_formed(value) else slow(value)
        return value

    return rule


def _fast_number(option: Option, slow: Rule) -> Rule:
    low = -1e300 if option.min is None else option.min
    high = 1e300 if option.max is None else option.max
    kinds = (int,) if option.kind == "integer" else (int, float)

    def rule(value: object) -> object:
        kind = type(value)
        if kind in kinds:
            return value if low <= value <= high else slow(value)  # type: ignore[operator]
        if kind is str and len(value) < 10 and value.isascii() and value.isdigit():  # type: ignore[arg-type, attr-defined]
            number = int(value)  # type: ignore[call-overload]
            return number if low <= number <= high else slow(value)
        return slow(value)

    return rule
