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
from nccodsl.diagnostics import Message, messages

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

APPLICATION_VARIABLE, KEY_VARIABLE = "VONAGE_APPLICATION_ID", "VONAGE_PRIVATE_KEY"
SMALLEST_KEY = 2048
"""Bits that a key for RS256 must have (RFC 7518, section 3.3)."""
_MOST_BYTES = 2**18
_LONGEST_PATH = 300
_INSIDE = re.compile(r"[A-Za-z0-9+/=]{48,}")


class Credentials:
    """An application ID and its private key (PEM). Raises BadCredentials if one of them cannot be used.

    `called`: what messages call the key.
    """

    __slots__ = ("_key", "application_id")

    def __init__(self, application_id: str, private_key: str, *, called: str = "the private key") -> None:
        self.application_id = _checked_id(application_id, "`application_id`")
        self._key = _loaded(private_key, called)

    @property
    def signing_key(self) -> RSAPrivateKey:
        """The key that signs tokens."""
        return self._key

    def __repr__(self) -> str:
        return f"Credentials({self.application_id!r}, private_key=hidden)"

    def __reduce__(self) -> str:
        raise TypeError("credentials are not written anywhere")


class Found(Record):
    """Credentials, the sources of both, and warnings. `profile` is from nccodsl's own settings."""

    credentials: Credentials
    source_of_each: dict[str, str]
    warnings: tuple[Message, ...] = ()
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
    """Find the credentials: first the arguments, then the environment, the profile, and the file of Vonage's tool.

    `key` is a path or the PEM itself, also with `\\n` in place of line breaks. The profile is always read, for its
    other settings. The file of Vonage's tool is read only if a value is missing. Raises BadCredentials and BadSettings.
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
    application_id = _checked_id(the_id.text, the_id.source)
    pem, file = _pem(the_key)
    warnings = tuple(filter(None, (_readable(file),))) if file is not None else ()
    found = Credentials(application_id, pem, called=_called(the_key, file))
    return Found(found, {"application_id": the_id.source, "private_key": the_key.source}, warnings, own)


def _given(text: str | None, source: str, file: str | None = None) -> _Value | None:
    return _Value(text.strip(), source, file) if text is not None and text.strip() else None


def _missing(the_id: _Value | None, the_key: _Value | None) -> BadCredentials:
    ways = (
        ("application ID", "--app ID", APPLICATION_VARIABLE, the_id),
        ("private key", "--key FILE", KEY_VARIABLE, the_key),
    )
    lacking = [way[:3] for way in ways if way[3] is None]
    return BadCredentials(messages.accounts.lacking(*([one[part] for one in lacking] for part in range(3))))


def _checked_id(text: str, source: str) -> str:
    """An application id as the API writes it. What is plainly no id is not repeated: it may be a key."""
    try:
        if len(text.strip()) != 36:
            raise ValueError
        return str(uuid.UUID(text.strip()))
    except (ValueError, AttributeError):
        quoted = shown(text) if len(text) <= 60 and "-----" not in text else None
        raise BadCredentials(messages.accounts.no_application_id(source, quoted)) from None


def _called(key: _Value, file: str | None) -> str:
    return f"the private key {file}" if file is not None and file != key.file else f"the private key in {key.source}"


def _pem(key: _Value) -> tuple[str, str | None]:
    """The text of a key, and the file that it stands in, if any."""
    if "-----" in key.text or "\n" in key.text:
        return key.text.replace("\\r", "").replace("\\n", "\n"), key.file
    # A long word may be the inside of a key: it is nothing to quote.
    if len(key.text) > _LONGEST_PATH:
        raise BadCredentials(messages.accounts.neither_path_nor_pem(key.source))
    file = os.path.expanduser(key.text)  # noqa: PTH111
    return _read(file, key.source), file


def _read(file: str, source: str) -> str:
    # It may be a line pasted from the inside of a key.
    name = "the private key" if _INSIDE.fullmatch(file) else f"the private key {shown(file, _LONGEST_PATH)}"
    try:
        with open(file, "rb") as stream:  # noqa: PTH123
            data = stream.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise BadCredentials(messages.accounts.no_key_file(name, source)) from None
    except IsADirectoryError:
        raise BadCredentials(messages.accounts.key_is_folder(name)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None)
        raise BadCredentials(messages.accounts.unreadable_key(name, source, reason)) from None
    if len(data) > _MOST_BYTES:
        raise BadCredentials(messages.accounts.key_too_large(name))
    if not data.strip():
        raise BadCredentials(messages.accounts.empty_key(name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadCredentials(messages.accounts.binary_key(name))
    return text


def _loaded(pem: str, called: str) -> RSAPrivateKey:
    """The key in a PEM. Raises BadCredentials with a reason of its own for each way to get it wrong."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not pem.strip():
        raise BadCredentials(messages.accounts.empty_key(called))
    label = LABEL.search(pem)
    if label is None:
        raise BadCredentials(messages.accounts.no_pem(called, is_ssh=pem.lstrip().startswith("ssh-")))
    kind = label[1]
    if kind == "RSA PRIVATE KEY" and "Proc-Type: 4,ENCRYPTED" in pem:
        kind = "ENCRYPTED PRIVATE KEY"
    if wrong := messages.accounts.other_pem(called, kind):
        raise BadCredentials(wrong)
    if f"-----END {kind}-----" not in pem:
        raise BadCredentials(messages.accounts.truncated_key(called))
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadCredentials(messages.accounts.damaged_key(called)) from None
    if not isinstance(key, RSAPrivateKey):
        raise BadCredentials(messages.accounts.no_rsa_key(called))
    if key.key_size < SMALLEST_KEY:
        raise BadCredentials(messages.accounts.key_too_small(called, key.key_size, SMALLEST_KEY))
    return key


def _readable(file: str) -> Message | None:
    """What to warn of where others can read a file (W028); nothing where the system has no such modes."""
    if os.name != "posix":
        return None
    try:
        mode = os.stat(file).st_mode  # noqa: PTH116
    except OSError:
        return None
    if not stat.S_ISREG(mode) or not mode & 0o077:
        return None
    return messages.accounts.readable_by_others(file, stat.S_IMODE(mode))
