"""One seeded social graph behind every network: who follows, posts and answers, and how often."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

SEED: Final = 20261122
CAST: Final = ("alice", "bob", "charlie", "dana")
CROWD: Final = tuple(f"reader{number:02}" for number in range(1, 31))
EVERYBODY: Final = CAST + CROWD
POSTS_EACH: Final = 6
NOON: Final = "NETSIM_NOON"  # in the environment: the day of the newest posts


@dataclass(frozen=True)
class Post:
    number: int  # of all posts; the greater, the newer
    author: str
    at: datetime
    text: str
    tag: str
    likes: tuple[str, ...]
    reposts: tuple[str, ...]
    quotes: tuple[str, ...]
    replies: tuple[str, ...]
    saves: int
    views: int


@dataclass
class Member:
    name: str
    number: int
    followers: tuple[str, ...]
    following: int
    listed: int
    posts: list[Post] = field(default_factory=list)  # newest first

    @property
    def views(self) -> int:
        return sum(post.views for post in self.posts)


def noon() -> datetime:
    said = os.environ.get(NOON)
    if said:
        return datetime.fromisoformat(said)
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def number_of(name: str) -> int:
    """The id of a person, the same at every network that counts people."""
    return 1001 + EVERYBODY.index(name)


class Graph:
    """What is true at all networks. It begins the same every time."""

    def __init__(self) -> None:
        chance = random.Random(SEED)
        self.members = {name: _member(name, chance) for name in CAST}
        numbers = iter(range(POSTS_EACH * len(CAST), 0, -1))
        for days in range(POSTS_EACH):
            for member in self.members.values():
                at = noon() - timedelta(days=days + 1, minutes=member.number % 7)
                member.posts.append(_post(next(numbers), member.name, at, chance))

    def add_post(self, name: str) -> Post:
        newest = max(post.number for post in self.posts())
        at = noon() - timedelta(minutes=30)
        post = _post(newest + 1, name, at, random.Random(newest))
        self.members[name].posts.insert(0, post)
        return post

    def delete_post(self, name: str) -> Post:
        """The oldest one."""
        return self.members[name].posts.pop()

    def posts(self) -> Iterable[Post]:
        return (post for member in self.members.values() for post in member.posts)

    def post(self, number: int) -> Post | None:
        return next((post for post in self.posts() if post.number == number), None)

    def by_number(self, number: int) -> Member | None:
        return next((one for one in self.members.values() if one.number == number), None)


def _member(name: str, chance: random.Random) -> Member:
    others = tuple(other for other in EVERYBODY if other != name)
    followers = tuple(chance.sample(others, chance.randint(8, 24)))
    return Member(name, number_of(name), followers, chance.randint(3, 60), chance.randint(1, 9))


def _post(number: int, author: str, at: datetime, chance: random.Random) -> Post:
    def some(least: int, most: int) -> tuple[str, ...]:
        others = [other for other in EVERYBODY if other != author]
        return tuple(chance.sample(others, chance.randint(least, most)))

    tag = chance.choice(("gardening", "python", "bread"))
    return Post(
        number=number,
        author=author,
        at=at,
        text=f"Thoughts about {tag}, number {number} #{tag}",
        tag=tag,
        likes=some(2, 9),
        reposts=some(1, 4),
        quotes=some(0, 2),
        replies=some(1, 5),
        saves=chance.randint(0, 3),
        views=chance.randint(60, 900),
    )
