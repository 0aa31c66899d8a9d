"""`nccodsl shaken`: SHAKEN passports signed, looked into and verified."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed

_EXITS = {0: "success", 2: "wrong usage, or an unusable key or header"}


@click.group("shaken")
def command() -> None:
    """Sign, inspect and verify SHAKEN passports.

    Passports are those of RFC 8224, 8225 and 8588.
    """


@command.command(cls=Command, exits=_EXITS)
@click.option("--key", required=True, metavar="FILE", help="Private key, on the curve P-256.")
@click.option("--cert-url", required=True, metavar="URL", help="The https address of its certificate.")
@click.option("--from", "caller", required=True, metavar="NUMBER", help="Calling number.")
@click.option("--to", required=True, metavar="NUMBER", help="Called number.")
@click.option("--attest", type=click.Choice(["A", "B", "C"]), default="A", show_default=True, help="Attestation level.")
@json_option
def sign() -> int:
    """Sign a passport, and print its Identity header."""
    from nccodsl.cli.shaken import SignOptions, sign_identity

    return sign_identity(parsed(SignOptions))


@command.command(cls=Command, exits=_EXITS)
@click.argument("identity")
@json_option
def inspect() -> int:
    """Show the contents of an Identity header.

    IDENTITY is the header, or `-` for standard input. The signature is not checked: use `shaken verify`.
    """
    from nccodsl.cli.shaken import InspectOptions, inspect_identity

    return inspect_identity(parsed(InspectOptions))


@command.command(cls=Command, exits={**_EXITS, 1: "the passport is not valid"})
@click.argument("identity")
@click.option("--cert", required=True, metavar="FILE", help="Certificate, or public key.")
@click.option("--from", "caller", metavar="NUMBER", help="Calling number.")
@click.option("--to", metavar="NUMBER", help="Called number.")
@click.option("--at", metavar="TIME", help="Check at this time, in ISO 8601 or Unix seconds; by default now.")
@json_option
def verify() -> int:
    """Verify the signature, claims and age of an Identity header.

    IDENTITY is the header, or `-` for standard input.
    """
    from nccodsl.cli.shaken import VerifyOptions, verify_identity

    return verify_identity(parsed(VerifyOptions))
