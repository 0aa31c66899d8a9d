"""`nccodsl shaken`: SHAKEN passports signed, looked into and verified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from nccodsl.cli.output import joined, lines_of, print_out

if TYPE_CHECKING:
    from nccodsl.client.passports import Inspection


@click.group("shaken")
def command() -> None:
    """Sign, inspect and verify SHAKEN passports (RFC 8224, 8225, 8588)."""


@command.command()
@click.option("--key", required=True, metavar="FILE", help="The private key, on the curve P-256.")
@click.option("--cert-url", required=True, metavar="URL", help="Where its certificate can be had, by https.")
@click.option("--from", "caller", required=True, metavar="NUMBER", help="The calling number.")
@click.option("--to", required=True, metavar="NUMBER", help="The called number.")
@click.option(
    "--attest", type=click.Choice(["A", "B", "C"]), default="A", show_default=True, help="How far it vouches."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sign(key: str, cert_url: str, caller: str, to: str, attest: str, as_json: bool) -> None:
    """Sign a passport, and print the Identity header that carries it."""
    from nccodsl.client.passports import load_signer

    with _told():
        identity = load_signer(key, cert_url, attest).sign(caller, to)
    print_out({"identity": identity} if as_json else identity)


@command.command()
@click.argument("identity")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def inspect(identity: str, as_json: bool) -> None:
    """Show what an Identity header says; `-` reads it from standard input. The signature is not checked."""
    from nccodsl.client import passports

    with _told():
        seen = passports.inspect(_given(identity))
    print_out({name: getattr(seen, name) for name in seen._fields} if as_json else lines_of(_lines(seen)))


@command.command()
@click.argument("identity")
@click.option("--cert", required=True, metavar="FILE", help="The certificate, or the public key.")
@click.option("--from", "caller", metavar="NUMBER", help="Who is calling.")
@click.option("--to", metavar="NUMBER", help="Who is called.")
@click.option("--at", metavar="TIME", help="When, in ISO 8601 or Unix seconds; now where it is not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(identity: str, cert: str, caller: str | None, to: str | None, at: str | None, as_json: bool) -> None:
    """Check signature, claims and age of an Identity header; exit code 1 where it does not hold."""
    from nccodsl.cli.output import show
    from nccodsl.client import passports
    from nccodsl.diagnostics import REGISTER, Diagnostic

    with _told():
        wrong = passports.verify(_given(identity), cert, to, caller, _moment(at))
    if as_json:
        print_out({"holds": not wrong, "findings": wrong, "not_checked": passports.NOT_CHECKED})
    elif wrong:
        show([Diagnostic("E713", REGISTER["E713"].severity, finding) for finding in wrong])
    else:
        print_out(f"The passport holds.\nNot checked: {passports.NOT_CHECKED}.")
    raise SystemExit(1 if wrong else 0)


def _lines(seen: Inspection) -> Iterator[str]:
    from nccodsl.client.passport_form import ATTESTATIONS
    from nccodsl.diagnostics.printers.text import MOST

    dest = seen.claims.get("dest")
    attest = seen.claims.get("attest")
    orig = seen.claims.get("orig")
    rows = {
        "from": orig.get("tn") if isinstance(orig, dict) else None,
        "to": ", ".join(map(str, dest["tn"])) if isinstance(dest, dict) and isinstance(dest.get("tn"), list) else None,
        "attest": f"{attest}: {ATTESTATIONS[attest]}" if isinstance(attest, str) and attest in ATTESTATIONS else attest,
        "origid": seen.claims.get("origid"),
        "issued": None if seen.age is None else f"{abs(seen.age)} s {'ago' if seen.age >= 0 else 'from now'}",
        "certificate": seen.info,
        "signed with": seen.header.get("alg"),
    }
    for name, value in rows.items():
        yield joined(f"{name:<12} {str(value)[:MOST] if value not in (None, '') else '(nothing)'}")
    yield "The signature is not checked here: `nccodsl shaken verify` does."
    yield from (joined(f"note: {finding[:MOST]}") for finding in seen.findings)


def _given(identity: str) -> str:
    from nccodsl.cli.inputs import read_input

    return (read_input("-")[0] if identity == "-" else identity).strip()


def _moment(text: str | None) -> float | None:
    from datetime import UTC, datetime

    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return float(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a time such as 2026-11-23T12:00:00Z is wanted", param_hint="'--at'") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@contextmanager
def _told() -> Iterator[None]:
    """A passport that is of no use is told, with exit code 2."""
    from nccodsl.cli.output import show
    from nccodsl.cli.show_error import coded
    from nccodsl.client.failures import VoiceError
    from nccodsl.errors import ScriptError

    try:
        yield
    except ScriptError as error:
        show(error.diagnostics)
    except VoiceError as error:
        show([coded(error)])
    else:
        return
    raise SystemExit(2)
