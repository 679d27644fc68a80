"""Bluesky: a repository as CAR, a list of blocks that are named by their hashes.

The blocks of the tree say under which key a record stands, so two passes read all posts: one for
the tree, one for the records. No more than the posts' keys is ever in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

import libipld
from django.utils.translation import gettext as _

from scoring.archives import jsons, values
from scoring.archives.base import Entry, Seen
from scoring.archives.errors import ArchiveRefused
from scoring.archives.folders import Folder, Member
from scoring.collectors import fields
from scoring.collectors.base import PostSeen

REPOSITORY: Final = re.compile(r"\.car$")
DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,190}")
CID_BYTES: Final = 36  # version, codec, and a SHA-256 with its two bytes of kind and length
LONGEST_BLOCK: Final = 2 * 1024 * 1024
LONGEST_UID: Final = 200
MOST_POSTS: Final = 2_000_000
POST: Final = b"app.bsky.feed.post/"
FOLLOW: Final = b"app.bsky.graph.follow/"
# How a node of the tree begins, as DAG-CBOR: a map whose first key is "e".
NODE: Final = (b"\xa2\x61e", b"\xa1\x61e")
TID: Final = "234567abcdefghijklmnopqrstuvwxyz"
Block = tuple[bytes, bytes]


class BlueskyArchive:
    network = "bluesky"

    def wants(self, name: str, first: bytes) -> bool:
        return bool(REPOSITORY.search(name))

    def names_single(self, first: bytes) -> str:
        is_car = b"eroots" in first[:16] and b"gversion" in first[:200]
        return "repository.car" if is_car else ""

    def recognises(self, folder: Folder) -> bool:
        return bool(folder.first(REPOSITORY))

    def look(self, folder: Folder) -> Seen:
        tree = _Tree(next(folder.find(REPOSITORY)))
        return Seen(
            names=(f"id:{tree.did.lower()}",),
            handle=tree.did,
            uid=tree.did,
            as_of=tree.as_of,
            following=tree.follows,
            total=len(tree.posts),
        )

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        tree = _Tree(next(folder.find(REPOSITORY)))
        for cid, data in tree.blocks():
            key = tree.posts.get(cid)
            if key is not None:
                yield _post(_decoded(data), key, tree.did)


class _Tree:
    """Whose repository it is, and under which key each post stands."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self.did, self.posts, self.follows = "", {}, 0
        self.as_of: datetime | None = None
        root = _root(member)
        for cid, data in self.blocks():
            if cid == root:
                self._read_commit(_decoded(data))
            elif data.startswith(NODE):
                self._read_node(_decoded(data))
        if not self.did:
            raise _no_car()

    did: str
    posts: dict[bytes, str]

    def blocks(self) -> Iterator[Block]:
        with self._member.open() as file:
            file.seek(_length(file), 1)
            while length := _length(file):
                if not CID_BYTES < length <= LONGEST_BLOCK:
                    raise _no_car()
                cid, data = file.read(CID_BYTES), file.read(length - CID_BYTES)
                if len(data) < length - CID_BYTES:
                    raise _no_car()
                yield cid, data

    def _read_commit(self, commit: Any) -> None:
        did = jsons.at(commit, "did")
        if isinstance(did, str) and DID.fullmatch(did):
            self.did, self.as_of = did, _dated(jsons.at(commit, "rev"))

    def _read_node(self, node: Any) -> None:
        """Keys are written as what differs from the one before, within a node: a node that
        begins with likes may go on with posts, and nowhere spell their name."""
        key = b""
        for entry in jsons.listed(node, "e"):
            shared, rest = jsons.at(entry, "p"), jsons.at(entry, "k")
            if not isinstance(shared, int) or not isinstance(rest, bytes) or shared < 0:
                return
            key = key[:shared] + rest
            self._note(key, jsons.at(entry, "v"))

    def _note(self, key: bytes, cid: Any) -> None:
        self.follows += key.startswith(FOLLOW)
        record = fields.identifier(key.removeprefix(POST).decode("ascii", "replace"))
        if key.startswith(POST) and record and isinstance(cid, bytes):
            self.posts[cid] = record
        if len(self.posts) > MOST_POSTS:
            raise _no_car()


def _post(record: Any, key: str, did: str) -> Entry:
    at = fields.moment(jsons.at(record, "createdAt"))
    written = jsons.at(record, "text")
    uid = f"at://{did}/{POST.decode()}{key}"
    is_reply = jsons.at(record, "reply") is not None
    if at is None or not isinstance(written, str) or is_reply or len(uid) > LONGEST_UID:
        return None
    features = [
        feature
        for facet in jsons.listed(record, "facets")
        for feature in jsons.listed(facet, "features")
    ]
    named = [jsons.at(feature, "tag") for feature in features] + jsons.listed(record, "tags")
    return (
        PostSeen(
            uid=uid,
            url=f"https://bsky.app/profile/{did}/post/{key}",
            created_at=at,
            text=values.text(written),
            hashtags=values.tags(named),
            favourites=None,
            reposts=None,
            replies=None,
        ),
    )


def _root(member: Member) -> bytes:
    with member.open() as file:
        length = _length(file)
        header = _decoded(file.read(length)) if length <= LONGEST_BLOCK else None
    root = jsons.at(header, "roots", 0)
    if not isinstance(root, bytes):
        raise _no_car()
    return root


def _length(file: BinaryIO) -> int:
    """An unsigned LEB128 number; 0 at the end of the file."""
    number = 0
    for shift in range(0, 63, 7):
        byte = file.read(1)
        if not byte:
            break
        number |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            break
    return number


def _decoded(data: bytes) -> Any:
    try:
        return libipld.decode_dag_cbor(data)
    except Exception:  # whatever the decoder calls it: the block is none
        raise _no_car() from None


def _dated(rev: Any) -> datetime | None:
    """Revisions are times: 13 digits of base 32, microseconds above the lowest ten bits."""
    if not isinstance(rev, str) or len(rev) != 13 or set(rev) - set(TID):
        return None
    number = 0
    for digit in rev:
        number = number * 32 + TID.index(digit)
    return values.seconds((number >> 10) // 1000) if number >> 10 < 1 << 53 else None


def _no_car() -> ArchiveRefused:
    return ArchiveRefused(
        _("This is no complete Bluesky repository. Export it again, then bring the .car file.")
    )
