"""Klout's sixteen styles: a game, in no score. docs/beside.md.

Four yes-or-no questions make the 4 x 4 map.

                    sharing             |             creating
             casual        consistent   |      casual        consistent
    ----------------------------------------------------------------------------
    broad    curator       broadcaster  |      taste maker   celebrity    } partici-
    focused  syndicator    feeder       |      thought leader pundit      } pating
    broad    dabbler       conversation.|      socializer    networker    } listening
    focused  observer      explorer     |      activist      specialist   }

The names are Klout's and so is their order; how it placed people was never published. These
four questions are ours: each asks for a number, and says from where on the answer is yes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

GRID: Final = (
    ("curator", "broadcaster", "taste_maker", "celebrity"),
    ("syndicator", "feeder", "thought_leader", "pundit"),
    ("dabbler", "conversationalist", "socializer", "networker"),
    ("observer", "explorer", "activist", "specialist"),
)
# Fewer posts place nobody.
POSTS_NEEDED: Final = 10
# Of the posts, so many point to something of others': "sharing".
SHARING_FROM: Final = 0.5
# Of the hashtags used, so many are the three most used: "focused".
FOCUSED_FROM: Final = 0.5
HASHTAGS_NEEDED: Final = 10
FAVOURITE_TAGS: Final = 3
# Too few hashtags: "broad" are accounts at so many networks.
BROAD_NETWORKS: Final = 3
# Of the posts, so many were answered: "participating".
PARTICIPATING_FROM: Final = 1 / 3
# Of the last 8 weeks, so many with a post: "consistent".
CONSISTENT_FROM: Final = 6


@dataclass(frozen=True, slots=True)
class StylePost:
    """`points_away`: its words hold a link, or it is a pin or the like; replies None: not told."""

    points_away: bool
    hashtags: Collection[str]
    replies: int | None


@dataclass(frozen=True, slots=True)
class Trait:
    """The answer to one question: `name` of the two words, `value` and where the line is."""

    axis: str
    name: str
    value: float
    line: float


@dataclass(frozen=True, slots=True)
class Style:
    name: str
    row: int
    column: int
    traits: tuple[Trait, ...]


def style(posts: Collection[StylePost], *, networks: int, weeks_posted: int) -> Style | None:
    """None on thin data: too few posts, or no network tells about replies."""
    answered = [post.replies > 0 for post in posts if post.replies is not None]
    if len(posts) < POSTS_NEEDED or not answered:
        return None
    away = sum(post.points_away for post in posts) / len(posts)
    talk = sum(answered) / len(answered)
    makes = _trait("making", away, SHARING_FROM, ("creating", "sharing"))
    breadth = _breadth([tag for post in posts for tag in post.hashtags], networks)
    rhythm = _trait("rhythm", weeks_posted, CONSISTENT_FROM, ("casual", "consistent"))
    talks = _trait("talking", talk, PARTICIPATING_FROM, ("listening", "participating"))
    column = 2 * (makes.name == "creating") + (rhythm.name == "consistent")
    row = 2 * (talks.name == "listening") + (breadth.name == "focused")
    return Style(GRID[row][column], row, column, (makes, breadth, rhythm, talks))


def _trait(axis: str, value: float, line: float, names: tuple[str, str]) -> Trait:
    return Trait(axis, names[value >= line], value, line)


def _breadth(tags: Iterable[str], networks: int) -> Trait:
    used = Counter(tags)
    if used.total() < HASHTAGS_NEEDED:
        return _trait("networks", networks, BROAD_NETWORKS, ("focused", "broad"))
    favourite = sum(count for _, count in used.most_common(FAVOURITE_TAGS)) / used.total()
    return _trait("hashtags", favourite, FOCUSED_FROM, ("broad", "focused"))
