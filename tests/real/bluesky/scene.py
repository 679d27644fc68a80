"""The people of the Bluesky of the tests, and what they have done there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.real.bluesky import people
from tests.real.bluesky.network import Bluesky
from tests.real.bluesky.people import Person

FANS: Final = ("bob", "charlie", "dora", "erik", "fay")


@dataclass(frozen=True)
class Scene:
    alice: Person
    fans: tuple[Person, ...]


def set_up(network: Bluesky, name: str = "alice") -> Scene:
    """`name` has five followers, follows two, and wrote eight posts, a reply and a quote.

    These got 14 likes (one her own), 3 reposts, 2 replies and a quote. She is on a list and in a
    starter pack of others.
    """
    alice = people.join(network, name)
    fans = tuple(people.join(network, f"{fan}-of-{name}") for fan in FANS)
    _follow(alice, fans)
    _post_and_respond(alice, fans)
    fans[0].lists("Gardeners", alice, fans[1])
    fans[1].packs("Start here", alice, fans[0])
    people.until(lambda: _is_known(network, alice))
    return Scene(alice, fans)


def _follow(alice: Person, fans: tuple[Person, ...]) -> None:
    for fan in fans:
        fan.follows(alice)
    for fan in fans[:2]:
        alice.follows(fan)


def _post_and_respond(alice: Person, fans: tuple[Person, ...]) -> None:
    bob, charlie, *_others = fans
    posts = [alice.posts(f"Tomatoes, part {n}") for n in range(1, 9)]
    for post in posts[:4]:
        for fan in fans[:3]:
            fan.likes(post)
    for fan in (fans[3], alice):
        fan.likes(posts[0])
    for fan in fans[:3]:
        fan.reposts(posts[0])
    bob.replies(posts[0], "How tall are they now?")
    charlie.replies(posts[1], "Mine are yellow.")
    charlie.quotes(posts[0], "Read this")
    hers = bob.posts("Who grows beans?")
    alice.replies(hers, "I do")
    alice.quotes(hers, "A good question")


def _is_known(network: Bluesky, alice: Person) -> bool:
    seen = people.profile_of(network, alice)
    if (seen.get("followersCount"), seen.get("postsCount")) != (len(FANS), 10):
        return False
    feed = people.feed_of(network, alice)
    counts = ("likeCount", "repostCount", "replyCount", "quoteCount")
    return [sum(post[count] for post in feed) for count in counts] == [14, 3, 2, 1]
