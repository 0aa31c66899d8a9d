"""Words that people who read nccodsl's texts do not meet: in messages, pages, help, README and docs alike."""

from __future__ import annotations

import re

PHRASES = (
    # Old or foreign English
    "shall", "mend", "mends", "mended", "mending", "whoever", "whomever", "somebody", "nobody",
    "is told", "are told", "was told", "were told", "be told", "been told",
    "is none", "are none", "is nothing that", "goes without", "has its", "have its",
    "come about", "comes about", "as it stands", "the same for",
    # Other words for what the project calls interactive script, webhook server, persona, error, warning and problem
    "talk back", "talks back", "flow runtime", "chooses while the call runs", "who holds the phone", "finding",
    "findings",
    # British spelling
    "analyse", "analysed", "behaviour", "catalogue", "centre", "colour", "colours", "favour", "grey", "honour",
    "honours", "honoured", "judgement", "licence", "neighbour", "normalise", "normalised", "organise", "programme",
    "recognise", "recognised", "recognises", "serialise", "serialised",
)  # fmt: skip

_FORBIDDEN = re.compile(
    r"\b(?<!there\s)(?:" + "|".join(phrase.replace(" ", r"\s+") for phrase in PHRASES) + r")\b", re.I
)
_QUOTED = re.compile(
    r"^(?P<fence>`{3,}).*?^(?P=fence)$"  # blocks of code
    r"|(?P<ticks>`+)[^`]+(?P=ticks)"  # code in a line
    r"|“[^”]*”"  # what is said in a call
    r"|\]\([^)\s]*\)"  # where a link leads
    r"|<!--.*?-->",
    re.S | re.M,
)


def forbidden(text: str) -> list[str]:
    """The forbidden phrases in a text, each with a few words around it; code and quoted speech may say anything."""
    prose = _QUOTED.sub("`…`", text)
    return [
        " ".join(prose[max(0, found.start() - 25) : found.end() + 25].split()) for found in _FORBIDDEN.finditer(prose)
    ]
