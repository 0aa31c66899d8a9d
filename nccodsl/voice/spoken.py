"""What a voice is likely to read out in another way than it is meant.

Owns: the patterns. Does not own: whether SSML is well formed (ssml), how long a text may be (text_rules).
"""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.base import lazy_re
from nccodsl.diagnostics import Instead

_SAID_AS = lazy_re.compile(r"<say-as\b[^<>]*>[^<]*</say-as>|<[^<>]*>")
_ODD = lazy_re.compile(
    r"(?P<digits>(?<![\d.,+])\d{6,}(?![\d]))"
    r"|(?P<address>https?://[^\s<]+|www\.[^\s<]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+)"
    r"|(?P<tag></?(?:break|emphasis|lang|phoneme|prosody|say-as|sub|p|s)\b[^<>]*>)"
)


_ALOUD = {".": " dot ", "/": " slash ", "@": " at ", "-": " dash ", "_": " underscore "}


def _aloud(address: str) -> str:
    """An address as a person says it."""
    bare = address.removeprefix("https://").removeprefix("http://").strip("/.")
    return " ".join("".join(_ALOUD.get(char, char) for char in bare).split())


def read_out_wrongly(text: str, *, markup: bool) -> Iterator[tuple[int, int, str, Instead]]:
    """Start, end, message and help for each place; `markup`: the text is SSML."""
    # In SSML, tags are no text and what stands in <say-as> is cared for: both are blanked, so that offsets hold.
    plain = _SAID_AS.sub(lambda match: " " * len(match[0]), text) if markup else text
    for found in _ODD.finditer(plain):
        shown = found[0] if len(found[0]) <= 40 else found[0][:39] + "…"
        if found["digits"]:
            message = f"`{shown}` is read as one number, not digit by digit"
            spelled = ", ".join(found[0])
            help = Instead(f"write `{spelled}`, or spell a value with `{{{{ code | spell }}}}`", spelled, found[0])
        elif found["address"]:
            message = f"the address `{shown}` is read letter by letter, or not at all"
            spelled = _aloud(found[0])
            help = Instead(f"write `{spelled}`, or send it as a message", spelled, found[0])
        else:
            message = f"the tag `{shown}` is read out: only a text that begins with `<speak>` is SSML"
            help = Instead("put the whole text into `<speak>…</speak>`", f"<speak>{text}</speak>", text)
        yield found.start(), found.end(), message, help
