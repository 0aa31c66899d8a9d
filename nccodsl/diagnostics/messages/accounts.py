"""E701, E702, and the hosts of E302 and E305: who calls from where."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean

_GET = "create a new key pair in the settings of the application, and give its private key with `--key FILE`"
_PRIVATE = "give the private key of the application with `--key FILE`"
_LABELS: dict[str, tuple[str, str]] = {
    "PUBLIC KEY": ("is a public key", _PRIVATE),
    "RSA PUBLIC KEY": ("is a public key", _PRIVATE),
    "CERTIFICATE": ("is a certificate", _PRIVATE),
    "CERTIFICATE REQUEST": ("is a certificate request", _PRIVATE),
    "ENCRYPTED PRIVATE KEY": ("is encrypted with a password", "run `openssl pkey -in KEY -out private.key`"),
    "EC PRIVATE KEY": ("is not an RSA key", _GET),
    "OPENSSH PRIVATE KEY": ("is in the OpenSSH format", "run `ssh-keygen -p -m PEM -f KEY`"),
}
"""What a PEM that is not a usable key calls itself, and what to do."""


# ---- credentials; `key`: the private key, as it is called


def lacking(things: Sequence[str], options: Sequence[str], variables: Sequence[str]) -> Message:
    """`things`: what is missing; `options` and `variables` of the environment give each."""
    return Message(
        "E701",
        f"the {' and the '.join(things)} {'is' if len(things) == 1 else 'are'} missing",
        f"give {_both(options)}, or set {_both(variables)}",
    )


def no_application_id(source: str, quoted: str | None) -> Message:
    """`source`: where it was given; `quoted`: None where it may be a key."""
    what = f"the value of {source}" if quoted is None else f"`{quoted}` from {source}"
    help = "write an ID such as `78d335fa-323d-4114-9c3d-d6f0d48968cf`, as the settings of the application show it"
    return Message("E701", f"{what} is not an application ID", help)


def neither_path_nor_pem(source: str) -> Message:
    help = "give the path of the key's file, such as `--key private.key`"
    return Message("E702", f"the private key from {source} is neither a path nor a PEM", help)


def no_key_file(key: str, source: str) -> Message:
    return Message("E702", f"{key} does not exist", f"check the path in {source}, or give the file with `--key FILE`")


def key_is_folder(key: str) -> Message:
    return Message("E702", f"{key} is a folder", "give the file in it with `--key FILE`")


def unreadable_key(key: str, source: str, reason: str | None) -> Message:
    return Message(
        "E702", f"{key} cannot be read: {reason or 'not a path'}", f"check {source}, or give the file with `--key FILE`"
    )


def key_too_large(key: str) -> Message:
    return Message("E702", f"{key} is too large to be a key", _GET)


def empty_key(key: str) -> Message:
    return Message("E702", f"{key} is empty", _GET)


def binary_key(key: str) -> Message:
    return Message("E702", f"{key} is binary, not a PEM", "run `openssl pkey -inform der -in KEY -out private.key`")


def no_pem(key: str, *, is_ssh: bool) -> Message:
    """`is_ssh`: it is a public key of OpenSSH."""
    if is_ssh:
        return Message("E702", f"{key} is a public key", _PRIVATE)
    return Message("E702", f"{key} is not a PEM", _GET)


def other_pem(key: str, label: str) -> Message | None:
    """`label`: what the PEM calls itself; None where that may be a key that can be used."""
    if label not in _LABELS:
        return None
    what, help = _LABELS[label]
    return Message("E702", f"{key} {what}", help)


def truncated_key(key: str) -> Message:
    return Message("E702", f"{key} is truncated: its last line is missing", _GET)


def damaged_key(key: str) -> Message:
    return Message("E702", f"{key} is damaged: the lines between its first and last are not a key", _GET)


def no_rsa_key(key: str) -> Message:
    return Message("E702", f"{key} is not an RSA key, which RS256 needs", _GET)


def key_too_small(key: str, bits: int, least: int) -> Message:
    return Message("E702", f"{key} has {bits} bits; RS256 needs {least} or more", _GET)


def _both(things: Sequence[str]) -> str:
    return " and ".join(f"`{thing}`" for thing in things)


def readable_by_others(file: str, mode: int) -> Message:
    return Message("W028", f"other users can read the private key {file} (mode {mode:04o})", f"run `chmod 600 {file}`")


# ---- hosts; `shown`: what is given, as it is shown

_FORM = "write a host such as `api.example.com`, `api.example.com:8443` or `https://api.example.com`"


def host_and_region() -> Message:
    return Message("E305", "both a host and a region are given", "remove `--host` or `--region`")


def no_region(name: str, shown: str, known: Collection[str]) -> Message:
    help = did_you_mean(name, known) or f"write one of {', '.join(f'`{one}`' for one in known)}"
    return Message("E302", f"`{shown}` is not a region", help)


def no_host(shown: str, why: str = "") -> Message:
    return Message("E305", f"`{shown}` is not a host" + (f": {why}" if why else ""), _FORM)


def no_path() -> str:
    """Why it is not a host."""
    return "it has a path"


def no_http(scheme: str) -> str:
    """Why it is not a host."""
    return f"`{scheme}` is not http or https"


def user_before_host() -> Message:
    return Message("E305", "a host cannot have a user name or a password", _FORM)


def token_in_the_open(name: str) -> Message:
    return Message("E305", f"http to {name} would send the token unencrypted", f"write `https://{name}`")


def no_token_there(shown: str) -> Message:
    help = "give the URL that the webhook holds: its host is below `nexmo.com` or `vonage.com`, or the API's own"
    return Message("E305", f"{shown} is not a host of Vonage, so the token is not sent there", help)
