"""Judging whole documents: an NCCO, a call body, or drafts of them made from a script.

Owns: which spec an action, endpoint or call is judged by, and the order of the rules. Does not own: the rules
themselves (rules, objects, cross, sequence, identity).

All functions are pure, take plain JSON values and return every problem they find, errors and warnings. In a draft,
`Unknown` may stand for any value and `Choice` among the actions; what cannot be known is not judged. `script` names
options as scripts do (`max_digits`, not `dtmf.maxDigits`), and leaves SSML to analysis, which knows the place of each
character.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from nccodsl.diagnostics import messages, nearest
from nccodsl.voice import cross, forms
from nccodsl.voice.catalogue import Option, Spec, catalogue
from nccodsl.voice.findings import Findings, TextManner, describe
from nccodsl.voice.identity import check_identity
from nccodsl.voice.languages import languages
from nccodsl.voice.objects import Rule, judge_value, members, rule_for
from nccodsl.voice.problems import MISSING, Choice, Draft, NumberedAction, Path, Problem, Unknown, ValueRefused
from nccodsl.voice.sequence import blocks, judge_sequence, never_ends, sequence_rules
from nccodsl.voice.spoken import read_out_wrongly

__all__ = [
    "MISSING",
    "Choice",
    "Draft",
    "NumberedAction",
    "Path",
    "Problem",
    "Rule",
    "Unknown",
    "ValueRefused",
    "blocks",
    "caller_rule",
    "judge_action",
    "judge_call",
    "judge_document",
    "judge_endpoint",
    "judge_ncco",
    "judge_sequence",
    "judge_value",
    "never_ends",
    "rule_for",
]

_MOST_SHOWN = 8


def _manner(script: bool) -> TextManner:
    return TextManner(script, ssml=not script)


def judge_document(doc: Any, api: str | None = None) -> list[Problem]:
    """An NCCO (an array) or a call body (an object); one E114 for what is neither."""
    if isinstance(doc, list):
        return judge_ncco(doc)
    if isinstance(doc, dict):
        if doc.keys() & catalogue().call["v1"].shape.by_json.keys() and "action" not in doc:
            return judge_call(doc, api)
        if "action" in doc:
            return [Problem.of(messages.documents.one_action(), replacement=[doc])]
    keys = ", ".join(forms.quote(str(key)) for key in list(doc)[:3]) if isinstance(doc, dict) else ""
    found = f"an object with {keys}" if keys else "an empty object" if doc == {} else describe(doc)
    return [Problem.of(messages.documents.no_document_of_calls(found))]


def judge_ncco(doc: Any, *, script: bool = False, path: Path = (), open_end: bool = False) -> list[Problem]:
    """An array of actions. `open_end`: what follows the last one is not known."""
    manner = _manner(script)
    if not isinstance(doc, list):
        return [Problem.of(messages.documents.no_ncco(describe(doc)), path)]
    found = Findings(manner)
    _actions(doc, path, found)
    found.extend(sequence_rules(doc, path, manner, open_end))
    return list(found)


def judge_action(action: Any, path: Path = (), *, script: bool = False) -> list[Problem]:
    """One action by itself."""
    found = Findings(_manner(script))
    _action(action, path, found)
    return list(found)


def judge_endpoint(endpoint: Any, place: str, path: Path = (), *, script: bool = False) -> list[Problem]:
    """One endpoint object; `place` is "connect" or "call"."""
    found = Findings(_manner(script))
    _endpoint(endpoint, place, path, found)
    return list(found)


def judge_call(body: Any, api: str | None = None, *, script: bool = False, ncco: bool = True) -> list[Problem]:
    """A create-call body of version "v1" or "v2", None where not known. `ncco=False` leaves its actions unjudged."""
    found = Findings(_manner(script))
    if not isinstance(body, dict):
        return [Problem.of(messages.documents.no_call_body(describe(body)))]
    spec = catalogue().call[api or "v1"]

    def actions(item: Any, path: Path) -> Any:
        if ncco:
            _action(item, path, found)
        return item

    def endpoint(item: Any, path: Path) -> Any:
        _endpoint(item, "call", path, found)
        return item

    judged = members(spec.shape, body, (), found, "the call", judged={"to": endpoint, "ncco": _each(actions)})
    found.extend(cross.call_rules(judged, (), _say(spec, found.manner)))
    if ncco and isinstance(body.get("ncco"), list):
        found.extend(sequence_rules(body["ncco"], ("ncco",), found.manner))
    caller = body.get("from")
    to = body.get("to")
    for index, item in enumerate(to if isinstance(to, list) else ()):
        _passport(item, caller.get("number") if isinstance(caller, dict) else None, ("to", index), found)
    return list(found)


def caller_rule(endpoint: str | None) -> Rule:
    """The rule of connect's `from`: digits where a phone is connected, any text elsewhere (NCCO reference)."""
    if endpoint == "phone":
        return rule_for(_option(catalogue().endpoints["connect"]["phone"], "number"))
    return rule_for(_option(catalogue().actions["connect"], "from"))


def _option(spec: Spec, name: str) -> Option:
    option = spec.option(name)
    if option is None:
        raise LookupError(name)
    return option


def _each(judge: Callable[[Any, Path], Any]) -> Callable[[Any, Path], Any]:
    """A judge that also visits the alternatives of a Choice."""

    def walk(item: Any, path: Path) -> Any:
        if isinstance(item, Choice):
            for number, way in enumerate(item.alternatives):
                for index, action in enumerate(way):
                    walk(action, (*path, number, index))
            return item
        return judge(item, path)

    return walk


