"""The parts of `fetch` and `send`: method, URL, headers, body, time limit, and the shape of the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.names import Names
from nccodsl.analysis.program import NO_BODY, Hole, RequestItem, holes_in
from nccodsl.analysis.shapes import NO_DEFAULT, ListShape, MapShape, MemberShape, Misfit, Shape, TypeShape, fitted
from nccodsl.analysis.typed_answers import refuse_limits
from nccodsl.analysis.types import CONVERTERS, why_unfit
from nccodsl.base.http_rules import FRAMING_HEADERS, HEADER_NAME, LARGEST_BODY, LONGEST_FETCH, METHODS, WRONG_IN_HEADER
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.edits import without_second
from nccodsl.syntax import ast
from nccodsl.templates import Expression, is_template
from nccodsl.voice.forms import is_url, web_address

FAILED_STATUSES = ("3xx", "4xx", "5xx")
"""The classes of statuses that a branch may name; 2xx is success, and 1xx is no answer (RFC 9110)."""
_OPTIONS = {"fetch": ("timeout", "headers", "body", "form"), "send": ("headers", "body", "form")}
_OURS = FRAMING_HEADERS | {"idempotency-key"}
_USER = re.compile(r"\s*[A-Za-z]+://[^/?#]*@").match
_HOST_ENDS = re.compile(r"\s*[A-Za-z]+://[^/?#]+[/?#]").match


def is_failure(status: str) -> bool:
    """Whether a number is a status with which a request fails."""
    return len(status) == 3 and status.isdecimal() and f"{status[0]}xx" in FAILED_STATUSES


class RequestParts:
    """Analyses the requests of one script."""

    def __init__(self, collector: Collector, names: Names, values: DraftValues) -> None:
        self._collector = collector
        self._names = names
        self._values = values

    def of(self, node: ast.Fetch | ast.Send) -> RequestItem:
        """The request that a statement makes, after reporting what is wrong with it."""
        what = "fetch" if isinstance(node, ast.Fetch) else "send"
        method = self._method(node, what)
        given = given_options(node.options, what, _OPTIONS[what], self._collector)
        headers = tuple(self._headers(given.get("headers")))
        body, form = self._body(given, method, what)
        return RequestItem(
            method=method,
            url=self._url(node.url, what),
            headers=headers,
            body=body,
            form=form,
            timeout=self._timeout(given.get("timeout")),
            shape=self._shape(node.binding) if isinstance(node, ast.Fetch) else None,
            span=node.url.span,
        )

    def _shape(self, binding: ast.Bound | None) -> Shape | None:
        if binding is None or binding.shape is None:
            return None
        return shape_of(binding.shape, self._collector, self._values)

    def _method(self, node: ast.Fetch | ast.Send, what: str) -> str:
        if node.method is None:
            return "GET" if what == "fetch" else "POST"
        known = METHODS if what == "fetch" else METHODS[1:]
        if node.method.text not in known:
            self._collector.report(messages.http_requests.no_method(node.method.text, what, known), node.method.span)
        return node.method.text

    def _url(self, node: ast.Value, what: str) -> object:
        if isinstance(node, ast.Text) and not is_template(node.text) and not is_url(node.text):
            self._collector.report(messages.values.fetch_wants_address(what, web_address(node.text)), node.span)
        elif isinstance(node, ast.Text) and _USER(node.text):
            self._collector.report(messages.http_requests.user_in_address(), node.span)
        return self._free(node)

    def _timeout(self, option: ast.Option | None) -> object:
        """Seconds, or a hole."""
        if option is None:
            return None
        value = option.value
        if not isinstance(value, (ast.Duration, ast.Number, ast.Template)):
            self._collector.report(messages.values.timeout_no_duration(), value.span)
            return None
        seconds = value.milliseconds / 1000 if isinstance(value, ast.Duration) else self._free(value)
        if isinstance(seconds, (int, float)) and seconds <= 0:
            self._collector.report(messages.values.timeout_too_short(), value.span)
        elif isinstance(seconds, (int, float)) and seconds > LONGEST_FETCH:
            self._collector.report(messages.http_requests.timeout_cut(LONGEST_FETCH), value.span)
        return seconds

    # ---- headers

    def _headers(self, option: ast.Option | None) -> Iterator[tuple[str, object]]:
        if option is None:
            return
        if not isinstance(option.value, ast.MapValue):
            self._collector.report(messages.http_requests.headers_no_map(), option.value.span)
            return
        seen: dict[str, Span] = {}
        for entry in option.value.entries:
            name, at = entry.key.text, entry.key.span
            if not HEADER_NAME.fullmatch(name):
                self._collector.report(messages.http_requests.bad_header_name(name), at)
            elif name.lower() in _OURS:
                self._collector.report(messages.http_requests.header_is_set(name), at)
            elif name.lower() in seen:
                self._collector.report(messages.http_requests.header_twice(name, seen[name.lower()]), at)
            seen.setdefault(name.lower(), at)
            yield name, self._header(name, entry.value)

    def _header(self, name: str, node: ast.Value) -> object:
        if not isinstance(node, ast.Text | ast.Template | ast.Word | ast.Number):
            self._collector.report(messages.http_requests.header_no_text(name), node.span)
            return ""
        if isinstance(node, ast.Word | ast.Number):
            return node.text
        with self._names.secrets_allowed():
            value = self._free(node)
        if any(WRONG_IN_HEADER.search(text) for text in _constant_parts(value)):
            self._collector.report(messages.http_requests.bad_header_value(name), node.span)
        for hole in holes_in(value):
            self._secrets_alone(hole)
        return value

    def _secrets_alone(self, hole: Hole) -> None:
        """A secret is put in as it is: where it is needed, only its name is known."""
        for piece in (hole.code,) if hole.pieces is None else hole.pieces:
            if isinstance(piece, str):
                continue
            secrets = [use.name for use in piece.names if self._names.is_secret(use.name)]
            if secrets and not (isinstance(piece, Expression) and piece.source.strip() == secrets[0]):
                self._collector.report(messages.http_requests.secret_changed(secrets[0]), hole.span)

    # ---- the body

    def _body(self, given: dict[str, ast.Option], method: str, what: str) -> tuple[object, bool]:
        """The draft of the body (NO_BODY without one), and whether it is a form."""
        body, form = given.get("body"), given.get("form")
        option = body or form
        if option is None:
            return NO_BODY, False
        if body is not None and form is not None:
            self._collector.report(messages.http_requests.body_and_form(), form.name.span)
        if method == "GET":
            self._collector.report(messages.http_requests.body_of_get(option.name.text, what), option.name.span)
        value = option.value
        wanted = (ast.MapValue, ast.Template) if option is form else (ast.MapValue, ast.ListValue, ast.Template)
        if not isinstance(value, wanted):
            self._collector.report(messages.http_requests.body_no_map(option.name.text), value.span)
            return NO_BODY, False
        draft = self._free(value)
        if option is form and isinstance(draft, dict):
            for entry in value.entries if isinstance(value, ast.MapValue) else ():
                for one in entry.value.items if isinstance(entry.value, ast.ListValue) else (entry.value,):
                    if isinstance(one, ast.MapValue | ast.ListValue):
                        self._collector.report(messages.http_requests.nested_in_form(entry.key.text), one.span)
        size = _size(draft, option is form)
        if size > LARGEST_BODY:
            self._collector.report(messages.http_requests.body_too_large(size, LARGEST_BODY), value.span)
        return draft, option is form

    def _free(self, node: ast.Value) -> object:
        return self._values.free(node, (), Places(node.span))


def _size(draft: object, form: bool) -> int:
    """Bytes of a body, as far as the script says; 0 if it depends on a value."""
    if any(holes_in(draft)):
        return 0
    if form and isinstance(draft, dict):
        from urllib.parse import urlencode

        return len(urlencode(draft, doseq=True))
    return len(json.dumps(draft, ensure_ascii=False, separators=(",", ":"), default=str).encode(errors="replace"))


def _constant_parts(value: object) -> Iterator[str]:
    """What of a text is known before any call."""
    if isinstance(value, Hole):
        yield from (piece for piece in value.pieces or () if isinstance(piece, str))
    elif isinstance(value, str):
        yield value


def given_options(
    options: Sequence[ast.Option], what: str, known: Sequence[str], collector: Collector
) -> dict[str, ast.Option]:
    """The options of the statement `what` by name, after reporting those that are unknown or given twice."""
    given: dict[str, ast.Option] = {}
    for option in options:
        name = option.name.text
        if name not in known:
            collector.report(messages.names.unknown_option(f"`{what}`", name, known), option.name.span)
        elif name in given:
            file = collector.sources.file_of(option.span)
            twice = without_second(messages.options.given_twice(name), file, option.span)
            collector.report(twice, option.name.span)
        else:
            given[name] = option
    return given


def shape_of(node: ast.Shape, collector: Collector, values: DraftValues) -> Shape:
    """The shape that a node describes."""
    match node:
        case ast.Type(_, name):
            convert = CONVERTERS.get(name.text)
            refuse_limits(node, collector)
            if convert is None:
                collector.report(messages.names.unknown_type(name.text, CONVERTERS, name.span), name.span)
            return TypeShape(name.text, convert or CONVERTERS["any"])
        case ast.Listed(_, items):
            return ListShape(shape_of(items, collector, values))
        case ast.Fields(_, members):
            return MapShape(tuple(member_shape(member, collector, values) for member in members))


def member_shape(node: ast.Member, collector: Collector, values: DraftValues) -> MemberShape:
    """A member of a map, a param of a dialog, or what an outcome returns."""
    shape = shape_of(node.shape, collector, values)
    default: object = NO_DEFAULT
    if node.default is not None:
        default = _default(node, node.default, shape, collector, values)
        if node.optional:
            collector.report(messages.http_requests.optional_with_default(node.key.text), node.default.span)
    return MemberShape(node.key.text, shape, node.optional, node.private, default)


def _default(node: ast.Member, value: ast.Value, shape: Shape, collector: Collector, values: DraftValues) -> object:
    match value:
        case ast.Duration():
            constant: object = value.milliseconds / 1000
        case ast.Number() if isinstance(shape, TypeShape) and shape.type in ("text", "phone"):
            constant = value.text
        case _:
            constant = values.free(value, (), Places(value.span))
    if any(holes_in(constant)):
        collector.report(messages.http_requests.default_not_plain(node.key.text), value.span)
        return None
    if constant is None:
        return constant
    try:
        return shape.convert(constant) if isinstance(shape, TypeShape) else fitted(shape, constant)
    except Misfit as misfit:
        wrong = messages.http_requests.default_misfit(node.key.text, misfit.path, misfit.why)
    except ValueError as reason:
        kind = shape.type if isinstance(shape, TypeShape) else ""
        wrong = messages.values.default_is_none(node.key.text, kind, why_unfit(reason), None)
    collector.report(wrong, value.span)
    return constant


def host_is_fixed(url: object, constants: Mapping[str, object]) -> bool:
    """Whether the host of a URL stands in the script. `constants` are the values of lets that never change."""
    if isinstance(url, str):
        return True
    if not isinstance(url, Hole):
        return False
    before = ""
    for piece in url.pieces or ():
        if _HOST_ENDS(before):
            return True
        known = piece if isinstance(piece, str) else constants.get(piece.source.strip())
        if not isinstance(known, str):
            return False
        before += known
    return bool(before)
