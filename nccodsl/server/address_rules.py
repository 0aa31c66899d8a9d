"""Which addresses of the network a request may go to. Pure: names are resolved elsewhere (checked_network.py).

An IPv4 address can be written inside an IPv6 address in several forms, and a router on the way unwraps it. So the
address inside is what is judged.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_METADATA = frozenset(
    map(
        ip_address,
        (
            *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
            *("fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42"),
        ),
    )
)
# Where the clouds tell a machine its own keys: most of them, Alibaba, Azure, Oracle; by IPv6, AWS and its containers,
# Google, Scaleway.
_NAT64 = IPv6Network("64:ff9b::/96")
_SHARED = (IPv4Network("100.64.0.0/10"), IPv4Network("192.0.0.0/24"))
# Not global either, though not every version of Python says so.


def refusal(address: Address, *, free_host: bool, allow_link_local: bool) -> str:
    """Why a request may not go to an address, in a few words; empty where it may.

    `free_host`: the host comes from a value, so that only public addresses will do. `allow_link_local`: the operator
    allows what is otherwise always refused; it does not hold for hosts that come from values.
    """
    for one in _unwrapped(address):
        if (free_host or not allow_link_local) and (why := _never(one)):
            return why
        if free_host and _is_own(one):
            return "it is an address of this machine or of a private network"
    return ""


def _never(address: Address) -> str:
    if address in _METADATA:
        return "it is an address of cloud metadata"
    if address.is_link_local:
        return "it is a link-local address"
    return "it is a multicast address" if address.is_multicast else ""


def _is_own(address: Address) -> bool:
    """Whether an address does not belong to the public network; 0.0.0.0 leads to this machine."""
    if isinstance(address, IPv4Address):
        shared = any(address in network for network in _SHARED)
    else:
        shared = address.is_site_local
    return shared or not address.is_global or address.is_reserved or address.is_unspecified


def _unwrapped(address: Address) -> tuple[Address, ...]:
    """The addresses that an address leads to: usually itself."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.scope_id is not None:
        address = IPv6Address(int(address))
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address,)