def _actions(doc: list[Any], path: Path, found: Findings) -> None:
    walk = _each(lambda item, at: _action(item, at, found))
    for index, item in enumerate(doc):
        walk(item, (*path, index))


_ACTION = '{"action": "talk", "text": "Hello"}'
_ENDPOINT = '{"type": "phone", "number": "14155550101"}'


def _say(spec: Spec, manner: TextManner) -> Callable[[str], str]:
    return _named_as_in_scripts(spec) if manner.script else str


@lru_cache(maxsize=64)
def _named_as_in_scripts(spec: Spec) -> Callable[[str], str]:
    names = {".".join(option.path): option.name for option in spec.options}
    return lambda dotted: names.get(dotted, dotted)


def _action(action: Any, path: Path, found: Findings) -> None:
    if isinstance(action, Unknown):
        return
    if not isinstance(action, dict):
        found.report(messages.values.part_no_object("an action", describe(action), _ACTION), path)
        return
    spec = _spec_by(action, "action", catalogue().actions, "an action", path, found)
    if spec is None:
        return
    if spec.withdrawn:
        found.report(messages.options.withdrawn_action(spec.name, spec.withdrawn), (*path, "action"))
        return

    def endpoint(item: Any, at: Path) -> Any:
        _endpoint(item, "connect", at, found)
        return item

    # What an input without `type` lacks has a code of its own, which `cross` reports.
    before = len(found)
    judged = members(spec.shape, action, path, found, f"`{spec.name}`", tag="action", judged={"endpoint": endpoint})
    if spec.name == "input":
        found[before:] = [p for p in found[before:] if not (p.code == "E401" and p.path == (*path, "type"))]
    say = _say(spec, found.manner)
    found.extend(cross.action_rules(judged, path, say))
    if spec.name == "talk":
        _style(action, path, say, found)
        text = action.get("text")
        if isinstance(text, str):
            markup = forms.is_ssml(text)
            for _, _, message, help in read_out_wrongly(text, markup=markup):
                found.report(messages.warnings.read_out_wrongly(message, help), (*path, "text"))
    if spec.name == "connect":
        at = (*path, "endpoint", 0) if isinstance(action.get("endpoint"), list) else (*path, "endpoint")
        _passport(cross.first_endpoint(action), action.get("from"), at, found)


def _endpoint(endpoint: Any, place: str, path: Path, found: Findings) -> None:
    if isinstance(endpoint, Unknown):
        return
    if not isinstance(endpoint, dict):
        found.report(messages.values.part_no_object("an endpoint", describe(endpoint), _ENDPOINT), path)
        return
    spec = _spec_by(endpoint, "type", catalogue().endpoints[place], "an endpoint", path, found)
    if spec is not None:
        judged = members(spec.shape, endpoint, path, found, f"the {spec.name} endpoint", tag="type")
        found.extend(cross.endpoint_rules(judged, path, _say(spec, found.manner)))


def _spec_by(
    obj: dict[str, Any], tag: str, specs: dict[str, Spec], what: str, path: Path, found: Findings
) -> Spec | None:
    """The spec that `obj[tag]` names; None, and reported, without one."""
    name = obj.get(tag, MISSING)
    if isinstance(name, str) and name in specs:
        return specs[name]
    if isinstance(name, Unknown):
        return None
    kinds = [kind for kind, spec in specs.items() if not spec.withdrawn]
    if name is MISSING:
        found.report(messages.options.kind_missing(what, tag, kinds), (*path, tag))
        return None
    if not isinstance(name, str):
        found.report(messages.options.kind_no_text(tag, kinds, describe(name)), (*path, tag))
        return None
    near = nearest(name, kinds)
    fix = near if near and near.casefold() == name.casefold() else MISSING
    found.report(messages.names.no_such_kind(what, forms.quote(name), near, kinds), (*path, tag), replacement=fix)
    return None


def _style(action: dict[str, Any], path: Path, say: Callable[[str], str], found: Findings) -> None:
    """Warn of a style that is not published for the language."""
    style, language = action.get("style", 0), action.get("language", "en-US")
    if not isinstance(style, int) or isinstance(style, bool) or not isinstance(language, str):
        return
    code = languages().tts_folded.get(language.casefold(), "")
    styles = languages().tts.get(code)
    if "style" in action and styles and style >= 0 and style not in styles:
        shown = sorted(styles)
        known = ", ".join(map(str, shown[:_MOST_SHOWN])) + (f" … {shown[-1]}" if len(shown) > _MOST_SHOWN else "")
        near = min(shown, key=lambda one: abs(one - style))
        message = messages.tolerated.style_not_published(say("style"), describe(style), code, known, near)
        found.report(message, (*path, "style"))
    text = action.get("text")
    without = style in languages().tts.get(code, ()) and style not in languages().ssml[code]
    if without and isinstance(text, str) and forms.is_ssml(text):
        found.report(messages.translations.style_without_ssml(code, style), (*path, "text"))


def _passport(endpoint: Any, caller: Any, path: Path, found: Findings) -> None:
    """Compare the passport of a phone's Identity header with the call's numbers."""
    if not isinstance(endpoint, dict) or not isinstance(endpoint.get("shaken"), str):
        return
    number = endpoint.get("number")
    to = number if isinstance(number, str) and forms.is_phone(number) else None
    from_ = caller if isinstance(caller, str) and forms.is_phone(caller) else None
    for wrong in check_identity(endpoint["shaken"], to, from_):
        if wrong.code == "W006":
            found.report(wrong, (*path, "shaken"))
