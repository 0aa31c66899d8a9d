"""The schema of campaign.toml accepts what the reader accepts."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given, strategies as st

from nccodsl.campaign.campaign_plan import as_members
from nccodsl.campaign.plan_fields import FIELDS, OUTCOMES, RETRY_FIELDS, PlanField
from nccodsl.campaign.plan_kinds import KINDS
from nccodsl.campaign.plan_reader import plan_of
from nccodsl.campaign.plan_schema import _KINDS, campaign_schema
from nccodsl.errors import ScriptError

SCHEMA = campaign_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

TOLD_APART: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
    "text": (("a", " b "), ("", " ", 1)),
    "name": (("a", "a.b-c_1", "7"), ("", "-a", "a b", "a" * 64, 3)),
    "path": (("a/b.call",), ("", " ", 3)),
    "file": (("-", "a.csv"), ("", True)),
    "function": (("a:b", "a.b_c:d"), ("a", "a.b", "a:b:c", "1:b", "a:b()")),
    "phone": (("14155550100", "+1 415 555 0100"), ("", "none", 14155550100)),
    "moment": (("2026-12-24T18:00:00+01:00", "2026-12-24T18:00Z"), (5, True)),
    "choice": ((), (5, "", "Marketing")),
    "integer": ((), ("1", 1.5, True, -1, 10**9)),
    "number": ((), ("1", True, -1, 10**9)),
    "boolean": ((True, False), ("true", 1)),
    "duration": (("30m", "1h30m", "1.5h"), ("", "1d", "-5m", 30)),
    "zone": (("Europe/Berlin", "UTC"), ("", 1)),
    "rules": (([], ["US"], ["US-FL", "FR"]), ("US", ["us"], ["US", "US"], [1])),
    "params": (({}, {"who": "name"}), ([], {"who": 1}, {"who": " "})),
    "hours": (("mon 9:00-10:00",), ("", 9)),
}
"""Values of each kind that both accept, and such that both refuse."""
SUBTLE: dict[str, tuple[object, ...]] = {
    "phone": ("12", "0170 1234567"),
    "moment": ("2026-12-24T18:00:00", "tomorrow"),
    "duration": ("1ms", "721h"),
    "zone": ("Europe/Berln", "Europe"),
    "rules": (["ZZ"], ["US-ZZ"]),
    "hours": ("montag", "mon 9-10", "}"),
}
"""Values that only the reader can refuse."""
GOOD: dict[str, Any] = {"name": "a", "script": "a.call", "purpose": "emergency", "recipients": {"file": "a.csv"}}


def good(field: PlanField) -> list[object]:
    if field.kind == "integer":
        # All shares of a forecast together are a whole.
        return [field.least, 16 if (field.least, field.most) == (0, 100) else field.most]
    if field.kind == "number":
        return [field.least, field.most, 0.5]
    return list(field.choices or TOLD_APART[field.kind][0])


def bad(field: PlanField) -> list[object]:
    beyond = [field.least - 1, field.most + 1] if field.kind in ("integer", "number") else []
    return [*beyond, *TOLD_APART[field.kind][1]]


def accepted(document: dict[str, Any]) -> bool:
    try:
        plan_of(document)
    except ScriptError:
        return False
    return True


def values(field: PlanField) -> st.SearchStrategy[object]:
    return st.one_of(st.sampled_from(good(field)), st.sampled_from([*good(field), *bad(field)]))


def tables(fields: dict[str, PlanField]) -> st.SearchStrategy[object]:
    return st.fixed_dictionaries(
        {}, optional={name: values(field) for name, field in fields.items()} | {"x": st.none()}
    )


DOCUMENTS = st.fixed_dictionaries(
    {name: st.just(value) for name, value in GOOD.items()}
    | {"recipients": st.just(GOOD["recipients"]) | tables(FIELDS["recipients"])},
    optional={
        **{name: values(field) for name, field in FIELDS[""].items() if name not in GOOD},
        **{name: tables(fields) for name, fields in FIELDS.items() if name not in ("", "recipients")},
        "retries": st.dictionaries(st.sampled_from([*OUTCOMES, "completed"]), tables(RETRY_FIELDS), max_size=2),
        "colums": st.just({}),
    },
)


@given(DOCUMENTS)
def test_the_schema_accepts_what_the_reader_accepts(document: dict[str, Any]) -> None:
    # That a deadline is after the beginning is more than a schema can say.
    assume("begins" not in document or document["begins"] != document.get("deadline"))
    assert VALIDATOR.is_valid(document) == accepted(document)


@pytest.mark.parametrize("missing", GOOD)
def test_what_is_required(missing: str) -> None:
    document = {name: value for name, value in GOOD.items() if name != missing}
    assert not VALIDATOR.is_valid(document)
    assert not accepted(document)


@pytest.mark.parametrize(
    ("table", "name", "field"), [(table, name, one) for table, fields in FIELDS.items() for name, one in fields.items()]
)
def test_each_setting(table: str, name: str, field: PlanField) -> None:
    beside: dict[str, Any] = {
        "query": {"database": "a.db"},
        "database": {"query": "q"},
        "connect": {"query": "q"},
        "format": {"file": "a"},
        "compared": {"file": "a"},
        "zone": {"hours": "mon 9:00-10:00"} if table == "windows" else {},
    }.get(name, {})
    for value in [*good(field), *bad(field), *SUBTLE.get(field.kind, ())]:
        document = GOOD | ({table: {name: value, **beside}} if table else {name: value})
        assert accepted(document) == (value in good(field) and type(value) in map(type, good(field))), value
        assert VALIDATOR.is_valid(document) or not accepted(document), value


def test_samples_are_right() -> None:
    for table, fields in FIELDS.items():
        for name, field in fields.items():
            value = tomllib.loads(f"v = {field.sample}")["v"]
            KINDS[field.kind](value, field, "")
            assert not field.choices or value in field.choices, (table, name)


def test_it_is_a_schema_and_describes_each_setting() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(KINDS) == set(_KINDS) == set(TOLD_APART)
    assert all(field.about for fields in [*FIELDS.values(), RETRY_FIELDS] for field in fields.values())


@given(DOCUMENTS.filter(accepted))
def test_a_plan_is_stored_and_read(document: dict[str, Any]) -> None:
    plan = plan_of(document)
    assert plan_of(as_members(plan)) == plan
    VALIDATOR.validate(as_members(plan))


def test_a_moment_is_one_of_toml_too() -> None:
    plan = plan_of(GOOD | {"deadline": datetime(2026, 12, 24, 17, tzinfo=UTC)})
    assert plan.deadline == 1798131600.0
