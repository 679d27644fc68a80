"""Which servers we may talk to. Their names are users' input, so this is a wall, not a help.

Names are checked as text before anything is looked up; addresses are checked when a connection
is made, and the connection goes to the very address that was checked (wire.py).
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
import unicodedata
from dataclasses import dataclass
from typing import Final

import idna
from django.conf import settings
from django.utils.translation import gettext as _

from scoring.collectors.errors import BadAddress, Unreachable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_TYPED: Final = 300
LONGEST_NAME: Final = 253
LOOK_UP_SECONDS: Final = 5.0
HTTPS: Final = 443

# Last labels that no public server has (RFC 6761, 6762, 7686, 8375, 9476 and old habits). They
# may resolve inside the network that we run in.
PRIVATE_SUFFIXES: Final = frozenset(
    {"alt", "arpa", "corp", "domain", "example", "home", "intern", "internal", "intranet"}
    | {"invalid", "lan", "local", "localdomain", "localhost", "onion", "priv", "private"}
    | {"router", "test", "workgroup"}
)
# A real top-level domain has letters only, or is punycode: this refuses every IPv4 spelling.
TOP_LEVEL: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
USER: Final = re.compile(r"[\w.+-]{1,100}")

NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
CARRIERS: Final = (
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, long abolished
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 into a private network
    ipaddress.IPv6Network("2001::/32"),  # Teredo: ends at somebody's home
    ipaddress.IPv6Network("fec0::/10"),  # site-local
)


@dataclass(frozen=True, slots=True)
class Server:
    """`host` is what people read, with its port for a loopback server; `base_url` has no slash."""

    host: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Address:
    """A server and, where somebody typed a handle, the name before the second @ (else "")."""

    user: str
    server: Server


def read_address(typed: str) -> Address:
    """Reads "mastodon.social", "@ann@example.org", "https://example.org/@ann" and the like.

    Raises BadAddress in words for who typed it.
    """
    text = unicodedata.normalize("NFKC", typed[: LONGEST_TYPED + 1]).strip()
    if not text:
        raise BadAddress(_("Type the name of your server, for example mastodon.social."))
    if len(text) > LONGEST_TYPED:
        raise BadAddress(_("That is too long for the name of a server."))
    if not text.isprintable() or re.search(r"[\s\\]", text):
        raise _nonsense()
    return _from_url(text) if "://" in text else _from_handle(text)


def server_of(url: str) -> Server:
    """The server of an address that a server gave us or that we stored: same rules, no leniency.

    https only, except for the loopback servers of the settings. Raises BadAddress.
    """
    scheme, _sep, rest = url.partition("://")
    server = _server(_first_part(rest))
    if not server.base_url.startswith(f"{scheme.lower()}://"):
        raise BadAddress(_("%(host)s can't be reached safely.") % {"host": server.host})
    return server


def _from_url(text: str) -> Address:
    scheme, _sep, rest = text.partition("://")
    if scheme.lower() not in {"https", "http"}:
        raise _nonsense()
    return Address("", _server(_first_part(rest)))


def _from_handle(text: str) -> Address:
    front = _first_part(text.removeprefix("acct:"))
    user, at, place = front.removeprefix("@").partition("@")
    if not at and front.startswith("@"):
        raise BadAddress(_("Add your server to the name, for example @ann@mastodon.social."))
    if not at:
        return Address("", _server(front))
    if not USER.fullmatch(user):
        raise _nonsense()
    return Address(user, _server(place))


def _first_part(text: str) -> str:
    return re.split(r"[/?#]", text, maxsplit=1)[0]


def _server(place: str) -> Server:
    if place.lower() in settings.LOOPBACK_SERVERS:
        return Server(place.lower(), f"http://{place.lower()}")
    if "@" in place:
        raise BadAddress(_("Type the name of the server only, without a user name or password."))
    name, _colon, port = place.partition(":")
    if "[" in place or ":" in port:
        raise _a_number()
    if port not in {"", str(HTTPS)}:
        raise BadAddress(_("A server's name goes without a port: nothing after a colon."))
    host = _public_name(name)
    return Server(host, f"https://{host}")


def _public_name(name: str) -> str:
    ascii_name = _punycode(name)
    last = ascii_name.rpartition(".")[2]
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):
        raise _a_number()
    if last in PRIVATE_SUFFIXES:
        raise BadAddress(_("%(name)s is not a public server.") % {"name": ascii_name})
    if "." not in ascii_name:
        raise BadAddress(
            _("“%(name)s” is not complete: a server's name looks like mastodon.social.")
            % {"name": ascii_name}
        )
    if not TOP_LEVEL.fullmatch(last):
        raise _nonsense()
    return ascii_name


def _punycode(name: str) -> str:
    """Lower-case ASCII, as DNS and certificates have it. Full-width digits become digits here."""
    try:
        encoded = idna.encode(name, uts46=True).decode("ascii").lower()
    except (UnicodeError, IndexError):  # idna's errors are UnicodeErrors
        raise _nonsense() from None
    encoded = encoded.removesuffix(".")
    if len(encoded) > LONGEST_NAME:
        raise BadAddress(_("That is too long for the name of a server."))
    return encoded


def _nonsense() -> BadAddress:
    return BadAddress(
        _("That is no server's name. It looks like mastodon.social, or type your whole handle.")
    )


def _a_number() -> BadAddress:
    return BadAddress(_("Type the name of the server, not an address made of numbers."))


def endpoints_for(host: str, port: int) -> list[tuple[str, int]]:
    """Where a connection to that name may go, best first: the only door to the network.

    Raises Unreachable (no such name) or BadAddress (a single forbidden address among them).
    """
    addresses = addresses_of(host, port)
    for address in addresses:
        check_address(address, host, port)
    return [(address, port) for address in addresses]


def check_address(ip: str, host: str, port: int) -> None:
    """Raises BadAddress unless that address may be talked to under that name."""
    try:
        address: IPAddress = ipaddress.ip_address(ip)
    except ValueError:
        address = ipaddress.IPv4Address(0)  # never allowed
    if f"{host}:{port}" in settings.LOOPBACK_SERVERS:
        allowed = address.is_loopback
    else:
        allowed = port == HTTPS and is_public(address)
    if not allowed:
        raise BadAddress(
            _("%(host)s lies in a private network, not on the Internet.") % {"host": host}
        )


def is_public(address: IPAddress) -> bool:
    """Global unicast, looking through the IPv6 forms that carry an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if any(address in network for network in CARRIERS):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def addresses_of(host: str, port: int) -> list[str]:
    """All addresses of a name. The system's look-up has no time limit, so a thread waits for it."""
    answer: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, answer), daemon=True).start()
    try:
        found = answer.get(timeout=LOOK_UP_SECONDS)
    except queue.Empty:
        found = socket.gaierror(socket.EAI_AGAIN, "")
    if isinstance(found, OSError):
        raise _not_found(found, host)
    return found


def _look_up(host: str, port: int, answer: queue.SimpleQueue[list[str] | OSError]) -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answer.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
    except OSError as error:
        answer.put(error)
    except UnicodeError:  # a label that DNS can't hold
        answer.put(socket.gaierror(socket.EAI_NONAME, ""))


def _not_found(error: OSError, host: str) -> Unreachable:
    if error.errno == socket.EAI_AGAIN:
        message = _("We could not look up %(host)s just now. Try again in a few minutes.")
    else:
        message = _("There is no server called %(host)s. Check the spelling.")
    return Unreachable(message % {"host": host})
