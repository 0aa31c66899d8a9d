"""Actions, endpoints and the call block: from syntax to drafts of JSON."""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.draft_places import Path, Places
from nccodsl.analysis.draft_values import Said
from nccodsl.analysis.place_options import OptionDraft, Options
from nccodsl.analysis.program import ActionItem
from nccodsl.analysis.tongues import Tongues
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.diagnostics import messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.templates.dialect import FOLLOWS
from nccodsl.voice.catalogue import ActionSpec, Catalogue, EndpointSpec, Option
from nccodsl.voice.problems import Draft as JsonDraft, Unknown, holds_unknown

ENDPOINT_RAW = "endpoint_raw"


class Default(Record):
    """One option of a `defaults` line."""

    option: ast.Option
    span: Span


class Actions:
    """Drafts the actions of one script."""

    tongues: Tongues | None = None
    """Set where the script has several languages."""

    def __init__(self, options: Options, catalogue: Catalogue, defaults: Mapping[str, Mapping[str, Default]]) -> None:
        self._options = options
        self._catalogue = catalogue
        self._defaults = defaults

    @property
    def translations(self) -> Said | None:
        """Set where texts may be others than those that are written."""
        return self._options.values.translations

    def action(self, node: ast.Action) -> ActionItem:
        """`talk`, `stream`, `record`, `conversation`, `notify`, `wait`, `transfer`, `pay` or `raw`."""
        if node.kind.text == "raw":
            return self._raw(node)
        spec = self._catalogue.actions[node.kind.text]
        draft = self._start(spec, node.span, node.kind.span, node.span.end)
        language = self._language(node.options, spec)
        main = spec.main_option
        if node.main is not None and main is None:
            self._options.report(messages.syntax.action_without_value(spec.name), node.main.span)
        elif node.main is not None and main is not None:
            draft.given[main.name] = node.main.span
            self._options.put(draft, main, node.kind.span, node.main, language=language)
        self._rest(draft, spec, node.options, language=language)
        if self.tongues is not None and language == FOLLOWS and spec.name == "talk":
            known = (spec.option(option.name.text) for option in node.options)
            own = frozenset(option.path[0] for option in known if option is not None)
            self.tongues.add_voice(draft.members, self._spoken(node.main), own)
        return ActionItem(spec.name, draft.members, draft.places, node.span)

    def _spoken(self, main: ast.Value | None) -> dict[str, str]:
        """In which language a talk is said, for each language of the script."""
        assert self.tongues is not None
        if isinstance(main, ast.Text):
            return self._options.values.spoken
        return {code: code for code in self.tongues.codes}

    def said(self, node: ast.Retry) -> tuple[tuple[ActionItem, ...], frozenset[str]]:
        """What a `retry` says, talks like any other, and the members that it gives itself."""
        if not node.texts:
            if node.options:
                name = node.options[0].name
                self._options.report(messages.options.retry_without_text(name.text), name.span)
            return (), frozenset()
        kind = ast.Name(span=Span(node.span.start, node.span.start + len("retry")), text="talk")
        items = tuple(self.action(ast.Action(node.span, kind, text, node.options)) for text in node.texts)
        spec = self._catalogue.actions["talk"]
        known = (spec.option(option.name.text) for option in node.options)
        own = {option.path[0] for option in known if option is not None}
        if self.tongues is not None and self._language(node.options, spec) == FOLLOWS:
            own |= self.tongues.voice_members
        for given in node.options:
            if given.name.text == "raw" and isinstance(given.value, ast.MapValue):
                own.update(entry.key.text for entry in given.value.entries)
            if given.name.text == "loop" and items[0].draft.get("loop") == 0:
                self._options.report(messages.values.said_for_ever(), given.value.span)
        return items, frozenset(own)

    def input(self, node: ast.Input) -> ActionItem:
        """`input dtmf speech …`; without a word the type may stand in the option `type`."""
        spec = self._catalogue.actions["input"]
        parts = (node.keyword, *(kind.span for kind in node.kinds), *(option.span for option in node.options))
        draft = self._start(spec, node.span, node.keyword, parts[-1].end)
        kinds: list[object] = []
        for kind in node.kinds:
            if kind.text not in ("dtmf", "speech"):
                self._options.unknown_kind(kind, "type of input", ("dtmf", "speech"))
                kinds.append(Unknown())
            elif kind.text in kinds:
                self._options.first_time(draft, kind, kind.span)
            else:
                draft.given[kind.text] = kind.span
                draft.places.put(("type", len(kinds)), kind.span, kind.span)
                kinds.append(kind.text)
        draft.given = {}
        if node.kinds:
            draft.members["type"] = kinds
            draft.given["type"] = node.kinds[0].span
            draft.places.put(("type",), node.kinds[0].span, node.kinds[0].span.to(node.kinds[-1].span))
        language = self._language(node.options, spec)
        self._rest(draft, spec, node.options, language=FOLLOWS if language == FOLLOWS else None)
        if self.tongues is not None and language == FOLLOWS:
            self.tongues.add_recognizer(draft.members)
        return ActionItem(spec.name, draft.members, draft.places, node.span)

    def connect(self, node: ast.Connect) -> ActionItem:
        """`connect phone 14155550100 …`: endpoint options and the action's own stand side by side."""
        spec = self._catalogue.actions["connect"]
        parts = (node.endpoint.span, *(option.span for option in node.options))
        draft = self._start(spec, node.span, node.keyword, parts[-1].end)
        draft.places.put(("endpoint",), node.endpoint.kind.span, node.endpoint.span)
        endpoint, options = self.endpoint(node.endpoint, "connect", draft, ("endpoint", 0))
        draft.members["endpoint"] = [Unknown() if endpoint is None else endpoint]
        self._rest(draft, spec, node.options, endpoint=options, base=("endpoint", 0))
        return ActionItem(spec.name, draft.members, draft.places, node.span)

    def endpoint(
        self, node: ast.Endpoint, place: str, draft: OptionDraft, base: Path
    ) -> tuple[dict[str, object] | None, EndpointSpec | None]:
        """The draft of an endpoint with its main value, put at `base`; None where its kind is unknown."""
        specs = self._catalogue.endpoints[place]
        spec = specs.get(node.kind.text)
        draft.places.put(base, node.kind.span, node.span)
        if spec is None:
            self._options.unknown_kind(node.kind, "endpoint", specs)
            return None, None
        members = JsonDraft(type=spec.name)
        draft.places.put((*base, "type"), node.kind.span, node.kind.span)
        main = spec.main_option
        if node.main is not None and main is not None:
            path = (*base, *main.path)
            draft.places.put(path, node.kind.span, node.main.span)
            value = self._options.values.option(node.main, main, path, draft.places)
            members[main.json_name] = value
            draft.given[main.name] = node.main.span
        return members, spec

    def _start(self, spec: ActionSpec, span: Span, keyword: Span, end: int) -> OptionDraft:
        places = Places(keyword, span, end)
        places.put(("action",), keyword, keyword)
        return OptionDraft(JsonDraft(action=spec.name), places)

    def _language(self, options: tuple[ast.Option, ...], spec: ActionSpec) -> str | None:
        """The language of a talk where it is constant: amounts and dates are spoken in it.

        FOLLOWS where it is that of the script, and its texts are translated.
        """
        if spec.option("language") is None:
            return None
        if self.translations is not None:
            own = any(option.name.text in ("language", "voice_name") for option in options)
            if self.tongues is None or not own:
                return FOLLOWS
        default = self._defaults.get(spec.name, {}).get("language")
        for option in (*options, *((default.option,) if default else ())):
            if option.name.text == "language":
                value = option.value
                if isinstance(value, (ast.Word, ast.Text)) and not is_template(value.text):
                    return value.text
                return None
        return None

    def _rest(
        self,
        draft: OptionDraft,
        spec: ActionSpec,
        options: tuple[ast.Option, ...],
        *,
        endpoint: EndpointSpec | None = None,
        base: Path = (),
        language: str | None = None,
    ) -> None:
        """The options of an action and of its endpoint, then the defaults that are not overridden."""

        def find(name: str) -> tuple[Option | None, Path]:
            own = endpoint.option(name) if endpoint is not None else None
            return (own, base) if own is not None else (spec.option(name), ())

        raws: list[tuple[ast.Option, Path]] = []
        for option in options:
            name = option.name.text
            if not self._options.first_time(draft, option.name, option.span):
                continue
            if name == "raw" or (name == ENDPOINT_RAW and base):
                raws.append((option, base if name == ENDPOINT_RAW else ()))
                continue
            found, at = find(name)
            if found is not None:
                self._options.put(draft, found, option.name.span, option.value, at, language=language)
            elif (meant := self._unknown(option, spec, endpoint)) is not None:
                found, at = find(meant.name)
                if found is not None and found.path[0] not in draft.members:
                    draft.object_at(at).setdefault(found.path[0], Unknown())
        for name, default in self._defaults.get(spec.name, {}).items():
            if name not in draft.given:
                found, at = find(name)
                if found is not None and _listens(draft, spec, found):
                    self._options.put(
                        draft, found, default.option.name.span, default.option.value, at, language=language
                    )
        for option, at in raws:
            self._options.raw(draft, option, at)

    def _unknown(self, option: ast.Option, spec: ActionSpec, endpoint: EndpointSpec | None) -> Option | None:
        """Report an option that neither the action nor its endpoint has; the one that was plainly meant."""
        known = [*spec.options, *(endpoint.options if endpoint else ())]
        owner = f"`{spec.name}`" if endpoint is None else f"`{spec.name} {endpoint.name}`"
        return self._options.values.unknown_option(option.name, owner, known, value=option.value)

    def _raw(self, node: ast.Action) -> ActionItem:
        places = Places(node.kind.span)
        draft = OptionDraft(JsonDraft(), places)
        if isinstance(node.main, ast.MapValue):
            fake = ast.Option(span=node.span, name=node.kind, value=node.main)
            self._options.raw(draft, fake, ())
            if "action" not in draft.members:
                self._options.report(messages.options.raw_without_action(), node.main.span)
        else:
            self._options.report(messages.options.raw_without_map(), node.span)
        for option in node.options:
            self._options.values.unknown_option(option.name, "`raw`", [])
        return ActionItem(None, draft.members, places, node.span)


def _listens(draft: OptionDraft, spec: ActionSpec, option: Option) -> bool:
    """Defaults for keys and for speech are for the inputs that listen to them."""
    kinds = draft.members.get("type")
    if spec.name != "input" or option.path[0] not in ("dtmf", "speech") or not isinstance(kinds, list):
        return True
    return option.path[0] in kinds or holds_unknown(kinds)
