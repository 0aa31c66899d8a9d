"""Who is calling: the application's id and its private key, from where people keep them.

Nothing here puts key material into a message, a `repr` or a traceback.
"""

from __future__ import annotations

import os
import re
import stat
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nccodsl.base.record import Record
from nccodsl.client.ec_pem import LABEL
from nccodsl.client.failures import BadCredentials, shown
from nccodsl.client.profiles import Profile, find_cli_config, find_profile

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

APPLICATION_VARIABLE, KEY_VARIABLE = "VONAGE_APPLICATION_ID", "VONAGE_PRIVATE_KEY"
SMALLEST_KEY = 2048
"""Bits that a key for RS256 must have (RFC 7518, section 3.3)."""
_MOST_BYTES = 2**18
_LONGEST_PATH = 300
_INSIDE = re.compile(r"[A-Za-z0-9+/=]{48,}")
_GET = "download the private key of the application anew, or make another one in its settings"


class Credentials:
    """An application id and its private key (PEM). Raises BadCredentials where either cannot be used."""

    __slots__ = ("_key", "application_id")

    def __init__(self, application_id: str, private_key: str) -> None:
        self.application_id = _checked_id(application_id, "the application id")
        self._key = _loaded(private_key, "the private key")

    @property
    def signing_key(self) -> RSAPrivateKey:
        """The key that tokens are signed with."""
        return self._key

    def __repr__(self) -> str:
        return f"Credentials({self.application_id!r}, private_key=hidden)"

    def __reduce__(self) -> str:
        raise TypeError("credentials are not written anywhere")


class Found(Record):
    """Credentials, where each of them came from, and what is to be warned of. `profile` is that of our own files."""

    credentials: Credentials
    source_of_each: dict[str, str]
    warnings: tuple[str, ...] = ()
    profile: Profile | None = None


class _Value(Record):
    """What a place gives, and what messages call that place. `file` is where it is written, if in a file."""

    text: str
    source: str
    file: str | None = None

    _ignored = frozenset(("text",))


