"""Who a handle is, and where: handle -> DID -> server of its data -> server that asks for consent.

Each step is a stranger's word until the next one confirms it: a handle counts only if the DID's
own document names it too. Addresses go through the guard, whoever named them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from scoring.collectors import guard
from scoring.collectors.answers import Reply
from scoring.collectors.base import CollectError
from scoring.collectors.errors import BadAddress, NotData, Refused
from scoring.collectors.guard import Server
from scoring.collectors.http import Transport

NETWORK: Final = "bluesky"
# Stands for the host of every account (LinkedAccount.host): a DID is unique over all servers,
# and people move between servers without becoming somebody else. No server can be called so.
HOST: Final = "atproto"
# Where most people are: its name is typed as a server's, though a handle may be called so too.
LARGEST: Final = "bsky.social"
PROFILES: Final = "https://bsky.app/profile/"

LONGEST_TYPED: Final = 300
LONGEST_DID: Final = 200  # what our tables hold; did:plc needs 32
HANDLE: Final = re.compile(
    r"(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
)
DID_PLC: Final = re.compile(r"did:plc:[a-z2-7]{24}")
DID_WEB: Final = re.compile(r"did:web:([a-z0-9.-]{1,180}(?:%3[Aa][0-9]{1,5})?)")
PDS: Final = "AtprotoPersonalDataServer"
# What a document says instead of a handle that it can't confirm.
NO_HANDLE: Final = "handle.invalid"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, read: one of the three."""

    handle: str = ""
    did: str = ""
    server: Server | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A DID and what its document says. `handle` is "" where the document confirms none."""

    did: str
    handle: str
    pds: Server

    @property
    def url(self) -> str:
        return f"{PROFILES}{self.handle or self.did}"


def read(typed: str) -> Typed:
    """Reads "ann.bsky.social", "@ann.example.org", a DID, a profile's or a server's address.

    Raises BadAddress. A bare name is taken for a handle; whether it is a server, find() sees.
    """
    text = unicodedata.normalize("NFKC", typed[: LONGEST_TYPED + 1]).strip()
    if len(text) > LONGEST_TYPED or not text.isprintable() or re.search(r"[\s\\]", text):
        raise _nonsense()
    text = text.removeprefix("at://").removeprefix(PROFILES).rstrip("/")
    if text.startswith("did:"):
        return Typed(did=_did(text))
    if "://" in text or text in settings.LOOPBACK_SERVERS:
        return Typed(server=guard.read_address(text).server)
    if text.lower() in {LARGEST, "bsky.app"}:
        return Typed(server=guard.read_address(LARGEST).server)
    handle = text.removeprefix("@").lower()
    if not HANDLE.fullmatch(handle):
        raise _nonsense()
    return Typed(handle=handle)


def find(transport: Transport, typed: str) -> Person | Server:
    """The person that was typed, or the server where they are to log in. Raises CollectError."""
    wanted = read(typed)
    if wanted.server:
        return wanted.server
    did = wanted.did or _did_of_handle(transport, wanted.handle)
    if not did:
        return _as_server(wanted.handle, typed)
    person = person_of(transport, did)
    if wanted.handle and person.handle != wanted.handle:
        message = _("%(handle)s does not lead back to itself: its owner must mend it first.")
        raise CollectError(message % {"handle": wanted.handle})
    return person


def person_of(transport: Transport, did: str) -> Person:
    """What the DID's document says. The handle in it is checked where it is not typed."""
    document = _document(transport, did)
    if not isinstance(document, dict) or document.get("id") != did:
        raise _no_document(did)
    return Person(did, _handle_in(document), _pds_in(document, did))


def confirmed(transport: Transport, person: Person) -> Person:
    """The same with its handle only if the handle leads to the DID, as far as can be found out."""
    try:
        leads_to = _did_of_handle(transport, person.handle) if person.handle else ""
    except CollectError:
        leads_to = ""
    return person if leads_to == person.did else Person(person.did, "", person.pds)


def is_did(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_DID:
        return False
    return bool(DID_PLC.fullmatch(value) or DID_WEB.fullmatch(value))


def _did(text: str) -> str:
    if not is_did(text):
        raise BadAddress(_("That DID can't be read. It looks like did:plc: and 24 more letters."))
    return text


def _did_of_handle(transport: Transport, handle: str) -> str:
    """As the handle's own site says it, else as Bluesky knows it (from DNS). "" for nobody."""
    return _did_by_https(transport, handle) or _did_by_appview(transport, handle)


def _did_by_https(transport: Transport, handle: str) -> str:
    try:
        reply = transport.send("GET", f"https://{handle}/.well-known/atproto-did")
    except CollectError:  # most people's domains are proven in DNS, and have no site at all
        return ""
    return _did_in(reply)


def _did_in(reply: Reply) -> str:
    text = reply.body[:400].decode("ascii", errors="replace").strip()
    return text if reply.status == 200 and is_did(text) else ""


def _did_by_appview(transport: Transport, handle: str) -> str:
    url = f"{settings.BLUESKY_APPVIEW}/xrpc/com.atproto.identity.resolveHandle"
    try:
        data = transport.get_json(url, params={"handle": handle})
    except Refused:
        return ""
    did = data.get("did") if isinstance(data, Mapping) else None
    return str(did) if is_did(did) else ""


def _as_server(name: str, typed: str) -> Server:
    """A name that is nobody's handle may be a server's. With an @ it was meant as a handle."""
    if not typed.strip().startswith("@"):
        try:
            return guard.read_address(name).server
        except BadAddress:
            pass
    raise _unknown(name)


def _unknown(name: str) -> CollectError:
    message = _("Nobody on Bluesky is called %(name)s. Type your whole handle: ann.bsky.social.")
    return CollectError(message % {"name": name})


def _document(transport: Transport, did: str) -> Any:
    try:
        return transport.get_json(_address_of(did))
    except (Refused, NotData):
        raise _no_document(did) from None


def _address_of(did: str) -> str:
    if web := DID_WEB.fullmatch(did):
        name = re.sub("%3a", ":", web[1], flags=re.IGNORECASE)
        return f"{guard.read_address(name).server.base_url}/.well-known/did.json"
    return f"{settings.BLUESKY_PLC}/{did}"


def _no_document(did: str) -> CollectError:
    message = _("There is no account behind %(did)s, or it is gone.")
    return CollectError(message % {"did": did})


def _handle_in(document: Mapping[str, Any]) -> str:
    names = document.get("alsoKnownAs")
    for name in names if isinstance(names, list) else []:
        if isinstance(name, str) and name.startswith("at://"):
            handle = name.removeprefix("at://").lower()
            return handle if HANDLE.fullmatch(handle) and handle != NO_HANDLE else ""
    return ""


def _pds_in(document: Mapping[str, Any], did: str) -> Server:
    rows = document.get("service")
    for row in rows if isinstance(rows, list) else []:
        named = isinstance(row, dict) and row.get("id") in ("#atproto_pds", f"{did}#atproto_pds")
        if named and row.get("type") == PDS and isinstance(row.get("serviceEndpoint"), str):
            return guard.server_of(row["serviceEndpoint"])
    raise CollectError(_("This account names no server for its data: it can't be connected."))


def _nonsense() -> BadAddress:
    return BadAddress(
        _("That is no Bluesky handle. It looks like ann.bsky.social, or like a site of your own.")
    )
