"""What people do at a Bluesky server, over its own API."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from tests.real.bluesky.network import Bluesky

PASSWORD: Final = "correct-horse-battery"
SECONDS: Final = 20  # for the AppView to have seen what was written


@dataclass(frozen=True)
class Post:
    uri: str
    cid: str

    @property
    def reference(self) -> dict[str, str]:
        return {"uri": self.uri, "cid": self.cid}


@dataclass(frozen=True)
class Person:
    did: str
    handle: str
    pds: str
    token: str = field(repr=False)

    def posts(self, text: str, **more: Any) -> Post:
        return self._writes("app.bsky.feed.post", text=text, **more)

    def replies(self, to: Post, text: str) -> Post:
        return self.posts(text, reply={"root": to.reference, "parent": to.reference})

    def quotes(self, post: Post, text: str) -> Post:
        embed = {"$type": "app.bsky.embed.record", "record": post.reference}
        return self.posts(text, embed=embed)

    def likes(self, post: Post) -> Post:
        return self._writes("app.bsky.feed.like", subject=post.reference)

    def reposts(self, post: Post) -> Post:
        return self._writes("app.bsky.feed.repost", subject=post.reference)

    def follows(self, who: Person) -> Post:
        return self._writes("app.bsky.graph.follow", subject=who.did)

    def lists(self, name: str, *people: Person, purpose: str = "curatelist") -> Post:
        made = self._writes(
            "app.bsky.graph.list", name=name, purpose=f"app.bsky.graph.defs#{purpose}"
        )
        for one in people:
            self._writes("app.bsky.graph.listitem", subject=one.did, list=made.uri)
        return made

    def packs(self, name: str, *people: Person) -> Post:
        """A starter pack, which is a list of a kind of its own and a word about it."""
        members = self.lists(f"{name}: members", *people, purpose="referencelist")
        return self._writes("app.bsky.graph.starterpack", name=name, list=members.uri)

    def deletes(self, post: Post) -> None:
        collection, key = post.uri.split("/")[-2:]
        body = {"repo": self.did, "collection": collection, "rkey": key}
        call(self.pds, "com.atproto.repo.deleteRecord", body, self.token)

    def _writes(self, collection: str, **record: Any) -> Post:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"$type": collection, "createdAt": now, **record}
        body = {"repo": self.did, "collection": collection, "record": record}
        made = call(self.pds, "com.atproto.repo.createRecord", body, self.token)
        return Post(made["uri"], made["cid"])


def join(network: Bluesky, name: str) -> Person:
    """A new account, @<name>.test, with a name to show; everybody knows it when this is done."""
    handle = f"{name}.test"
    body = {"handle": handle, "email": f"{name}@example.org", "password": PASSWORD}
    made = call(network.pds, "com.atproto.server.createAccount", body)
    person = Person(made["did"], handle, network.pds, made["accessJwt"])
    record = {"$type": "app.bsky.actor.profile", "displayName": name.title()}
    profile = {"repo": person.did, "collection": "app.bsky.actor.profile", "rkey": "self"}
    call(network.pds, "com.atproto.repo.putRecord", {**profile, "record": record}, person.token)
    until(lambda: profile_of(network, person).get("handle") == handle)
    until(lambda: did_of(network, handle) == person.did)
    return person


def profile_of(network: Bluesky, who: Person) -> dict[str, Any]:
    """As the AppView tells everybody; {} while it has not heard of them."""
    return _known(network, "app.bsky.actor.getProfile", actor=who.did)


def did_of(network: Bluesky, handle: str) -> str:
    """Whose handle that is, as the AppView tells everybody; "" while it does not know."""
    return str(_known(network, "com.atproto.identity.resolveHandle", handle=handle).get("did", ""))


def feed_of(network: Bluesky, who: Person) -> list[dict[str, Any]]:
    params = {"actor": who.did, "limit": "100", "filter": "posts_with_replies"}
    found = call(network.appview, "app.bsky.feed.getAuthorFeed", params=params)
    return [one["post"] for one in found["feed"] if one["post"]["author"]["did"] == who.did]


def _known(network: Bluesky, method: str, **params: str) -> dict[str, Any]:
    try:
        return dict(call(network.appview, method, params=params))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return {}


def until(happened: Callable[[], bool]) -> None:
    """The AppView hears of everything a little later."""
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, "The AppView did not hear of it"
        time.sleep(0.05)


def call(
    server: str,
    method: str,
    body: dict[str, Any] | None = None,
    token: str = "",
    *,
    params: dict[str, str] | None = None,
) -> Any:
    """XRPC. Raises HTTPError."""
    query = f"?{urlencode(params)}" if params else ""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server}/xrpc/{method}{query}", data, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")
