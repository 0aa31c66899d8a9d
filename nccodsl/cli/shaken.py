"""`nccodsl shaken`: Identity headers made, shown and checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nccodsl.base.record import Record
from nccodsl.cli.inputs import read_input
from nccodsl.cli.moment import moment
from nccodsl.cli.output import joined, lines_of, print_out, script_errors, show
from nccodsl.cli.show_error import coded
from nccodsl.client.failures import BadPassport, VoiceError
from nccodsl.client.passport_form import ATTESTATIONS
from nccodsl.client.passports import (
    NOT_CHECKED,
    Inspection,
    inspect as inspect_passport,
    load_signer,
    verify as verify_passport,
)
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.printers.text import MOST


class SignOptions(Record):
    """What `shaken sign` asks for."""

    key: str
    cert_url: str
    caller: str
    to: str
    attest: str
    as_json: bool


class InspectOptions(Record):
    """What `shaken inspect` asks for; an `identity` of `-` is on standard input."""

    identity: str
    as_json: bool


class VerifyOptions(Record):
    """What `shaken verify` asks for; an `identity` of `-` is on standard input."""

    identity: str
    cert: str
    caller: str | None
    to: str | None
    at: str | None
    as_json: bool


def sign_identity(wanted: SignOptions) -> int:
    """Print the header with a passport that is signed now."""
    with _failures():
        identity = load_signer(wanted.key, wanted.cert_url, wanted.attest).sign(wanted.caller, wanted.to)
    print_out({"identity": identity} if wanted.as_json else identity)
    return 0


def inspect_identity(wanted: InspectOptions) -> int:
    """Print what a header says."""
    with _failures():
        seen = inspect_passport(_given(wanted.identity))
    print_out({name: getattr(seen, name) for name in seen._fields} if wanted.as_json else lines_of(_lines(seen)))
    return 0


def verify_identity(wanted: VerifyOptions) -> int:
    """Print whether a header holds; the exit code is 1 where it does not."""
    with _failures():
        wrong = verify_passport(_given(wanted.identity), wanted.cert, wanted.to, wanted.caller, _moment(wanted.at))
    if wanted.as_json:
        print_out({"holds": not wrong, "findings": wrong, "not_checked": NOT_CHECKED})
    elif wrong:
        show([Diagnostic.of(BadPassport.code, finding) for finding in wrong])
    else:
        print_out(f"The passport is valid.\nNot checked: {NOT_CHECKED}.")
    return 1 if wrong else 0


def _lines(seen: Inspection) -> Iterator[str]:
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
        yield joined(f"{name:<12} {str(value)[:MOST] if value not in (None, '') else '(none)'}")
    yield "The signature was not checked: use `nccodsl shaken verify`."
    yield from (joined(f"note: {finding[:MOST]}") for finding in seen.findings)


def _given(identity: str) -> str:
    return (read_input("-")[0] if identity == "-" else identity).strip()


def _moment(text: str | None) -> float | None:
    """Unix seconds, of Unix seconds or a time in ISO 8601. Raises BadParameter."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return float(text)
    return moment(text, "--at").timestamp()


@contextmanager
def _failures() -> Iterator[None]:
    """A passport that is of no use is shown as an error, and ends the command with exit code 2."""
    try:
        with script_errors(2):
            yield
    except VoiceError as error:
        show([coded(error)])
        raise SystemExit(2) from None