def find_credentials(
    app: str | None = None,
    key: str | None = None,
    profile: str | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Found:
    """Arguments win over the environment, that over the profile, that over the file of the official tool.

    `key` is a path or the PEM itself, also with `\\n` written out. The last two files are not read if nothing is
    missing any more, but the profile is, for what else it says. Raises BadCredentials and BadSettings.
    """
    environ = os.environ if environ is None else environ
    folder = Path.cwd() if folder is None else folder
    own = find_profile(profile, folder)
    ids = [_given(app, "--app"), _given(environ.get(APPLICATION_VARIABLE), APPLICATION_VARIABLE)]
    keys = [_given(key, "--key"), _given(environ.get(KEY_VARIABLE), KEY_VARIABLE)]
    if own is not None:
        ids.append(_given(own.application_id, own.file, own.file))
        keys.append(_given(own.private_key, own.file, own.file))
    if not any(ids) or not any(keys):
        official = find_cli_config(folder, environ)
        if official is not None:
            ids.append(_given(official.application_id, official.file, official.file))
            keys.append(_given(official.private_key, official.file, official.file))
    the_id, the_key = next(filter(None, ids), None), next(filter(None, keys), None)
    if the_id is None or the_key is None:
        raise _missing(the_id, the_key)
    application_id = _checked_id(the_id.text, f"the application id of {the_id.source}")
    pem, file = _pem(the_key)
    warnings = tuple(filter(None, (_readable(file),))) if file is not None else ()
    _loaded(pem, _called(the_key, file))
    found = Credentials(application_id, pem)
    return Found(found, {"application_id": the_id.source, "private_key": the_key.source}, warnings, own)


def _given(text: str | None, source: str, file: str | None = None) -> _Value | None:
    return _Value(text.strip(), source, file) if text is not None and text.strip() else None


def _missing(the_id: _Value | None, the_key: _Value | None) -> BadCredentials:
    names = {"an application id": the_id, "a private key": the_key}
    ways = {"an application id": f"--app or {APPLICATION_VARIABLE}", "a private key": f"--key or {KEY_VARIABLE}"}
    lacking = [name for name, value in names.items() if value is None]
    return BadCredentials(
        f"there is no {' and no '.join(name.split(' ', 1)[1] for name in lacking)} to call with",
        f"give {' and '.join(ways[name] for name in lacking)}, or write them into nccodsl.toml",
        code="E701",
    )


def _checked_id(text: str, called: str) -> str:
    """An application id as the API writes it. What is plainly no id is not repeated: it may be a key."""
    try:
        if len(text.strip()) != 36:
            raise ValueError
        return str(uuid.UUID(text.strip()))
    except (ValueError, AttributeError):
        quoted = f" `{shown(text)}`" if len(text) <= 60 and "-----" not in text else ""
        raise BadCredentials(
            f"{called}{quoted} is none",
            "it looks like 78d335fa-323d-0114-9c3d-d6f0d48968cf, and stands in the application's settings",
            code="E701",
        ) from None


def _called(key: _Value, file: str | None) -> str:
    return f"the private key {file}" if file is not None and file != key.file else f"the private key in {key.source}"


def _pem(key: _Value) -> tuple[str, str | None]:
    """The text of a key, and the file that it stands in, if any."""
    if "-----" in key.text or "\n" in key.text:
        return key.text.replace("\\r", "").replace("\\n", "\n"), key.file
    # A long word may be the inside of a key: it is nothing to quote.
    if len(key.text) > _LONGEST_PATH:
        raise BadCredentials(
            f"the private key of {key.source} is neither a path nor a PEM",
            "a PEM begins with a line -----BEGIN PRIVATE KEY-----; give it whole, or the path of its file",
        )
    file = os.path.expanduser(key.text)  # noqa: PTH111
    return _read(file, key.source), file


def _read(file: str, source: str) -> str:
    # Somebody may have pasted a line from the inside of a key.
    name = "the private key" if _INSIDE.fullmatch(file) else f"the private key {shown(file, _LONGEST_PATH)}"
    try:
        with open(file, "rb") as stream:  # noqa: PTH123
            data = stream.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise BadCredentials(f"{name} does not exist", f"{source} names it: look at the path") from None
    except IsADirectoryError:
        raise BadCredentials(f"{name} is a folder", "name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        raise BadCredentials(f"{name} cannot be read: {reason}", f"{source} names it") from None
    if len(data) > _MOST_BYTES:
        raise BadCredentials(f"{name} is too large to be a key", _GET)
    if not data.strip():
        raise BadCredentials(f"{name} is empty", _GET)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadCredentials(
            f"{name} is binary", "a PEM is text; `openssl pkey -inform der -in KEY -out private.key` writes it"
        )
    return text


_LABELS: dict[str, tuple[str, str]] = {
    "PUBLIC KEY": ("is a public key", "give the private one; the public one stays with the application"),
    "RSA PUBLIC KEY": ("is a public key", "give the private one; the public one stays with the application"),
    "CERTIFICATE": ("is a certificate", "give the private key of the application"),
    "CERTIFICATE REQUEST": ("is a certificate request", "give the private key of the application"),
    "ENCRYPTED PRIVATE KEY": (
        "is encrypted with a password",
        "`openssl pkey -in KEY -out private.key` writes it without; keep that file to yourself",
    ),
    "EC PRIVATE KEY": ("is no RSA key", f"tokens are signed with RS256: {_GET}"),
    "OPENSSH PRIVATE KEY": ("is a key in OpenSSH's own form", "`ssh-keygen -p -m PEM -f KEY` writes it as PEM"),
}
"""What a PEM that is no usable key calls itself, and what to do."""


def _loaded(pem: str, called: str) -> RSAPrivateKey:
    """The key in a PEM. Raises BadCredentials with a reason of its own for each way to get it wrong."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not pem.strip():
        raise BadCredentials(f"{called} is empty", _GET)
    label = LABEL.search(pem)
    if label is None:
        what = ("is a public key", "give the private one") if pem.lstrip().startswith("ssh-") else None
        what = what or ("is no PEM", f"a PEM begins with a line -----BEGIN PRIVATE KEY-----: {_GET}")
        raise BadCredentials(f"{called} {what[0]}", what[1])
    kind = label[1]
    if kind == "RSA PRIVATE KEY" and "Proc-Type: 4,ENCRYPTED" in pem:
        kind = "ENCRYPTED PRIVATE KEY"
    if kind in _LABELS:
        raise BadCredentials(f"{called} {_LABELS[kind][0]}", _LABELS[kind][1])
    if f"-----END {kind}-----" not in pem:
        raise BadCredentials(f"{called} is truncated: its last line is missing", _GET)
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadCredentials(
            f"{called} is damaged: what stands between its first and last line is no key", _GET
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise BadCredentials(f"{called} is no RSA key", f"tokens are signed with RS256: {_GET}")
    if key.key_size < SMALLEST_KEY:
        raise BadCredentials(f"{called} has {key.key_size} bits, and RS256 wants {SMALLEST_KEY} or more", _GET)
    return key


def _readable(file: str) -> str | None:
    """What to warn of where others can read a file (W028); nothing where the system has no such modes."""
    if os.name != "posix":
        return None
    try:
        mode = os.stat(file).st_mode  # noqa: PTH116
    except OSError:
        return None
    if not stat.S_ISREG(mode) or not mode & 0o077:
        return None
    return f"others can read {file} (mode {stat.S_IMODE(mode):04o}), which holds a private key: chmod 600 it"
