"""Keys and certificates of SHAKEN in PEM, and whether a key is one for ES256.

Nothing here puts key material into a message, a `repr` or a traceback.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeGuard

from nccodsl.client.failures import BadPassport, shown

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.x509 import Certificate

WANTED = "ES256 needs one on the curve P-256"
_MOST_BYTES = 2**18
_LIKE_A_KEY = re.compile(r"[A-Za-z0-9+/=_\\ -]{40,}").fullmatch
LABEL = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
"""The first line of a block of PEM."""
_MAKE = "run `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out shaken.key` for a new key"
_CHECK = "run `openssl pkey -in FILE -noout` to see whether the key is whole"
_KEYS, _PROOFS = ("PRIVATE KEY", "EC PRIVATE KEY"), ("CERTIFICATE", "PUBLIC KEY")
_PRIVATE_WANTED = "give the private key of the certificate, such as `--shaken-key shaken.key`"
_PUBLIC_WANTED = "give its certificate, or run `openssl pkey -in KEY -pubout` for its public key"
_NO_KEY = {
    "PUBLIC KEY": ("is a public key", _PRIVATE_WANTED),
    "CERTIFICATE": ("is a certificate", _PRIVATE_WANTED),
    "RSA PRIVATE KEY": (f"is an RSA key; {WANTED}", _MAKE),
    "ENCRYPTED PRIVATE KEY": ("is encrypted with a password", "run `openssl pkey -in KEY -out shaken.key`"),
    "OPENSSH PRIVATE KEY": ("is in the OpenSSH format", "run `ssh-keygen -p -m PEM -f KEY`"),
}
_NO_PROOF = dict.fromkeys((*_KEYS, *list(_NO_KEY)[2:]), ("is a private key", _PUBLIC_WANTED))
"""What a PEM that is not of the kind wanted calls itself, and what to do."""


def read_private_key(pem: str) -> EllipticCurvePrivateKey:
    """The key in a PEM (text, or the path of its file). Raises BadPassport where ES256 cannot use it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    block, called = _block(pem, "the signing key", _KEYS, _NO_KEY)
    try:
        loaded = load_pem_private_key(block.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _damaged(called) from None
    return checked_key(loaded, called)


def read_proof(pem: str) -> tuple[Certificate | None, object]:
    """The first certificate in a PEM (text, or the path of its file), if it holds one, and the public key, of any kind.

    Raises BadPassport.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    block, called = _block(pem, "the certificate", _PROOFS, _NO_PROOF)
    certificate = None
    try:
        if "CERTIFICATE" in block:
            certificate = load_pem_x509_certificate(block.encode())
            return certificate, certificate.public_key()
        return None, load_pem_public_key(block.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _damaged(called) from None


def checked_key(key: object, called: str) -> EllipticCurvePrivateKey:
    """A private key that can sign. Raises BadPassport, which calls it as is said."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    if isinstance(key, EllipticCurvePrivateKey) and not kind_of(key):
        return key
    raise BadPassport(f"{called} is {kind_of(key) or 'a public key'}; {WANTED}", _MAKE)


def is_public_key(key: object) -> TypeGuard[EllipticCurvePublicKey]:
    """Whether signatures of ES256 can be checked with a key."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    return isinstance(key, EllipticCurvePublicKey) and not kind_of(key)


def kind_of(key: object) -> str:
    """What a key is that ES256 cannot use, public and private ones alike; empty for one that it can."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return "" if key.curve.name == "secp256r1" else f"on the curve {key.curve.name}"
    return "an RSA key" if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey) else "of another kind"


def _block(given: str, called: str, wanted: tuple[str, ...], refused: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The first block of a wanted kind in a PEM, or in the file that is named, and what messages call it."""
    text = given.replace("\\n", "\n")
    if "-----" not in given and "\n" not in given:
        # The inside of a key is nothing to quote, and one on P-256 is shorter than many a path.
        called = called if _LIKE_A_KEY(given) else f"{called} {shown(given)}"
        text = _read(os.path.expanduser(given), called)  # noqa: PTH111
    if not text.strip():
        raise BadPassport(f"{called} is empty", "give the file that holds the PEM, such as `--key shaken.key`")
    labels = LABEL.findall(text)
    kind = next((label for label in labels if label in wanted), None)
    if kind is None:
        no_pem = ("is not a PEM", f"give a file that begins with `-----BEGIN {wanted[0]}-----`")
        why, help = refused.get(labels[0], no_pem) if labels else no_pem
        raise BadPassport(f"{called} {why}", help)
    block, end, _ = text[text.index(f"-----BEGIN {kind}-----") :].partition(f"-----END {kind}-----")
    if not end:
        raise BadPassport(f"{called} is truncated: its last line is missing", "copy the file again, whole")
    if "Proc-Type: 4,ENCRYPTED" in block:
        raise BadPassport(f"{called} {refused['ENCRYPTED PRIVATE KEY'][0]}", refused["ENCRYPTED PRIVATE KEY"][1])
    return block + end + "\n", called


def _read(file: str, called: str) -> str:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123
            data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise BadPassport(
            f"{called} cannot be read: {getattr(error, 'strerror', None) or 'not a path'}", _CHECK
        ) from None
    if len(data) > _MOST_BYTES or b"\0" in data:
        raise BadPassport(f"{called} is binary, not a PEM", "run `openssl x509 -inform der -in FILE -out shaken.pem`")
    return data.decode("utf-8-sig", "replace")


def _damaged(called: str) -> BadPassport:
    return BadPassport(f"{called} is damaged: the lines between its first and last cannot be read", _CHECK)
