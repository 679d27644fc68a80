"""The closed networks, one row each: what tests must know of them and can't compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import pytest

from tests.networks.netsim.graph import Graph, Member, Post

Renewal = Literal["refresh token", "itself", "never"]
COUNTS: Final = ("favourites", "reposts", "replies", "quotes", "views", "saves")


@dataclass(frozen=True)
class Facts:
    """`tells`: which of COUNTS the network has, in that order, as letters of "frpqvs"."""

    key: str
    tells: str
    uid: str  # of alice, as the network has it
    renews: Renewal = "never"
    revokes: bool = False
    vital: str = ""  # a scope that people may leave out there and we need; the network says so
    daily: int = 3  # requests of a day on which nothing has happened
    waits: bool = True  # says until when, where it asks us to wait
    shared: bool = False  # one consent for several accounts: ending it would end them all
    followers: bool = True
    posts: bool = True
    rotates: bool = False

    @property
    def path(self) -> str:
        return f"/settings/accounts/connect/{self.key}/"

    def received(self, post: Post) -> dict[str, int | None]:
        """What the network tells of a post; None where it tells nothing."""
        counts = (
            *(len(post.likes), len(post.reposts), len(post.replies), len(post.quotes)),
            *(post.views, post.saves),
        )
        told = zip(COUNTS, "frpqvs", counts, strict=True)
        return {name: count if letter in self.tells else None for name, letter, count in told}

    def expected(self, member: Member) -> list[dict[str, Any]]:
        """Newest first."""
        return [self.received(post) for post in member.posts] if self.posts else []


GOOGLE: Final = "https://www.googleapis.com/auth/youtube.readonly"
ALL: Final = (
    Facts("github", "fr", "1001", revokes=True),
    Facts("x", "frpqvs", "1001", "refresh token", True, "offline.access", daily=4, rotates=True),
    Facts("youtube", "fpv", "10800000000000001001", "refresh token", True, GOOGLE, waits=False),
    Facts("twitch", "v", "1001", "refresh token", True, daily=4),
    Facts(
        *("tiktok", "frpv", "oid1001", "refresh token", True, "user.info.stats"),
        waits=False,
        rotates=True,
    ),
    Facts("pinterest", "fpvs", "800000000001001", "refresh token", vital="pins:read"),
    Facts(
        *("instagram", "frpvs", "17841400000001001", "itself"),
        vital="instagram_business_manage_insights",
        daily=8,
    ),
    Facts("threads", "frpqv", "25000000000001001", "itself", daily=9),
    Facts("facebook", "frpv", "51001", revokes=True, vital="pages_read_engagement", shared=True),
    Facts(
        *("linkedin", "", "li1001"),
        revokes=True,
        vital="profile",
        waits=False,
        followers=False,
        posts=False,
    ),
    Facts("foursquare", "fp", "1001", followers=False),
)


def each(wanted: Callable[[Facts], bool]) -> pytest.MarkDecorator:
    """Runs a test for those networks only."""
    rows = [row for row in ALL if wanted(row)]
    return pytest.mark.parametrize("network", rows, ids=lambda row: row.key)


def graph() -> Graph:
    """What the simulator begins with, as this process computes it."""
    return Graph()
