"""Who calls: keys of all kinds, where they come from, and the tokens that are made of them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from nccodsl.client import AsyncVoiceClient, VoiceClient
from nccodsl.client.credentials import Credentials, find_credentials
from nccodsl.client.failures import BadAddress, BadCredentials, BadSettings
from nccodsl.client.hosts import REGIONS, base_url, may_see_token
from nccodsl.client.jwt import TokenSource
from tests.e2e.servers import APPLICATION, private_key

PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
OTHER = "c1f9a0de-6f0d-4a3e-9d0c-2f2f6c1d8a77"


@lru_cache
def loaded() -> Any:
    return serialization.load_pem_private_key(private_key().encode(), None)


def pem(key: Any, form: Any = PKCS8, protection: Any = None) -> str:
    return key.private_bytes(PEM, form, protection or serialization.NoEncryption()).decode()  # type: ignore[no-any-return]


BAD_KEYS = {
    "public": (
        lambda: loaded().public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
        "is a public key",
    ),
    "encrypted": (lambda: pem(loaded(), protection=serialization.BestAvailableEncryption(b"x")), "is encrypted"),
    "encrypted, the old way": (
        lambda: pem(
            loaded(), serialization.PrivateFormat.TraditionalOpenSSL, serialization.BestAvailableEncryption(b"x")
        ),
        "is encrypted",
    ),
    "without its end": (lambda: private_key()[:-40], "is truncated"),
    "with a hole": (lambda: private_key().replace(private_key().splitlines()[5], ""), "is damaged"),
    "EC": (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
    "Ed25519": (lambda: pem(ed25519.Ed25519PrivateKey.generate()), "not an RSA key"),
    "small": (lambda: pem(rsa.generate_private_key(65537, 1024)), "1024 bits"),
    "a certificate": (lambda: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "is a certificate"),
    "for ssh": (lambda: pem(loaded(), serialization.PrivateFormat.OpenSSH), "OpenSSH"),
    "words": (lambda: "not a key\nat all\n", "is not a PEM"),
}


@pytest.mark.parametrize("name", BAD_KEYS)
@pytest.mark.parametrize("way", ["file", "text"])
def test_keys_that_are_of_no_use(tmp_path: Path, name: str, way: str) -> None:
    make, words = BAD_KEYS[name]
    text = make()
    path = tmp_path / "private.key"
    path.write_text(text)
    with pytest.raises(BadCredentials) as told:
        find_credentials(APPLICATION, str(path) if way == "file" else text, environ={}, folder=tmp_path)
    assert words in str(told.value)
    assert told.value.code == "E702"
    assert told.value.help
    inside = [line for line in text.splitlines() if len(line) > 30 and "----" not in line]
    assert not any(line in f"{told.value}{told.value.help}{told.value!r}" for line in inside)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "is empty"), (b"\x00\x01\xff", "is binary"), (b"x" * 300_000, "too large"), (None, "does not exist")],
)
def test_files_that_are_none(tmp_path: Path, data: bytes | None, words: str) -> None:
    path = tmp_path / "k"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(BadCredentials, match=words):
        find_credentials(APPLICATION, str(path), environ={}, folder=tmp_path)


def test_what_was_pasted_is_not_repeated(tmp_path: Path) -> None:
    line = private_key().splitlines()[4]
    with pytest.raises(BadCredentials) as told:
        find_credentials(APPLICATION, line, environ={}, folder=tmp_path)
    assert line not in str(told.value)
    with pytest.raises(BadCredentials) as told:
        find_credentials(private_key(), "x", environ={}, folder=tmp_path)
    assert line not in str(told.value)


def test_arguments_then_environment_then_profile_then_the_official_file(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.key" for name in ("argument", "environment", "profile")}
    for number, path in enumerate(paths.values()):
        path.write_text(private_key(number % 2))
        path.chmod(0o600)
    (tmp_path / ".vonagerc").write_text(json.dumps({"appId": APPLICATION, "privateKey": private_key()}))
    (tmp_path / ".vonagerc").chmod(0o600)
    (tmp_path / "nccodsl.toml").write_text(
        f'application_id = "{OTHER}"\nprivate_key = "profile.key"\n[profile.eu]\napplication_id = "{APPLICATION}"\n'
        'private_key = "profile.key"\nregion = "eu-west"\n'
    )
    environ = {"VONAGE_APPLICATION_ID": APPLICATION, "VONAGE_PRIVATE_KEY": str(paths["environment"])}
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    def sources(*args: Any, environ: Any = environ, folder: Path = below, **more: Any) -> list[str]:
        found = find_credentials(*args, environ=environ, folder=folder, **more)
        assert found.warnings == ()
        return list(found.source_of_each.values())

    assert sources(OTHER, str(paths["argument"])) == ["--app", "--key"]
    assert sources() == ["VONAGE_APPLICATION_ID", "VONAGE_PRIVATE_KEY"]
    assert sources(key=str(paths["argument"])) == ["VONAGE_APPLICATION_ID", "--key"]
    assert {Path(source).name for source in sources(environ={})} == {"nccodsl.toml"}
    found = find_credentials(environ={}, folder=below, profile="eu")
    assert found.credentials.application_id == APPLICATION
    assert found.profile is not None
    assert found.profile.region == "eu-west"
    # A client takes what was found as it is, and calls where its profile says, unless another place is given.
    for kind in (VoiceClient, AsyncVoiceClient):
        assert kind(found).application_id == APPLICATION
        assert kind(found).base_url == base_url(region="eu-west")
        assert kind(found, region="apac-sng").base_url == base_url(region="apac-sng")
        assert kind(found, host="localhost:1").base_url == "http://localhost:1"
    (tmp_path / "nccodsl.toml").unlink()
    assert {Path(source).name for source in sources(environ={}, folder=tmp_path)} == {".vonagerc"}
    one_line = private_key().replace("\n", "\\n")
    assert sources(environ={**environ, "VONAGE_PRIVATE_KEY": one_line}) == list(environ)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("application_id = ", "toml"),
        ("private_keys = 'x'", "private_keys"),
        ("region = 3", "region"),
        ("api = 'v3'", "v1 or v2"),
    ],
)
def test_settings_that_are_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "nccodsl.toml").write_text(text)
    with pytest.raises(BadSettings) as told:
        find_credentials(environ={}, folder=tmp_path)
    assert words in f"{told.value} {told.value.help}"
    assert told.value.code == "E710"


def test_nothing_shows_the_key() -> None:
    credentials = Credentials(APPLICATION, private_key())
    assert private_key().splitlines()[4] not in repr(credentials) + str(credentials.__class__)
    with pytest.raises(TypeError):
        __import__("pickle").dumps(credentials)


def test_a_token_is_used_until_it_is_about_to_expire() -> None:
    now = [1_800_000_000.0]
    source = TokenSource(Credentials(APPLICATION, private_key()), lifetime=900, clock=lambda: now[0])
    first = source.token()
    claims = jwt.decode(first, loaded().public_key(), ["RS256"], options={"verify_exp": False, "verify_iat": False})
    assert claims.keys() == {"application_id", "iat", "exp", "jti"}
    assert (claims["iat"], claims["exp"] - claims["iat"]) == (1_800_000_000, 900)
    assert jwt.get_unverified_header(first)["typ"] == "JWT"
    now[0] += 800
    assert source.token() == first
    now[0] += 60
    second = source.token()
    assert second != first
    assert jwt.decode(second, options={"verify_signature": False})["jti"] != claims["jti"]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("api.nexmo.com", "https://api.nexmo.com"),
        ("api.example.com:8443", "https://api.example.com:8443"),
        ("https://api.example.com/", "https://api.example.com"),
        ("localhost:4790", "http://localhost:4790"),
        ("https://127.0.0.1:1", "https://127.0.0.1:1"),
        ("http://[::1]:1", "http://[::1]:1"),
    ],
)
def test_hosts(host: str, url: str) -> None:
    assert base_url(host) == url


@pytest.mark.parametrize(
    "host",
    ["http://api.nexmo.com", "https://a/b", "https://u:p@a", "ftp://a", "a b", "", "https://", "a:99999", "a:0", "-"],
)
def test_hosts_that_no_token_is_sent_to(host: str) -> None:
    with pytest.raises(BadAddress):
        base_url(host)


def test_regions() -> None:
    assert base_url() == "https://api.nexmo.com"
    assert base_url(region="eu-west") == f"https://{REGIONS['eu-west']}"
    with pytest.raises(BadAddress) as told:
        base_url(region="eu-wst")
    assert told.value.help == "did you mean `eu-west`?"
    with pytest.raises(BadAddress):
        base_url("a.com", "eu-west")


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://api-us-1.nexmo.com/v1/files/x", True),
        ("https://media.vonage.com/x", True),
        ("http://127.0.0.1:4790/v1/files/x", True),
        ("http://api.nexmo.com/v1/files/x", False),
        ("https://nexmo.com.evil.example/x", False),
        ("https://evilnexmo.com/x", False),
        ("https://api.nexmo.com@evil.example/x", False),
        ("http://127.0.0.1:4791/x", False),
        ("https://[", False),
    ],
)
def test_where_a_token_may_go(url: str, may: bool) -> None:
    assert may_see_token(url, "http://127.0.0.1:4790") is may
