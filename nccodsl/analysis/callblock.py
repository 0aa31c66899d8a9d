"""The `call` block: the body of the create request without its NCCO."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nccodsl.analysis.draft_actions import ENDPOINT_RAW, Actions
from nccodsl.analysis.draft_places import Path, Places
from nccodsl.analysis.place_options import OptionDraft, Options
from nccodsl.analysis.program import CallItem, Case
from nccodsl.diagnostics import Collector, Fix, messages
from nccodsl.diagnostics.edits import without, without_second
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import Catalogue, EndpointSpec, Option, Spec
from nccodsl.voice.problems import Draft as JsonDraft, Unknown


class CallBlock:
    """Drafts the call block of one script."""

    def __init__(self, collector: Collector, options: Options, actions: Actions, catalogue: Catalogue) -> None:
        self._collector = collector
        self._options = options
        self._actions = actions
        self._call = catalogue.call["v1"]

    def draft(self, node: ast.Call, handler: Callable[[ast.On], Case]) -> tuple[CallItem, tuple[Case, ...]]:
        """The body of the create request, and the handlers in the block.

        Options behind an endpoint belong to it where it knows them, else to the call.
        """
        places = Places(node.span)
        draft = OptionDraft(JsonDraft(), places)
        to: list[object] = []
        endpoint: EndpointSpec | None = None
        inner: OptionDraft | None = None
        base: Path = ()
        handlers: list[Case] = []
        raws: list[tuple[ast.Option, OptionDraft, Path]] = []
        for item in node.items:
            match item:
                case ast.To():
                    base = ("to", len(to))
                    inner = OptionDraft(draft.members, places)
                    endpoint = self._to(item, to, inner, base)
                case ast.From():
                    endpoint = None
                    self._from(item, draft)
                case ast.On():
                    endpoint = None
                    handlers.append(handler(item))
                case ast.Option():
                    known = endpoint.option(item.name.text) if endpoint else None
                    if known is not None and inner is not None:
                        if self._options.first_time(inner, item.name, item.span):
                            self._options.put(inner, known, item.name.span, item.value, base)
                    elif item.name.text == ENDPOINT_RAW and inner is not None and endpoint is not None:
                        if self._options.first_time(inner, item.name, item.span):
                            raws.append((item, inner, base))
                    elif self._options.first_time(draft, item.name, item.span):
                        self._option(item, draft, raws, endpoint, inner.object_at(base) if inner else {})
        for option, owner, at in raws:
            self._options.raw(owner, option, at)
        return CallItem(draft.members, places, node.span), tuple(handlers)

    def _to(self, item: ast.To, to: list[object], draft: OptionDraft, base: Path) -> EndpointSpec | None:
        """One more endpoint in the list `to`, at `base`."""
        if to:
            edit = without(self._collector.sources.file_of(item.span), item.span)
            fix = Fix.as_help("remove it, and make a call for each", edit)
            self._collector.report(messages.warnings.second_to(fix), item.span)
        members, endpoint = self._actions.endpoint(item.endpoint, "call", draft, base)
        draft.members["to"] = to
        draft.places.names.setdefault(("to",), item.span)
        draft.places.values.setdefault(("to",), item.span)
        to.append(Unknown() if members is None else members)
        return endpoint

    def check_events(self, item: CallItem, handlers: Sequence[Case]) -> None:
        """Events come to the flow itself, and are answered in the detection mode `default` only (webhook reference)."""
        told = [handler for handler in handlers if set(handler.matches) - {":answered"}]
        detecting = [handler for handler in told if set(handler.matches) - {":answered", ":ended"}]
        if detecting:
            settings = item.draft.get("advanced_machine_detection")
            mode = settings.get("mode") if isinstance(settings, dict) else None
            if not isinstance(settings, Unknown) and not isinstance(mode, Unknown) and mode != "default":
                self._collector.report(messages.options.detection_mode(), detecting[0].span)
        if told and (at := item.places.names.get(("event_url",))) is not None:
            self._collector.report(messages.options.event_url_of_call(told[0].span), at)

    def _option(
        self,
        item: ast.Option,
        draft: OptionDraft,
        raws: list[tuple[ast.Option, OptionDraft, Path]],
        endpoint: EndpointSpec | None,
        inside: dict[str, object],
    ) -> None:
        if item.name.text == "raw":
            raws.append((item, draft, ()))
            return
        known = self._call.option(item.name.text)
        if known is None or item.name.text in ("to", "from", "ncco"):
            shown = [option for option in self._call.options if option.name not in ("to", "from", "ncco")]
            owner = f"`call` (or `to {endpoint.name}`)" if endpoint else "`call`"
            own = endpoint.options if endpoint else ()
            meant = self._options.values.unknown_option(item.name, owner, [*shown, *own])
            if meant is not None:
                # Reporting the spelling is enough: what is meant is there.
                of_endpoint = any(meant is option for option in own)
                (inside if of_endpoint else draft.members).setdefault(str(meant.path[0]), Unknown())
            return
        self._options.put(draft, known, item.name.span, item.value)

    def _from(self, item: ast.From, draft: OptionDraft) -> None:
        kind = item.endpoint.kind
        if "from" in draft.given:
            twice = messages.options.given_twice("from", draft.given["from"])
            file = self._collector.sources.file_of(item.span)
            self._collector.report(without_second(twice, file, item.span), item.span)
            return
        draft.given["from"] = kind.span
        if kind.text == "random":
            draft.members["random_from_number"] = True
            draft.places.put(("random_from_number",), kind.span, item.span)
            if item.endpoint.main is not None:
                self._collector.report(messages.syntax.random_with_number(), item.endpoint.main.span)
            return
        if kind.text != "phone":
            self._options.unknown_kind(kind, "caller", ("phone", "random"))
            draft.members["from"] = Unknown()
            return
        members: dict[str, object] = {"type": "phone"}
        draft.members["from"] = members
        draft.places.put(("from",), kind.span, item.endpoint.span)
        draft.places.put(("from", "type"), kind.span, kind.span)
        if item.endpoint.main is not None:
            option = _number_of(self._call)
            path = ("from", "number")
            draft.places.put(path, kind.span, item.endpoint.main.span)
            members["number"] = self._options.values.option(item.endpoint.main, option, path, draft.places)


def _number_of(call: Spec) -> Option:
    """The number of the caller, inside the object `from`."""
    caller = call.option("from")
    number = caller.member("number") if caller else None
    assert number is not None
    return number
