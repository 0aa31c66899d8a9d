"""What the person at the phone types: keys, words, waiting, hanging up, or a question about the call."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches

from nccodsl.base.durations import seconds
from nccodsl.base.record import Record
from nccodsl.base.strict_json import read_strict_json
from nccodsl.emulator.personas.persona import BUILT_IN, DEFAULT, OUTCOMES, Persona
from nccodsl.runtime.web_requests import Fetched
from nccodsl.voice.forms import are_keys

MOST_CHARACTERS, MOST_KEYS = 1000, 50
LARGEST_REPLY = 64 * 1024
"""Characters of a reply: what a fetch of a call that is served would take, too."""
LONGEST_WAIT = 7200.0
_HANGING_UP = frozenset(("hang up", "hangup", "bye", "quit", "exit"))
_COMMANDS = ("again", "bye", "exit", "hangup", "help", "interrupt", "press", "quit", "wait", "where")
_FILLING = frozenset(("for", "after", "hangs", "hang", "up", "and", "then", "in"))
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»"}


class Entered(Record):
    """One line. `verb`: press, say, wait, hang_up, help, where, again; or odd, with a hint as its `value`.

    `value` are keys, words, or seconds to wait (None: until the platform goes on). `early`: before a prompt has ended.
    """

    verb: str
    value: str | float | None = None
    early: bool = False


def cleaned(line: str) -> str:
    """A line without what cannot be printed, one space between its words."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in line).split())


def entered(line: str, *, speech: bool = True) -> Entered:
    """Read a line. `speech`: whether words that are no command are said; else they get a hint. Raises nothing."""
    text = cleaned(line)
    if len(text) > MOST_CHARACTERS:
        return Entered("odd", f"too long: at most {MOST_CHARACTERS} characters at once")
    word, _, rest = text.partition(" ")
    if text.startswith("!") or word.casefold() == "interrupt":
        return _early(text[1:].strip() if text.startswith("!") else rest, speech)
    if not text:
        return Entered("wait")
    if are_keys(text.replace(" ", "")):
        return _press(text)
    if (asked := question(text)) is not None:
        return asked
    match word.casefold():
        case "press" if rest:
            return _press(rest)
        case "say" if rest:
            return Entered("say", _unquoted(rest))
        case "wait":
            found = _wait(rest)
            if found is not None:
                return found
    if hint := _like_a_command(text):
        return Entered("odd", hint)
    if not speech:
        near = _near(word)
        start = f"did you mean `{near}`? " if near else ""
        return Entered("odd", f"{start}type keys such as 1 or 12#; `say {text[:40]}` speaks anyway")
    return Entered("say", _unquoted(text))


def question(text: str) -> Entered | None:
    """What may be entered wherever something is asked: hanging up, and questions about the call."""
    folded = cleaned(text).casefold()
    if folded in _HANGING_UP:
        return Entered("hang_up")
    if folded in ("help", "?"):
        return Entered("help")
    return Entered(folded) if folded in ("where", "again") else None


def outcome(line: str, endpoint: str) -> Persona | str:
    """How the called person behaves, or a hint. `answered`, `answered 20s`, `busy` …; a beginning is enough."""
    words = [word for word in re.split(r"[\s,]+", cleaned(line)[:200].casefold()) if word and word not in _FILLING]
    stays: float | None = None
    if words and (found := _duration(words[-1])) is not None:
        stays = found
        words.pop()
    name = "-".join(words) or "answered"
    if name == "no-answer":
        name = "timeout"
    found_names = [known for known in OUTCOMES if known.startswith(name)]
    found_names = found_names or [known for known in BUILT_IN if known.startswith(name)]
    if len(found_names) != 1:
        near = get_close_matches(name, (*OUTCOMES, *BUILT_IN), n=1, cutoff=0.6)
        return (f"did you mean `{near[0]}`? " if near else "") + f"type one of {', '.join(OUTCOMES)}, voicemail"
    known = found_names[0]
    if known in OUTCOMES:
        if stays is not None and known != "answered":
            return f"`{known}` takes no duration; `answered 20s` hangs up after 20 s"
        return Persona(endpoint, outcome=known, stays=DEFAULT.stays if stays is None else stays)
    return BUILT_IN[known]


def reply(text: str) -> Fetched | str:
    """What a fetch gets: JSON, or `error` or nothing, which lets it fail; otherwise a hint."""
    text = text.strip()
    if not text or text.casefold() == "error":
        return Fetched(failure="simulated failure")
    if len(text) > LARGEST_REPLY:
        return f"too large: a fetch accepts at most {LARGEST_REPLY // 1024} KiB"
    try:
        return Fetched(read_strict_json(text))
    except ValueError as error:
        reason = f"{error.msg}, at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else str(error)
        return f'this is not JSON ({reason}); type JSON such as {{"name": "Ann"}}, or `error` to let the fetch fail'


def _early(text: str, speech: bool) -> Entered:
    if not text or text[0] == "!":
        return Entered("odd", "type what interrupts the prompt: `!1` presses 1 during the prompt")
    found = entered(text, speech=True if not speech and text.casefold().startswith("say ") else speech)
    if found.verb in ("press", "say"):
        return Entered(found.verb, found.value, True)
    return found if found.verb == "odd" else Entered("odd", "interrupt a prompt with keys or words: `!1`, `!say sales`")


def _press(text: str) -> Entered:
    keys = text.replace(" ", "")
    if not are_keys(keys):
        return Entered("odd", "type keys 0-9, * and #, such as `press 12#`")
    if len(keys) > MOST_KEYS:
        return Entered("odd", f"at most {MOST_KEYS} keys at once")
    return Entered("press", keys)


def _wait(rest: str) -> Entered | None:
    """None where it is words that only begin so: `wait a moment`."""
    if not rest:
        return Entered("wait")
    found = _duration(rest.casefold().removesuffix(" seconds").removesuffix(" s"))
    if found is None:
        return None if rest[0] not in "0123456789+-." else Entered("odd", "type a duration, such as `wait 3s`")
    if found > LONGEST_WAIT:
        return Entered("odd", "a call lasts at most two hours")
    return Entered("wait", found)


def _duration(text: str) -> float | None:
    """Seconds of `20s`, `1m30s` or `20`."""
    try:
        found = float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) else float(seconds(text))
    except (ValueError, OverflowError):
        return None
    return found if 0 <= found <= 86_400 else None


def _like_a_command(text: str) -> str | None:
    if text[0] in "/:\\-" and text[1:2].isalpha():
        near = _near(text[1:].partition(" ")[0])
        return f"commands are plain words{f', such as `{near}`' if near else ''}; type `help` for a list"
    if " " in text:
        verb = text.partition(" ")[0].casefold()
        return "`say` and `press` need a value" if verb in ("say", "press") and text[-1] == " " else None
    if text.casefold() in ("say", "press"):
        return f"`{text.casefold()}` needs a value: `say yes please`, `press 1`"
    near = _near(text)
    return f"did you mean `{near}`? `say {text}` speaks it" if near else None


def _near(word: str) -> str | None:
    """A command that the word may have been meant for. Words that people say (hello) must not count as one."""
    if not 3 < len(word) < 12:
        return None
    return next(iter(get_close_matches(word.casefold(), _COMMANDS, n=1, cutoff=0.75)), None)


def _unquoted(text: str) -> str:
    inner = text[1:-1].strip()
    return inner if inner and _QUOTES.get(text[0]) == text[-1] else text
