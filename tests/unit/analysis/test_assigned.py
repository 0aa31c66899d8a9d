"""What is advised where a name may have no value does away with the error."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.errors import ScriptError

SCRIPT = """
step main { input dtmf max_digits=1 { on "1" -> one otherwise -> two } }
step one { input dtmf as a -> two }
step two { talk "{{ USE }}" }
"""


@pytest.mark.parametrize(("use", "part"), [("a", ""), ("a.digits", "digits"), ("a['digits']", "digits")])
def test_the_advice_does_away_with_the_error(use: str, part: str) -> None:
    with pytest.raises(ScriptError) as raised:
        nccodsl.load(SCRIPT.replace("USE", use))
    (found,) = raised.value.diagnostics
    assert found.code == "E206"
    assert found.help is not None
    advised = found.help.partition("{{ ")[2].removesuffix(" }}")
    assert (".…" in advised) is bool(part)
    nccodsl.load(SCRIPT.replace("USE", advised.replace(".…", f".{part}").replace("…", "'none'")))
