"""The addresses that a rehearsed flow is asked at: their route and query are what urllib reads in them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given, strategies as st

from nccodsl.rehearsal.stage import URL, _parts_of, route_of

WRITTEN = ("/", "?", "&", "=", "%41", "%", "+", "#", ";", " ", "é", "\n", "\t", "at", "main", "call=", "n=0", "[", ":")


@given(st.lists(st.sampled_from(WRITTEN) | st.text(max_size=3), max_size=9).map("".join))
def test_is_what_urllib_reads(tail: str) -> None:
    url = f"{URL}/{tail}"
    parts = urlsplit(url)
    assert _parts_of(url) == (parts.path.rpartition("/")[2], dict(parse_qsl(parts.query)))


def test_another_address_leads_elsewhere() -> None:
    assert route_of(f"{URL}/input?at=main&n=0&call=leg-1") == "input"
    assert route_of("https://flow.test/caller/input") == ""
    assert route_of(URL) == ""
