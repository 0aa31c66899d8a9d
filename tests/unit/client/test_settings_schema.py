"""The schema of nccodsl.toml accepts what the program accepts."""

from __future__ import annotations

import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, strategies as st

from nccodsl.client.credentials import _checked_id
from nccodsl.client.failures import VoiceError
from nccodsl.client.hosts import REGIONS, base_url
from nccodsl.client.profiles import find_profile
from nccodsl.client.settings_schema import SETTINGS, settings_schema

ID = "78d335fa-323d-4114-9c3d-d6f0d48968cf"
VALIDATOR = jsonschema.Draft202012Validator(settings_schema())

VALUES: dict[str, tuple[object, ...]] = {
    "application_id": (ID, ID.upper(), f" {ID} ", ID[:-1], ID.replace("-", ""), "mine", ""),
    "private_key": ("private.key", "-----BEGIN PRIVATE KEY-----", " ", ""),
    "region": (*REGIONS, "mars", "EU", ""),
    "host": ("localhost:4790", "https://api.example.com", " ", ""),
    "api": ("v1", "v2", "v3", "V2", ""),
    "from": ("14155550100", "random", "", " "),
    "limit": (3, 1, 1000, 0, 1001, -1, "3", ""),
    "form": ("14155550100",),
}
WRONG = st.sampled_from((1, True, 1.5, ["v2"]))
PROFILES = st.fixed_dictionaries(
    {}, optional={name: st.one_of(st.sampled_from(values), WRONG) for name, values in VALUES.items()}
)
GOOD = st.fixed_dictionaries({}, optional={name: st.just(values[0]) for name, values in list(VALUES.items())[:-1]})
DOCUMENTS = st.tuples(
    st.one_of(PROFILES, GOOD),
    st.dictionaries(st.sampled_from(["staging", "default", "x"]), st.one_of(PROFILES, GOOD), max_size=2),
)


def _toml(default: dict[str, object], others: dict[str, dict[str, object]]) -> str:
    lines = [f"{name} = {json.dumps(value)}" for name, value in default.items()]
    for other, members in others.items():
        lines += [f"[profile.{other}]", *(f"{name} = {json.dumps(value)}" for name, value in members.items())]
    return "\n".join(lines) + "\n"


def _accepted(text: str) -> bool:
    """Whether the program can use each profile of a file."""
    document: dict[str, Any] = tomllib.loads(text)
    others = document.get("profile", {})
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "nccodsl.toml").write_text(text, encoding="utf-8")
        try:
            for name in [*others] + ([None] if set(document) - {"profile"} else []):
                # A profile that is called `default` hides the one at the top, which is judged all the same.
                found = find_profile(name, Path(folder))
                assert found is not None
                base_url(found.host, found.region)
                if found.application_id is not None:
                    _checked_id(found.application_id, "the application ID")
        except VoiceError:
            return False
    return True


@given(DOCUMENTS)
def test_the_schema_accepts_what_the_program_accepts(document: tuple[dict[str, object], Any]) -> None:
    text = _toml(*document)
    assert VALIDATOR.is_valid(tomllib.loads(text)) == _accepted(text)


@pytest.mark.parametrize(
    "text",
    [
        f'application_id = "{ID}"\nprivate_key = "private.key"\nregion = "eu-west"\napi = "v2"\nfrom = "14155550100"\n',
        '[profile.local]\nhost = "localhost:4790"\n',
        "",
    ],
)
def test_good_files(text: str) -> None:
    assert _accepted(text)
    VALIDATOR.validate(tomllib.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        'aplication_id = "x"\n',
        "api = 2\n",
        'host = "localhost"\nregion = "eu"\n',
        '[profile.a]\nregion = "mars"\n',
        '[profile.a.b]\napi = "v2"\n',
    ],
)
def test_bad_files(text: str) -> None:
    assert not _accepted(text)
    assert not VALIDATOR.is_valid(tomllib.loads(text))


def test_it_is_a_schema_and_describes_each_setting() -> None:
    jsonschema.Draft202012Validator.check_schema(settings_schema())
    assert all(facts["description"] for facts in SETTINGS.values())
