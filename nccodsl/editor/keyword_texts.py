"""What the words of the language mean, in a line each, and what an editor writes for them.

The words of actions are explained by the catalogue. A test holds this table to the grammar.
"""

from __future__ import annotations

from nccodsl.base.record import Record


class KeywordText(Record):
    """A word of the language.

    `snippet` is what an editor inserts, in the notation of the Language Server Protocol: `$1` is where the cursor goes
    first, `${1:name}` the same with a placeholder. Empty: the word and nothing else.
    """

    meaning: str
    snippet: str = ""


_BLOCK = " {\n  $0\n}"

KEYWORD_TEXTS: dict[str, KeywordText] = {
    # Declarations
    "param": KeywordText(
        "A value that the caller of the script gives: name, type, and perhaps a default.", "param ${1:name}: ${2:text}"
    ),
    "secret": KeywordText("A value that only headers of requests contain. The server that runs the script has it."),
    "let": KeywordText("A name for a value.", 'let ${1:name} = "$2"'),
    "zone": KeywordText("The time zone of the script's clock.", 'zone "${1:Europe/London}"'),
    "hours": KeywordText(
        "Opening hours, which templates read by their name.", "hours ${1:office} {\n  mon-fri ${2:09:00-17:00}\n}"
    ),
    "closed": KeywordText("Days on which it is closed.", "closed ${1:2026-12-25}"),
    "open": KeywordText("A day with other hours.", "open ${1:2026-12-31} ${2:10:00-12:00}"),
    "holidays": KeywordText("The public holidays of a country or region: it is closed.", "holidays ${1:GB-ENG}"),
    "languages": KeywordText(
        "The languages that the script speaks, its own first.", "languages ${1:en-GB}, ${2:es-ES}"
    ),
    "defaults": KeywordText(
        "Options that every action of a kind has unless it says otherwise.", "defaults ${1:talk} $0"
    ),
    "include": KeywordText("Adds the declarations of another file.", 'include "${1:shared.call}"'),
    "call": KeywordText(
        "The call that is placed: whom to call, from which number, and its options.",
        "call {\n  to   phone $1\n  from phone $2\n}",
    ),
    "to": KeywordText("Whom the call goes to.", "to ${1:phone} $0"),
    "from": KeywordText("The caller ID.", "from ${1:phone} $0"),
    "dialog": KeywordText(
        "A question that several places of a script ask. It ends with one of its outcomes.",
        "dialog ${1:name}($2) -> ${3:done} {\n  $0\n}",
    ),
    "step": KeywordText("A named part of the call, which `->` leads to.", "step ${1:name}" + _BLOCK),
    "test": KeywordText("A call that is played in virtual time: what is done and expected.", 'test "$1"' + _BLOCK),
    "of": KeywordText("The dialog that a test is about.", "of ${1:dialog}($2)"),
    # Statements
    "fetch": KeywordText(
        "Asks another system for JSON. The call continues with the answer.", 'fetch "${1:https://}" as ${2:name}'
    ),
    "send": KeywordText(
        "Sends a request to another system. The call does not wait for it.", 'send POST "${1:https://}" body={$0}'
    ),
    "ask": KeywordText("Asks a dialog, and continues with its outcome.", "ask ${1:dialog}($2)"),
    "opt_out": KeywordText("Puts the person's number on the list of numbers that must not be called."),
    "set": KeywordText("Gives a name another value during the call.", "set ${1:name} = $0"),
    "if": KeywordText("Does something if a condition is true.", "if {{ $1 }}" + _BLOCK),
    "elif": KeywordText("The next condition, if those before it are false.", "elif {{ $1 }}" + _BLOCK),
    "else": KeywordText("What is done if no condition is true.", "else" + _BLOCK),
    "choose": KeywordText(
        "Compares a value with several others.",
        'choose {{ $1 }} {\n  when "$2" -> ${3:step}\n  otherwise -> ${4:step}\n}',
    ),
    "when": KeywordText("What is done for one of these values.", 'when "$1" $0'),
    "for": KeywordText("Does something for each item of a list.", "for ${1:item} in {{ ${2:items} }}" + _BLOCK),
    "in": KeywordText("The list of a `for`."),
    "next": KeywordText("Continues with the next round of the `for`."),
    "break": KeywordText("Leaves the `for`."),
    "hangup": KeywordText("Ends the call."),
    "as": KeywordText("The name of the answer.", "as ${1:name}"),
    # Branches
    "on": KeywordText("What is done on one of these answers or outcomes.", "on $1 $0"),
    "retry": KeywordText(
        "Says something and asks again, so many times.", 'retry ${1:2} "${2:Sorry, I did not catch that.}"'
    ),
    "otherwise": KeywordText("What is done on everything else."),
    "whisper": KeywordText("What the callee hears before the two are connected.", "whisper" + _BLOCK),
    # Tests
    "with": KeywordText("Values of params in this test.", "with $0"),
    "at": KeywordText("When the call of the test begins, in the script's time zone.", 'at "${1:2026-12-24 18:30}"'),
    "reply": KeywordText("What the other system replies.", "reply {$0}"),
    "not": KeywordText("The opposite: it is not heard, or the person does not opt out."),
    "hear": KeywordText("The caller hears this text.", 'hear "$1"'),
    "press": KeywordText("The caller presses these keys.", 'press "$1"'),
    "say": KeywordText("The caller says this.", 'say "$1"'),
    "silence": KeywordText("The caller says and presses nothing."),
    "dialled": KeywordText("The script calls this endpoint.", "dialled ${1:phone} $0"),
    "answered": KeywordText("The endpoint answers."),
    "busy": KeywordText("The endpoint is busy."),
    "timeout": KeywordText("There is no answer in time."),
    "rejected": KeywordText("The call is rejected."),
    "failed": KeywordText("The call fails."),
    "unanswered": KeywordText("The call is not answered."),
    "completed": KeywordText("The connected call is over."),
    "machine": KeywordText("An answering machine answers."),
    "recorded": KeywordText("A recording is ready."),
    "transcribed": KeywordText("The text of a recording is ready."),
    "notified": KeywordText("A `notify` was sent."),
    "fetched": KeywordText("The script asks this URL, which replies.", 'fetched "${1:https://}" reply {$0}'),
    "sent": KeywordText("The script sends a request to this URL.", 'sent "${1:https://}"'),
    "whispered": KeywordText("The callee hears this before the two are connected.", 'whispered "$1"'),
    "opted_out": KeywordText("The person opts out."),
    "ends": KeywordText("The dialog ends with this outcome.", "ends ${1:done}"),
    "ended": KeywordText("The call is over."),
    # Values
    "true": KeywordText("Yes."),
    "false": KeywordText("No."),
    "null": KeywordText("No value: the member is left out."),
    "private": KeywordText("Logs, histories and the cache do not contain the value."),
}

