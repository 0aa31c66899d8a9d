"""`nccodsl shaken`: SHAKEN passports signed, looked into and verified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from nccodsl.cli.output import print_out

if TYPE_CHECKING:
    from nccodsl.client.shaken import Inspection


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
    from nccodsl.client.shaken import load_signer

    with _told():
        identity = load_signer(key, cert_url, attest).sign(caller, to)
    print_out({"identity": identity} if as_json else identity)


@command.command()
@click.argument("identity")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def inspect(identity: str, as_json: bool) -> None:
    """Show what an Identity header says; `-` reads it from standard input. The signature is not checked."""
    from nccodsl.client import shaken

    with _told():
        seen = shaken.inspect(_given(identity))
    print_out({name: getattr(seen, name) for name in seen._fields} if as_json else "\n".join(_lines(seen)))


@command.command()
@click.argument("identity")
@click.option("--cert", required=True, metavar="FILE", help="The certificate, or the public key.")
@click.option("--from", "caller", metavar="NUMBER", help="Who is calling.")
@click.option("--to", metavar="NUMBER", help="Who is called.")
@click.option("--at", metavar="TIME", help="When, in ISO 8601; now where it is not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(identity: str, cert: str, caller: str | None, to: str | None, at: str | None, as_json: bool) -> None:
    """Check signature, claims and age of an Identity header; exit code 1 where it does not hold.

    Whether the certificate leads to an authority that networks trust is not checked, nor whether it was revoked.
    """
    from nccodsl.client import shaken

    with _told():
        wrong = shaken.verify(_given(identity), cert, to, caller, _moment(at))
    if as_json:
        print_out({"holds": not wrong, "findings": wrong})
    else:
        print_out("\n".join(f"does not hold: {finding}" for finding in wrong) or "The passport holds.")
    raise SystemExit(1 if wrong else 0)


def _lines(seen: Inspection) -> Iterator[str]:
    dest = seen.claims.get("dest")
    orig = seen.claims.get("orig")
    rows = {
        "from": orig.get("tn") if isinstance(orig, dict) else None,
        "to": ", ".join(map(str, dest["tn"])) if isinstance(dest, dict) and isinstance(dest.get("tn"), list) else None,
        "attest": seen.claims.get("attest"),
        "origid": seen.claims.get("origid"),
        "issued": f"{seen.age:.0f} s ago" if seen.age is not None else None,
        "certificate": seen.info,
        "signed with": seen.header.get("alg"),
    }
    for name, value in rows.items():
        yield f"{name:<12} {value if value not in (None, '') else '(nothing)'}"
    yield from (f"note: {finding}" for finding in seen.findings)


def _given(identity: str) -> str:
    from nccodsl.cli.options import read_input

    return (read_input("-")[0] if identity == "-" else identity).strip()


def _moment(text: str | None) -> float | None:
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a time such as 2026-11-23T12:00:00Z is wanted", param_hint="'--at'") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@contextmanager
def _told() -> Iterator[None]:
    """A passport that is of no use is told, with exit code 2."""
    from nccodsl.cli.failing import coded
    from nccodsl.cli.output import show
    from nccodsl.client.errors import VoiceError
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
