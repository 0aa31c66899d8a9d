"""E701, E702, and the hosts of E302 and E305: who calls from where."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean

_GET = "download the private key of the application anew, or make another one in its settings"
_RS256 = "tokens are signed with RS256"
_LABELS: dict[str, tuple[str, str]] = {
    "PUBLIC KEY": ("is a public key", "give the private one; the public one stays with the application"),
    "RSA PUBLIC KEY": ("is a public key", "give the private one; the public one stays with the application"),
    "CERTIFICATE": ("is a certificate", "give the private key of the application"),
    "CERTIFICATE REQUEST": ("is a certificate request", "give the private key of the application"),
    "ENCRYPTED PRIVATE KEY": (
        "is encrypted with a password",
        "`openssl pkey -in KEY -out private.key` writes it without; keep that file to yourself",
    ),
    "EC PRIVATE KEY": ("is no RSA key", f"{_RS256}: {_GET}"),
    "OPENSSH PRIVATE KEY": ("is a key in OpenSSH's own form", "`ssh-keygen -p -m PEM -f KEY` writes it as PEM"),
}
"""What a PEM that is no usable key calls itself, and what to do."""


# ---- credentials; `key`: the private key, as it is called


def lacking(things: Sequence[str], ways: Sequence[str]) -> Message:
    """`things`: what is not there, with its article; `ways`: where each can be given."""
    return Message(
        "E701",
        f"there is no {' and no '.join(thing.split(' ', 1)[1] for thing in things)} to call with",
        f"give {' and '.join(ways)}, or write them into nccodsl.toml",
    )


def no_application_id(called: str, quoted: str | None) -> Message:
    """`quoted`: None where it may be a key."""
    help = "it looks like 78d335fa-323d-0114-9c3d-d6f0d48968cf, and stands in the application's settings"
    return Message("E701", f"{called}{'' if quoted is None else f' `{quoted}`'} is none", help)


def neither_path_nor_pem(source: str) -> Message:
    help = "a PEM begins with a line -----BEGIN PRIVATE KEY-----; give it whole, or the path of its file"
    return Message("E702", f"the private key of {source} is neither a path nor a PEM", help)


def no_key_file(key: str, source: str) -> Message:
    return Message("E702", f"{key} does not exist", f"{source} names it: look at the path")


def key_is_folder(key: str) -> Message:
    return Message("E702", f"{key} is a folder", "name the file in it")


def unreadable_key(key: str, source: str, reason: str | None) -> Message:
    return Message("E702", f"{key} cannot be read: {reason or 'this is no path'}", f"{source} names it")


def key_too_large(key: str) -> Message:
    return Message("E702", f"{key} is too large to be a key", _GET)


def empty_key(key: str) -> Message:
    return Message("E702", f"{key} is empty", _GET)


def binary_key(key: str) -> Message:
    help = "a PEM is text; `openssl pkey -inform der -in KEY -out private.key` writes it"
    return Message("E702", f"{key} is binary", help)


def no_pem(key: str, *, is_ssh: bool) -> Message:
    """`is_ssh`: it is a public key of OpenSSH."""
    if is_ssh:
        return Message("E702", f"{key} is a public key", "give the private one")
    return Message("E702", f"{key} is no PEM", f"a PEM begins with a line -----BEGIN PRIVATE KEY-----: {_GET}")


def other_pem(key: str, label: str) -> Message | None:
    """`label`: what the PEM calls itself; None where that may be a key that can be used."""
    if label not in _LABELS:
        return None
    what, help = _LABELS[label]
    return Message("E702", f"{key} {what}", help)


def truncated_key(key: str) -> Message:
    return Message("E702", f"{key} is truncated: its last line is missing", _GET)


def damaged_key(key: str) -> Message:
    return Message("E702", f"{key} is damaged: what stands between its first and last line is no key", _GET)


def no_rsa_key(key: str) -> Message:
    return Message("E702", f"{key} is no RSA key", f"{_RS256}: {_GET}")


def key_too_small(key: str, bits: int, least: int) -> Message:
    return Message("E702", f"{key} has {bits} bits, and RS256 wants {least} or more", _GET)


# ---- hosts; `shown`: what is given, as it is shown

_FORM = "write api.example.com, api.example.com:8443 or https://api.example.com"


def host_and_region() -> Message:
    message = "a host and a region are given: one of them says where the API is"
    return Message("E305", message, "leave one of them out")


def no_region(name: str, shown: str, known: Collection[str]) -> Message:
    help = did_you_mean(name, known) or f"there are {', '.join(known)}; --host takes any host"
    return Message("E302", f"there is no region `{shown}`", help)


def no_host(shown: str, why: str = "") -> Message:
    return Message("E305", f"`{shown}` is no host" + (f": {why}" if why else ""), _FORM)


def no_path() -> str:
    """Why it is no host."""
    return "it has a path"


def no_http(scheme: str) -> str:
    """Why it is no host."""
    return f"`{scheme}` is not http or https"


def user_before_host() -> Message:
    return Message("E305", "a host has no user name or password in front of it", _FORM)


def token_in_the_open(name: str) -> Message:
    return Message("E305", f"http to {name} would show the token to everybody on the way", f"write https://{name}")


def no_token_there(shown: str) -> Message:
    help = "recordings come from https://*.nexmo.com, https://*.vonage.com or the host that is called"
    return Message("E305", f"a token is not sent to {shown}", help)
