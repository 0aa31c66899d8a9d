"""The register of codes: what each is called and how much it matters.

Families: E1 syntax, E2 names, E3 values, E4 rules between options, E5 flow, E6 templates, E7 calls, W warnings. A code
is never reused. Each has a page in ``pages/``, which ``nccodsl explain CODE`` shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Literal, NamedTuple

Status = Literal["stable", "preview", "withdrawn"]
"""Whether a code keeps its meaning, may still change, or is no longer reported."""


class Severity(Enum):
    """How much a finding matters: an error stops the compiler, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(NamedTuple):
    """One row of the register.

    `since`: the first version that has the code; a row added later names its own. `by_check`: whether `nccodsl check`
    looks for it; other codes come from values, from JSON, or while a script runs.
    """

    id: str
    name: str
    title: str
    status: Status = "stable"
    since: str = "0.1"
    by_check: bool = True

    @property
    def severity(self) -> Severity:
        return severity_of(self.id)


_TABLE = (
    # E1: syntax
    Code("E101", "unexpected-text", "something is not allowed where it is"),
    Code("E102", "unclosed-string", "a string is not closed"),
    Code("E103", "unclosed-bracket", "a brace or template is not closed, or closes nothing"),
    Code("E104", "unknown-statement", "a statement or declaration does not exist"),
    Code("E105", "option-twice", "an option is given twice"),
    Code("E106", "bad-escape", "a string contains an escape that does not exist"),
    Code("E107", "bad-number", "a number, duration or name has the wrong form"),
    Code("E108", "too-deep", "brackets are nested too deep"),
    Code("E109", "too-large", "a file is too large"),
    Code("E110", "not-text", "a file is not UTF-8 text, or cannot be read"),
    Code("E111", "misplaced-declaration", "a declaration is inside a block, or there are two `call` blocks"),
    Code("E112", "not-json", "a document is not valid JSON"),
    Code("E113", "duplicate-key", "a key is given twice"),
    Code("E114", "not-a-document", "the JSON is neither an NCCO nor a call body"),
    Code("E115", "different-shapes", "the documents are too different for one script"),
    Code("E119", "no-such-version", "a version of a script cannot be read from git", by_check=False),
    # E2: names
    Code("E201", "unknown-step", "a jump goes to a step that does not exist"),
    Code("E202", "unknown-option", "an action, an endpoint or the call has no such option"),
    Code("E203", "api-spelling", "an option is written in the API's spelling instead of snake_case"),
    Code("E204", "unknown-name", "nothing declares this name"),
    Code("E205", "name-clash", "two declarations have the same name"),
    Code("E206", "used-too-early", "a name is used before the caller could have given it"),
    Code("E207", "include-cycle", "files include each other in a ring"),
    Code("E208", "include-refused", "an included file cannot be read or lies outside the project"),
    Code("E209", "unknown-kind", "no action, endpoint or input type has this name"),
    Code("E210", "unknown-type", "no parameter type has this name"),
    Code("E211", "missing-value", "a parameter has no value"),
    Code("E212", "unknown-variable", "a value is given for a parameter that does not exist"),
    Code("E213", "unknown-dialog", "no dialog has this name"),
    # E3: values
    Code("E301", "wrong-type", "a value has the wrong type"),
    Code("E302", "not-in-enumeration", "a value is not one of the allowed values"),
    Code("E303", "bad-phone-number", "a phone number is not valid"),
    Code("E304", "value-out-of-range", "a number is out of range"),
    Code("E305", "bad-url", "a URL is not valid"),
    Code("E306", "bad-sip-uri", "a SIP URI is not valid"),
    Code("E307", "bad-dtmf", "a text contains characters that are not keys"),
    Code("E308", "bad-websocket-uri", "a WebSocket URI is not valid"),
    Code("E309", "fraction-of-a-second", "a duration is not whole seconds"),
    Code("E310", "wrong-count", "a list has too many or too few items"),
    Code("E311", "text-too-long", "a text is too long"),
    Code("E312", "headers-too-large", "the headers are too large"),
    Code("E313", "bad-form", "a value does not have the right form"),
    Code("E314", "empty-value", "a value is empty"),
    Code("E315", "bad-parameter-value", "a value does not fit the type of its param"),
    Code("E316", "bad-ssml", "SSML is not well formed"),
    Code("E317", "array-wanted", "a value must be in an array"),
    Code("E318", "cannot-be-encoded", "a value cannot be written as JSON"),
    Code("E319", "private-shown", "a private value would show in a URL or a name"),
    Code("E320", "bad-zone", "a time zone does not exist"),
    Code("E321", "bad-hours", "opening hours name a day, time or date that does not exist"),
    Code("E322", "bad-moment", "the moment that a script plays at is missing, or not a date and time"),
    Code("E323", "bad-header", "a header of a request has a wrong name or value"),
    Code("E327", "bad-languages", "the languages of a script contradict each other, or a default"),
    Code("E328", "no-such-language", "a value is not one of the script's languages"),
    Code("E329", "bad-catalog", "a file of translations cannot be read"),
    Code("E332", "language-kept", "a running call is given a language that the script does not have", by_check=False),
    Code("E324", "request-too-large", "the body of a request is too large"),
    Code("E325", "answer-type", "the type of an answer has wrong limits, or stands where it cannot"),
    Code("E326", "counted-texts", "a `retry` has a number and several texts"),
    # E4: rules between options
    Code("E401", "missing-option", "a required option is missing"),
    Code("E402", "excluding-options", "two options exclude each other"),
    Code("E403", "option-needs-another", "an option needs another option"),
    Code("E404", "barge-in-without-input", "barge_in is not followed by an input"),
    Code("E405", "withdrawn-action", "the platform has withdrawn an action"),
    Code("E406", "withdrawn-option", "the platform has withdrawn an option"),
    Code("E407", "input-without-type", "an input does not say what it listens to"),
    Code("E408", "no-call", "the script has no call block, or one that lacks a part"),
    Code("E409", "no-zone", "the script reads the clock and names no time zone"),
    # E5: flow
    Code("E501", "unreachable-step", "no path leads to a step"),
    Code("E502", "unreachable-statement", "a statement or branch can never run"),
    Code("E503", "endless-ring", "no caller can leave a ring of steps"),
    Code("E504", "no-way-out", "an `input` or an `ask` does not handle every answer"),
    Code("E505", "misplaced-action", "a statement is not allowed where it is"),
    Code("E506", "needs-runtime", "the script is interactive"),
    Code("E507", "nothing-to-do", "a script or step does nothing"),
    Code("E508", "not-beside-a-call", "a handler or a whisper contains what cannot be done there"),
    Code("E509", "outside-loop", "`next` or `break` is not inside a `for`"),
    Code("E510", "wrong-choose", "a `choose` has no `when`, or one without a value"),
    Code("E511", "nobody-to-opt-out", "`opt_out` does not know whom to suppress"),
    Code("E512", "dialog-without-outcome", "a path through a dialog ends without an outcome"),
    Code("E513", "dialog-asks-itself", "dialogs ask each other in a ring"),
    Code("E514", "too-many-uses", "dialogs are asked in too many places"),
    # E6: templates
    Code("E601", "template-syntax", "a template has a syntax error"),
    Code("E602", "undefined-name", "a template uses a name that has no value"),
    Code("E603", "unknown-filter", "a template uses an unknown filter, test or function"),
    Code("E604", "unsafe-access", "a template uses something that is not allowed"),
    Code("E605", "limit-exceeded", "a template exceeds a limit"),
    Code("E606", "template-failed", "a template fails for these values"),
    # E7: calls
    Code("E701", "no-credentials", "the application ID or its private key is missing"),
    Code("E702", "bad-private-key", "a private key cannot be used"),
    Code("E703", "unreachable", "the API cannot be reached, and nothing was sent"),
    Code("E704", "refused", "the API refused a request"),
    Code("E705", "not-accepted", "the API does not accept the token"),
    Code("E706", "too-many-requests", "the API accepts no more requests now"),
    Code("E707", "outcome-unknown", "a call may or may not be placed"),
    Code("E708", "bad-answer", "an answer is not one of the API"),
    Code("E709", "reference-in-use", "a reference belongs to another call, or to one with an unknown outcome"),
    Code("E710", "bad-settings", "a settings file cannot be used"),
    Code("E711", "bad-persona", "a persona cannot be used"),
    Code("E712", "webhook-failed", "the answer to a webhook is not one that the platform accepts"),
    Code("E713", "bad-passport", "a SHAKEN passport cannot be signed or verified"),
    Code("E714", "bad-journal", "the journal of calls cannot be used"),
    Code("E715", "cannot-serve", "the emulator cannot start"),
    Code("E716", "no-such-intent", "the journal has no such call"),
    Code("E717", "cannot-settle", "a call cannot be settled that way"),
    Code("E726", "foreign-request", "the emulator refuses a request of a web page, or to an unknown host"),
    Code("E730", "bad-campaign", "a campaign file cannot be used", by_check=False),
    Code("E731", "no-recipients", "the recipients of a campaign cannot be read", by_check=False),
    Code("E732", "bad-recipient", "a recipient of a campaign cannot be called", by_check=False),
    Code("E733", "recipient-twice", "two recipients of a campaign have one number", by_check=False),
    Code("E734", "no-opt-out", "a marketing script has no `opt_out`", by_check=False),
    Code("E735", "not-allowed", "the rules do not allow calls to a recipient", by_check=False),
    Code("E736", "other-version", "another version of nccodsl began the campaign", by_check=False),
    # E8: running flows
    Code("E801", "fetch-failed", "a `fetch` failed and has no `on error`"),
    Code("E802", "cannot-serve-flows", "the webhook server cannot start"),
    Code("E803", "bad-store", "the states of calls cannot be stored"),
    Code("E804", "nobody-signs", "the signature secret is missing"),
    Code("E805", "names-clash", "two scripts would be served at one address"),
    Code("E806", "bad-signature", "a webhook has no valid signature"),
    Code("E807", "internal", "nccodsl failed while it answered a webhook"),
    Code("E810", "bad-webhook", "a request to a script is not a webhook that it knows"),
    Code("E811", "lost-call", "a call cannot continue where it was"),
    Code("E812", "platform-error", "the platform reports an error of a running call"),
    Code("E813", "test-failed", "a test failed"),
    Code("E814", "other-question", "a webhook belongs to another call, or to another question"),
    Code("E815", "text-cut", "a text of a running call was too long and was cut"),
    Code("E816", "bad-secret", "a secret of a script has no value, or one that cannot be sent"),
    Code("E817", "not-in-outbox", "a request is not in the outbox"),
    Code("E818", "process-died", "a process that ran tests ended before they were done", by_check=False),
    Code("E819", "no-pyodide", "a playground cannot be built without the files of Pyodide", by_check=False),
    Code("E820", "answer-does-not-fit", "the answer to a `fetch` does not fit its shape"),
    Code("E821", "no-transcription", "the text of a recording cannot be fetched"),
    Code("E822", "no-start", "a `connect` had to wait too long for the limit of the account"),
    Code("E830", "bad-history", "a history of calls cannot be used"),
    Code("E831", "replay-differs", "a recorded call takes another path"),
    Code("E832", "in-flight-differs", "a call in flight cannot continue as it began"),
    # W: warnings
    Code("W001", "deprecated-option", "an option is deprecated"),
    Code("W002", "insecure-url", "a webhook URL is not encrypted"),
    Code("W003", "ringback-for-phone", "a ringback tone is set for a phone"),
    Code("W004", "read-out-wrongly", "a text is probably read out wrongly"),
    Code("W005", "record-at-end", "a recording ends at once"),
    Code("W006", "passport-mismatch", "a SHAKEN passport does not fit the call", by_check=False),
    Code("W007", "unknown-language", "a language is not published"),
    Code("W008", "unknown-voice", "a style or voice is not published"),
    Code("W009", "string-for-value", "a number or boolean is written as text"),
    Code("W011", "no-caller-id", "a phone is connected without a caller ID"),
    Code("W012", "overridden", "an option is overridden by another one"),
    Code("W013", "never-runs", "an action never runs"),
    Code("W014", "barge-in-stays-on", "`barge_in` cannot be switched off before the input"),
    Code("W015", "mixed-barge-in", "`talk` and `stream` are mixed before an input"),
    Code("W016", "other-spelling", "an option has an undocumented spelling"),
    Code("W017", "finer-than-step", "a number is finer than the platform counts"),
    Code("W018", "array-advised", "a value should be in an array"),
    Code("W019", "outside-documented", "a value is outside what is documented"),
    Code("W020", "not-in-this-version", "a field is not in this version of the API", by_check=False),
    Code("W021", "no-effect", "an option has no effect here"),
    Code("W022", "machine-detection-without-phone", "machine detection is set for something other than a phone"),
    Code("W023", "undefined-combination", "a combination of options is not documented"),
    Code("W026", "unknown-ssml", "an SSML tag or value is not documented"),
    Code("W027", "unknown-provider", "a provider is not documented"),
    Code("W028", "key-readable", "other users can read a private key", by_check=False),
    Code("W029", "silent-end", "a call ends in silence after an answer", by_check=False),
    Code("W030", "only-hanging-up", "callers can only hang up", by_check=False),
    Code("W031", "never-come-to", "no explored path leads to a step", by_check=False),
    Code("W032", "explanation-cut-off", "callers can skip what explains an input", by_check=False),
    Code("W033", "reply-unknown", "a `fetch` has no reply in any test, so exploring stops there", by_check=False),
    Code("W035", "number-for-text", "a phone number is written as a JSON number", by_check=False),
    Code("W043", "output-ages", "compiled output depends on the clock", by_check=False),
    Code("W036", "input-upgraded", "an `input` without `type` was upgraded", by_check=False),
    Code("W040", "unneeded-ignore", "a comment ignores a warning that does not occur"),
    Code("W049", "no-translation", "a text has no translation"),
    Code("W050", "fuzzy-translation", "a translation belongs to an earlier text"),
    Code("W051", "placeholders-differ", "a translation has other placeholders than its text"),
    Code("W052", "broken-translation", "a translation cannot be used"),
    Code("W053", "translated-ssml", "the SSML of a translation does not fit"),
    Code("W054", "style-without-ssml", "a style does not support SSML"),
    Code("W055", "beside-forms", "words stand beside a `trans` block"),
    Code("W056", "caller-changes", "the script of a campaign shows recipients random numbers", by_check=False),
    Code("W057", "empty-cells", "recipients of a campaign have an empty text", by_check=False),
    Code("W044", "whole-answer", "the whole answer of an `input` stands where a part of it is meant"),
)

REGISTER: dict[str, Code] = {code.id: code for code in _TABLE}
"""The codes by their ids. Those of lints stand beside their rules; `analysis.lint.registry.every_code` has them all."""


def severity_of(id: str) -> Severity:
    """How much a code matters: its letter says so."""
    return Severity.WARNING if id.startswith("W") else Severity.ERROR


def register(rows: Iterable[Code]) -> None:
    """Add rows that stand elsewhere; the register stays in the order of the ids, each family by itself."""
    added = {row.id: row for row in rows}
    assert not added.keys() & REGISTER.keys(), "each code has one row"
    everything = REGISTER | added
    REGISTER.clear()
    REGISTER.update((id, everything[id]) for id in sorted(everything))
