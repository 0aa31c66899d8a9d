"""A value that only the author can know is shown as an example, and is no fix; what the author wrote is kept."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.diagnostics.fixes import apply_fixes

EXAMPLES = [
    'talk "x" loop=twice',
    'talk "x" style=two',
    'talk "x" level=loud',
    'talk "x" premium=maybe',
    'talk "x" language=""',
    'talk "x" language=klingon',
    "input dtmf max_digits=one { otherwise { hangup } }",
    "input dtmf timeout=long { otherwise { hangup } }",
    'stream "hold.mp3"',
    'record end_on_key="a" end_on_silence=3s',
    'connect sip "bob" from=14155550100',
    'connect sip "sip:" from=14155550100',
    "connect phone 14155550101 from=14155550100 limit=forever",
    'connect websocket "wss://example.com/a" content_type="audio/wav"',
    'step main { fetch "/x" as y talk "{{ y.a }}" }',
    'step main { fetch "https://example.com/x" as y timeout=0s talk "{{ y.a }}" }',
]
KEPT = [
    ('talk "x" loop=1.5', 'talk "x" loop=2'),
    ('talk "x" level=5', 'talk "x" level=1'),
    ('talk "x" premium=yes', 'talk "x" premium=true'),
    ('talk "x" premium="off"', 'talk "x" premium=false'),
    ('record format=MP3 end_on_key="#"', 'record format=mp3 end_on_key="#"'),
    ('notify {a: 1} event_url="example.com"', 'notify {a: 1} event_url="https://example.com"'),
    ('connect sip "bob@example.com" from=14155550100', 'connect sip "sip:bob@example.com" from=14155550100'),
]


@pytest.mark.parametrize("script", EXAMPLES)
def test_an_example_is_no_fix(script: str) -> None:
    found = nccodsl.check(script)
    assert found
    for one in found:
        assert one.fix is None, one
        assert one.help is not None
        assert one.help.startswith("write ")


@pytest.mark.parametrize(("script", "right"), KEPT)
def test_a_fix_keeps_the_value(script: str, right: str) -> None:
    (found,) = nccodsl.check(script)
    assert found.file is not None
    assert apply_fixes([found], found.file, unsafe=True)[0] == right
