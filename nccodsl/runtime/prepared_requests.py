"""What a `fetch` or a `send` asks for, prepared: from the names of a call to a `Request`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from nccodsl.analysis.program import NO_BODY, Hole, RequestItem
from nccodsl.analysis.request_parts import host_is_fixed
from nccodsl.analysis.shapes import Misfit, Shape, fitted
from nccodsl.analysis.types import kind_of
from nccodsl.base.http_rules import LARGEST_BODY, WRONG_IN_HEADER
from nccodsl.diagnostics import Message, messages
from nccodsl.lowering.holes import Evaluate, Failed, address, encode, evaluator, first_hole, tree
from nccodsl.runtime.web_requests import FORM_BODY, JSON_BODY, HeaderValue, Request, SecretName
from nccodsl.templates import Expression, Scope

PreparedRequest = Callable[[Scope, str], Request]
"""From what templates read, and the `Idempotency-Key`, to the request. Raises Failed."""
_Piece = str | SecretName | Evaluate


def fit_for(shape: Shape | None, value: object) -> tuple[object, Message | None]:
    """The answer to a request in its shape, or why it does not fit."""
    try:
        return (fitted(shape, value) if shape is not None else value), None
    except Misfit as error:
        return None, messages.http_requests.misfit(error.path, error.why)


def prepared_request(
    item: RequestItem, secrets: Mapping[str, object], constants: Mapping[str, object]
) -> PreparedRequest:
    """The function that makes the request of a statement.

    `secrets` are declared by the script, and `constants` are the values of its lets that never change.
    """
    url = address(item.url)
    headers = [(name, _header(name, value, secrets)) for name, value in item.headers]
    body = _body(item) if item.body is not NO_BODY else None
    content_type = (FORM_BODY if item.form else JSON_BODY) if body is not None else ""
    free = not host_is_fixed(item.url, constants)

    def make(scope: Scope, key: str) -> Request:
        values = [(name, value) for name, header in headers if (value := header(scope)) is not None]
        return Request(
            url=str(url(scope)),
            method=item.method,
            headers=tuple(values),
            body=body(scope) if body is not None else None,
            content_type=content_type,
            key="" if item.method == "GET" else key,
            free_host=free,
        )

    return make


class Nested(Exception):
    """A map or a list in a form, where only one value fits."""


def _header(name: str, value: object, secrets: Mapping[str, object]) -> Callable[[Scope], HeaderValue | None]:
    """The function that yields the pieces of a header; None where the header is left out."""
    if not isinstance(value, Hole):
        pieces: HeaderValue = (str(value),)
        return lambda _scope: pieces
    whole = isinstance(value.code, Expression)
    parts: list[_Piece] = [evaluator(value)]
    if value.pieces is not None:
        parts = [_piece(piece, value, secrets) for piece in value.pieces]

    def compute(scope: Scope) -> HeaderValue | None:
        found: list[str | SecretName] = []
        for part in parts:
            if isinstance(part, str | SecretName):
                found.append(part)
                continue
            result = part(scope)
            if result is None and whole:
                return None
            text = _text(result)
            if WRONG_IN_HEADER.search(text):
                raise Failed(value, messages.http_requests.bad_header_value(name))
            found.append(text)
        return tuple(found)

    return compute


def _piece(piece: str | Expression, hole: Hole, secrets: Mapping[str, object]) -> _Piece:
    if isinstance(piece, str):
        return piece
    name = piece.source.strip()
    return SecretName(name) if name in secrets else evaluator(Hole(piece, hole.span))


def _text(value: object) -> str:
    """A value as headers and forms have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else "" if value is None else str(value)


def _body(item: RequestItem) -> Callable[[Scope], str]:
    """The function that yields the text of a body. Raises Failed."""
    hole = first_hole(item.body)
    compute = tree(item.body)
    option = "form" if item.form else "body"
    write = _form if item.form else encode
    wanted = dict if item.form else dict | list | tuple
    if hole is None:
        text = write(item.body)
        return lambda _scope: text

    def emit(scope: Scope) -> str:
        value = compute(scope)
        if not isinstance(value, wanted):
            raise Failed(hole, messages.http_requests.wrong_body(option, kind_of(value)))
        try:
            text = write(value)
            size = len(text.encode())
        except Nested as nested:
            raise Failed(hole, messages.http_requests.nested_in_form(str(nested))) from None
        except (TypeError, ValueError, RecursionError) as error:
            raise Failed(hole, messages.values.not_json(str(error))) from None
        if size > LARGEST_BODY:
            raise Failed(hole, messages.http_requests.body_too_large(size, LARGEST_BODY))
        return text

    return emit


def _form(value: object) -> str:
    """`name=value&…`: a list gives its name once for each of its values, and none is left out."""
    assert isinstance(value, dict)
    pairs: list[tuple[str, str]] = []
    for name, one in value.items():
        several = one if isinstance(one, list | tuple) else [one]
        if any(isinstance(each, dict | list | tuple) for each in several):
            raise Nested(str(name))
        pairs += [(str(name), _text(each)) for each in several if each is not None]
    return urlencode(pairs)
