"""`nccodsl shaken`: arguments, output, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from nccodsl.cli.commands.shaken import command
from tests.e2e.in_process import invoke

URL = "https://example.com/cert.pem"
CALLER, CALLEE, NOW = "14155550100", "14155550101", 1_795_000_000
CLAIMS = {
    "attest": "A",
    "dest": {"tn": [CALLEE]},
    "iat": NOW,
    "orig": {"tn": CALLER},
    "origid": "123e4567-e89b-42d3-a456-426614174000",
}
KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
SIGN = ["sign", "--key", "key.pem", "--cert-url", URL, "--from", CALLER, "--to", "+1 415 555 0101"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.pem").write_text(PEM)
    (tmp_path / "public.pem").write_text(PUBLIC)


def run(*args: str, input: str | None = None) -> Result:
    return invoke(*args, input=input, command=command)


def header(**claims: Any) -> str:
    token = jwt.encode(CLAIMS | claims, KEY, "ES256", headers={"ppt": "shaken", "typ": "passport", "x5u": URL})
    return f'{token};info=<{URL}>;alg=ES256;ppt="shaken"'


def test_sign_inspect_verify() -> None:
    identity = run(*SIGN, "--attest", "B").stdout.strip()
    seen = run("inspect", identity)
    assert f"from         {CALLER}\nto           {CALLEE}\nattest       B: " in seen.stdout
    assert "note:" not in seen.stdout
    assert json.loads(run("inspect", "-", "--json", input=identity + "\n").stdout)["claims"]["attest"] == "B"
    good = run("verify", identity, "--cert", "public.pem", "--to", CALLEE, "--from", CALLER)
    assert (good.exit_code, good.stdout.splitlines()[0]) == (0, "The passport is valid.")
    assert "Not checked: whether the certificate leads to a trusted authority" in good.stdout
    assert set(json.loads(run(*SIGN, "--json").stdout)) == {"identity"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--to", "14155550199"], "the call goes to 14155550199"),
        (["--from", "14155550199"], "the call is from 14155550199"),
        (["--at", "2001-01-01T00:00:00"], "not valid yet"),
        (["--at", str(NOW + 61)], "too old"),
    ],
)
def test_what_does_not_hold(more: list[str], words: str) -> None:
    at = [] if "--at" in more else ["--at", str(NOW)]
    assert run("verify", header(), "--cert", "public.pem", "--at", str(NOW)).exit_code == 0
    wrong = run("verify", header(), "--cert", "public.pem", *at, *more)
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("error[E713]: ")
    assert words in wrong.stderr
    told = json.loads(run("verify", header(), "--cert", "public.pem", *at, *more, "--json").stdout)
    assert told["holds"] is False
    assert words in told["findings"][0]


def test_what_is_no_passport() -> None:
    assert run("inspect", "nonsense").exit_code == 2
    wrong = run("verify", "nonsense", "--cert", "public.pem")
    assert wrong.exit_code == 1
    assert "error[E713]" in wrong.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([*SIGN, "--key", "public.pem"], "is a public key"),
        ([*SIGN, "--key", "missing.pem"], "No such file"),
        ([*SIGN, "--cert-url", "http://example.com/c"], "https://"),
        ([*SIGN, "--to", "12"], "the called number"),
        ([*SIGN, "--attest", "D"], "--attest"),
        (["verify", "x", "--cert", "key.pem"], "is a private key"),
        (["verify", "x", "--cert", "public.pem", "--at", "yesterday"], "--at"),
    ],
)
def test_arguments_that_cannot_be_used(args: list[str], words: str) -> None:
    wrong = run(*args)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert words in wrong.stderr


def test_the_inside_of_a_key_is_not_shown() -> None:
    inside = "".join(PEM.splitlines()[1:-1])
    wrong = run(*SIGN, "--key", inside)
    assert wrong.exit_code == 2
    assert inside[40:60] not in wrong.output


@pytest.mark.parametrize("attest", ["\x1b[31mred\x07", "\ud800", "\u202eA"])
def test_what_strangers_wrote_does_not_reach_the_terminal(attest: str) -> None:
    identity = header(attest=attest)
    for args in (["inspect", identity], ["verify", identity, "--cert", "public.pem"]):
        assert attest not in run(*args).output
    assert json.loads(run("inspect", identity, "--json").stdout)["claims"]["attest"] == attest


def test_times_that_nobody_can_reckon_with() -> None:
    identity = header(iat=10**400)
    assert "issued       (none)" in run("inspect", identity).stdout
    assert run("verify", identity, "--cert", "public.pem").exit_code == 1
    assert "s from now" in run("inspect", header(iat=2**40)).stdout
