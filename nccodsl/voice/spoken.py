"""What a voice is likely to read out in another way than it is meant.

Owns: the patterns. Does not own: whether SSML is well formed (ssml), how long a text may be (text_rules).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SAID_AS = re.compile(r"<say-as\b[^<>]*>[^<]*</say-as>|<[^<>]*>")
_ODD = re.compile(
    r"(?P<digits>(?<![\d.,+])\d{6,}(?![\d]))"
    r"|(?P<address>https?://[^\s<]+|www\.[^\s<]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+)"
    r"|(?P<tag></?(?:break|emphasis|lang|phoneme|prosody|say-as|sub|p|s)\b[^<>]*>)"
)


def read_out_wrongly(text: str, *, markup: bool) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, message and help for each place; `markup`: the text is SSML."""
    # In SSML, tags are no text and what stands in <say-as> is cared for: both are blanked, so that offsets hold.
    plain = _SAID_AS.sub(lambda match: " " * len(match[0]), text) if markup else text
    for found in _ODD.finditer(plain):
        shown = found[0] if len(found[0]) <= 40 else found[0][:39] + "…"
        if found["digits"]:
            message = f"`{shown}` is read as one number, not digit by digit"
            help = "separate the digits (`4, 0, 7`), or let a value be spelt: `{{ code | spell }}`"
        elif found["address"]:
            message = f"the address `{shown}` is read letter by letter, or not at all"
            help = "say it in words, or send it as a message"
        else:
            message = f"the tag `{shown}` is read out: only a text that begins with <speak is SSML"
            help = "put the whole text into <speak>…</speak>"
        yield found.start(), found.end(), message, help
