"""Values of SSML's attributes: those without quotes, as HTML allows, and those that are not documented."""

from __future__ import annotations

import re

from nccodsl.diagnostics.suggest import Instead

_BARE_VALUE = re.compile(
    r"<[a-z]{1,20}(?: [a-z:-]{1,20}=(?:'[^'<>]{0,99}'|\"[^\"<>]{0,99}\")){0,9}"
    r" ([a-z:-]{1,20})=([^\s'\"<>]{1,99})"
)


def bare_value(text: str, tag: int) -> tuple[int, int, str, Instead] | None:
    """An attribute without quotes in the tag at an offset: where it begins and ends, what is wrong, and the help."""
    found = _BARE_VALUE.match(text, tag)
    if found is None:
        return None
    name, value = found[1], found[2].rstrip("/")
    written, right = f"{name}={value}", f"{name}='{value}'"
    start = found.start(1)
    return (
        start,
        start + len(written),
        f"the value of `{name}` must be in quotes",
        Instead(f"write `{right}`", right, written),
    )


def listed_instead(value: str, listed: tuple[str, ...]) -> Instead:
    """One of the documented values: one in the middle, since both ends are extremes."""
    right = listed[len(listed) // 2]
    return Instead(f"write `{right}`; documented are {', '.join(listed)}", right, value)