ACTION_SNIPPETS = {
    "talk": 'talk "$1"',
    "stream": 'stream "${1:https://}"',
    "conversation": 'conversation "$1"',
    "notify": 'notify {$1} event_url="${2:https://}"',
    "wait": "wait ${1:5s}",
    "raw": 'raw {action: "$1"}',
    "record": 'record end_on_silence=${1:3s} end_on_key="${2:#}" beep_start=true',
    "connect": "connect ${1:phone} $0",
    "input": 'input ${1:dtmf} max_digits=${2:1} {\n  on "${3:1}" -> ${4:step}\n  otherwise -> ${5:step}\n}',
}
"""What an editor inserts for actions; others are inserted as they are."""

TYPE_TEXTS = {
    "text": "Any text.",
    "number": "A number.",
    "integer": "A whole number.",
    "boolean": "`true` or `false`.",
    "phone": "A phone number in international form.",
    "url": "A web address.",
    "date": "A date such as 2026-11-23.",
    "time": "A time such as 14:30.",
    "datetime": "A date and a time.",
    "duration": "A duration such as `90s`, in seconds.",
    "list": "A list.",
    "map": "A map.",
    "any": "Any value.",
}
"""The types of params."""

OWN_OPTIONS: dict[str, dict[str, str]] = {
    "fetch": {
        "timeout": "How long to wait for the answer.",
        "headers": "A map of headers; values can be secrets.",
        "body": "JSON to send.",
        "form": "A map to send as a form.",
    },
    "send": {
        "headers": "A map of headers; values can be secrets.",
        "body": "JSON to send.",
        "form": "A map to send as a form.",
    },
    "opt_out": {"reason": "Why, for the list of suppressed numbers."},
    "hours": {"zone": "The time zone of these hours, if it is not the script's."},
}
"""The options of statements that are no actions of the API."""
