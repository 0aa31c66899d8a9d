"""`nccodsl shaken`: SHAKEN passports signed, looked into and verified."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.group("shaken")
def command() -> None:
    """Sign, inspect and verify SHAKEN passports (RFC 8224, 8225, 8588)."""


@command.command(cls=Command)
@click.option("--key", required=True, metavar="FILE", help="The private key, on the curve P-256.")
@click.option("--cert-url", required=True, metavar="URL", help="Where its certificate can be had, by https.")
@click.option("--from", "caller", required=True, metavar="NUMBER", help="The calling number.")
@click.option("--to", required=True, metavar="NUMBER", help="The called number.")
@click.option(
    "--attest", type=click.Choice(["A", "B", "C"]), default="A", show_default=True, help="How far it vouches."
)
@json_option
def sign() -> int:
    """Sign a passport, and print the Identity header that carries it."""
    from nccodsl.cli.shaken import SignOptions, sign_identity

    return sign_identity(parsed(SignOptions))


@command.command(cls=Command)
@click.argument("identity")
@json_option
def inspect() -> int:
    """Show what an Identity header says; `-` reads it from standard input. The signature is not checked."""
    from nccodsl.cli.shaken import InspectOptions, inspect_identity

    return inspect_identity(parsed(InspectOptions))


@command.command(cls=Command)
@click.argument("identity")
@click.option("--cert", required=True, metavar="FILE", help="The certificate, or the public key.")
@click.option("--from", "caller", metavar="NUMBER", help="Who is calling.")
@click.option("--to", metavar="NUMBER", help="Who is called.")
@click.option("--at", metavar="TIME", help="When, in ISO 8601 or Unix seconds; now where it is not given.")
@json_option
def verify() -> int:
    """Check signature, claims and age of an Identity header; exit code 1 where it does not hold."""
    from nccodsl.cli.shaken import VerifyOptions, verify_identity

    return verify_identity(parsed(VerifyOptions))
