"""A description holds what the script says, in its order, and nothing private."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.describe.paramschema import params_schema

SCRIPT = """
param name: text  "How the patient is addressed"
param number: phone
param pin: text private = "0000"
param count: integer = 3

call {
  to   phone {{ number }}
  from phone 14155550100
}

talk "Hello {{ name }}." language=en-GB
talk "Your code is {{ pin }}."
if {{ count > 2 }} {
  talk "Many."
} else {
  wait 7s
}
"""


def _in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_it_follows_the_script() -> None:
    text = describe(nccodsl.load(SCRIPT))
    assert _in_order(text, "{{ number }}", "Hello {{ name }}.", "en-GB", "{{ pin }}", "count > 2", "Many.", "7 s")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_params_are_listed_behind_it() -> None:
    text = describe(nccodsl.load(SCRIPT))
    listed = text[text.index("7 s") :]
    assert _in_order(listed, "name (text)", "How the patient is addressed", "number (phone)", "count (integer = 3)")


def test_values_are_filled_in_but_for_private_ones() -> None:
    text = describe(nccodsl.load(SCRIPT), {"name": "Ann", "number": "14155550101", "pin": "9182"})
    assert _in_order(text, "14155550101", "Hello Ann.", "{{ pin }}")
    assert "9182" not in text
    assert "0000" not in text


def test_a_value_that_does_not_fit() -> None:
    with pytest.raises(nccodsl.RenderError) as refused:
        describe(nccodsl.load(SCRIPT), {"number": "12", "pni": "1"})
    assert {found.code for found in refused.value.diagnostics} == {"E315", "E212"}


def test_each_step_and_each_branch_is_told() -> None:
    flow = nccodsl.load(
        """
step main {
  input dtmf max_digits=1 as key {
    on "1" -> sales
    on nothing { talk "Still there?" }
    otherwise { talk "Goodbye." }
  }
}
step sales { talk "Sales." }
"""
    )
    text = describe(flow)
    assert _in_order(text, "main", "“1”", "sales", "Still there?", "Goodbye.", "sales:", "Sales.")


def test_the_schema_of_the_values() -> None:
    schema = params_schema(nccodsl.load(SCRIPT))
    assert schema["required"] == ["name", "number"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["name"] == {"type": "string", "description": "How the patient is addressed"}
    assert schema["properties"]["pin"] == {"type": "string", "writeOnly": True, "default": "0000"}
    assert schema["properties"]["count"] == {"type": "integer", "default": 3}


def test_secrets_are_told() -> None:
    flow = nccodsl.load(
        'secret crm_token "The token of the CRM"\nsecret key\n'
        'send "https://a.example" headers={a: {{ crm_token }}, b: {{ key }}} body={c: 1}'
    )
    told = "Secrets, which only headers of requests contain:\n  crm_token: The token of the CRM\n  key\n"
    assert told in describe(flow)
