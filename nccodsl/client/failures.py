"""What can go wrong between a script and a ringing phone.

::

    VoiceError                   has a `code` of the register, and `help` or None
    ├── BadCredentials           E701, E702: no application id or private key, or none that can be used
    ├── BadSettings              E710: a settings file cannot be used
    ├── BadAddress               E305: a host or URL that no token may be sent to
    ├── BadArgument              E301 to E402: a value that the API would refuse; also a UsageError
    ├── BadPassport              E713: a SHAKEN passport cannot be signed or checked with what was given
    ├── BadJournal               E714: the journal of calls cannot be kept
    ├── ReferenceInUse           E709: a reference belongs to another call
    │   └── ReferenceUnsettled   E709: … or to one that may or may not have been placed
    ├── CannotSettle             E716, E717: a person settles a call that is not there, or not open, or by a wrong uuid
    ├── Unreachable              E703: nothing was sent, or nothing that changes anything: safe to repeat
    ├── OutcomeUnknown           E707: something was sent, and no usable answer came
    └── ApiError                 has `status`, `invalid_parameters` and `detail`
        ├── Refused              E704: 400, 403, 404 and the like
        ├── NotAccepted          E705: 401
        ├── TooManyRequests      E706: 429; `retry_after` in seconds, or None
        └── BadAnswer            E708: what the API never answers (5xx, a redirect, HTML, JSON of another shape)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from nccodsl.diagnostics import Message, messages
from nccodsl.errors import CodedError, UsageError

MOST_QUOTED = 200
"""Characters of foreign text that a message may hold."""
_MOST_PARAMETERS = 20
_DOTTED = re.compile(r"[\w.-]+")
_TITLE = re.compile(r"<title[^<>]*>([^<]*)</title>", re.I)
_TAG = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.I | re.S)


class VoiceError(CodedError):
    """Base class of the errors of the client."""


class BadCredentials(VoiceError):
    """The application ID or the private key is missing, or cannot be used."""


class BadSettings(VoiceError):
    """A settings file cannot be read, or has a wrong setting."""


class BadAddress(VoiceError):
    """A host or URL is malformed, or the token must not be sent to it."""


class BadArgument(VoiceError, UsageError):
    """A value that the API would refuse."""


class BadPassport(VoiceError):
    """A passport cannot be signed, or cannot be checked with what was given."""

    code = "E713"


class BadJournal(VoiceError):
    """The journal of calls cannot be opened, read or written."""

    code = "E714"


class JournalAway(BadJournal):
    """The database of the journal does not answer for now. Who had it before can wait until it does."""


class ReferenceInUse(VoiceError):
    """The reference belongs to another call."""


class ReferenceUnsettled(ReferenceInUse):
    """The reference belongs to a call whose outcome is unknown."""


class CannotSettle(VoiceError):
    """A person cannot settle this call: it is not in the journal (E716), or this state is not possible (E717)."""


class Unreachable(VoiceError):
    """The API cannot be reached. Nothing was changed, so you can send the request again."""


class OutcomeUnknown(VoiceError):
    """A request was sent, and its outcome is unknown. `status` is that of the response, if there was one."""

    def __init__(self, message: Message, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ApiError(VoiceError):
    """A server returned an error.

    `invalid_parameters` has names and reasons. `detail` is the text of the response, safe to print.
    """

    def __init__(
        self,
        message: Message,
        *,
        status: int,
        invalid_parameters: Sequence[tuple[str, str]] = (),
        detail: str = "",
        retry_after: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.invalid_parameters = tuple(invalid_parameters)
        self.detail = detail
        self.retry_after = retry_after


class Refused(ApiError):
    """The API refused the request: it is invalid, not allowed, or about something that does not exist."""


class NotAccepted(ApiError):
    """The API does not accept the token."""


class TooManyRequests(ApiError):
    """Too many requests. `retry_after` is the header of the response: seconds or an HTTP date."""


class BadAnswer(ApiError):
    """A response that the API does not document."""


def from_response(status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """The exception for an answer that is no success (Voice API reference), whatever its body is.

    Names of headers are in lower case, or the mapping does not mind their case.
    """
    detail, parameters, is_html = _told(headers.get("content-type", ""), body)
    if parameters:
        named = "; ".join(f"`{name}`: {reason}" for name, reason in parameters[:3])
        more = f" (and {len(parameters) - 3} more)" if len(parameters) > 3 else ""
        detail = f"{detail}: {named}{more}" if detail else named + more
    kind = {401: NotAccepted, 429: TooManyRequests}.get(status, Refused) if 400 <= status < 500 else BadAnswer
    return kind(
        messages.calls.no_success(status, detail, is_page=is_html),
        status=status,
        invalid_parameters=parameters,
        detail=detail,
        retry_after=headers.get("retry-after") if kind is TooManyRequests else None,
    )


def shown(text: str, most: int = MOST_QUOTED) -> str:
    """Foreign text made fit for a message: one line without control characters or tokens, not too long."""
    text = " ".join(_DOTTED.sub(_without_token, text[: most * 50]).split())
    text = "".join(char for char in text if char.isprintable())
    return text if len(text) <= most else text[: most - 1] + "…"


def _without_token(word: re.Match[str]) -> str:
    """The word without the JSON web token in it, which begins with `eyJ` and has dots."""
    before, begun, after = word[0].partition("eyJ")
    return f"{before}…" if begun and "." in after else word[0]


def _told(content_type: str, body: bytes) -> tuple[str, list[tuple[str, str]], bool]:
    """What an answer says of its reasons, the parameters that it names, and whether it is HTML."""
    text = body[:65536].decode("utf-8", "replace").strip()
    if "html" in content_type.casefold() or text[:1] == "<":
        title = _TITLE.search(text)
        return shown(title[1] if title else _TAG.sub(" ", text)), [], True
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return shown(text), [], False
    if not isinstance(document, dict):
        return shown(text), [], False
    return _said(document), _parameters(document.get("invalid_parameters")), False


def _said(document: Mapping[str, object]) -> str:
    """Title and detail; `error_title` is the title of older answers, `type` may be its only word."""
    title = _text(document, "title", "error_title")
    detail = _text(document, "detail", "error", "message")
    if not title and not detail:
        kind = document.get("type")
        return shown(str(kind)) if isinstance(kind, str | int) else ""
    same = title.casefold() == detail.casefold()
    return shown(": ".join(part for part in (title, "" if same else detail) if part))


def _text(document: Mapping[str, object], *names: str) -> str:
    for name in names:
        value = document.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _parameters(listed: object) -> list[tuple[str, str]]:
    """`invalid_parameters`: a list of names and reasons, or (leniently) an object of them."""
    if isinstance(listed, dict):
        listed = [{"name": name, "reason": reason} for name, reason in listed.items()]
    if not isinstance(listed, list):
        return []
    found = []
    for item in listed[:_MOST_PARAMETERS]:
        if isinstance(item, dict):
            found.append((shown(str(item.get("name", "?")), 80), shown(str(item.get("reason", "is invalid")))))
        elif isinstance(item, str):
            found.append((shown(item, 80), "is invalid"))
    return found
