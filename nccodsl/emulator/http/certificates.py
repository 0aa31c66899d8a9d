"""A certificate of the emulator's own, so that clients which insist on TLS can talk to it."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from nccodsl.base.loopback import LOOPBACK
from nccodsl.emulator.http.folder import locked
from nccodsl.io.complete_file import write_complete

DAYS = 30


def make_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """A certificate for this machine's own names and `host`, and its key, as files in the folder.

    One that is there already stays while it is valid, so that emulators which use one folder agree. Raises CannotServe.
    """
    stem = "emulator" if host in LOOPBACK else "emulator-" + re.sub(r"[^\w.-]", "_", host)
    certificate_file, key_file = folder / f"{stem}.crt", folder / f"{stem}-tls.key"
    with locked(folder):
        if not _holds(certificate_file, key_file):
            certificate, key = _signed(host)
            write_complete(key_file, key, 0o600)
            write_complete(certificate_file, certificate, 0o644)
    return certificate_file, key_file


def make_application_key(folder: Path) -> Path:
    """The private key of an emulated application; one that is there already stays. Raises CannotServe."""
    path = folder / "private.key"
    if not path.exists():
        with locked(folder):
            # Another emulator may have been quicker.
            if not path.exists():
                write_complete(path, _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)), 0o600)
    return path


def _signed(host: str) -> tuple[bytes, bytes]:
    """A new certificate, signed by its own key, and that key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nccodsl emulator")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in dict.fromkeys((*LOOPBACK, host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), _pem(key)


def _holds(certificate_file: Path, key_file: Path) -> bool:
    """Whether there are a certificate that is valid for another day, and its key."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (FileNotFoundError, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    soon = datetime.now(UTC) + timedelta(days=1)
    return certificate.public_key() == key.public_key() and certificate.not_valid_after_utc > soon


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
