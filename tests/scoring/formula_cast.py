"""People of docs/formula.md ("Who stands where", "Gaming"), as what their networks tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from scoring.formula import Facts, PostCounts, explain, selectivity_weight, summarise

DAY: Final = 20_000


def two_kinds(posts: int, one: tuple, other: tuple) -> tuple[PostCounts, ...]:
    """Half of the posts received one (likes, reposts, replies), the other half the other."""
    return (PostCounts(*one), PostCounts(*other)) * (posts // 2)


def account(followers, following, lists, people, posts) -> Facts:
    return Facts(followers, following, lists, people, posts=posts, newest=DAY)


NEWCOMER: Final = account(2, 5, None, 3, two_kinds(12, (0, 0, 0), (1, 0, 0)))
ORDINARY: Final = account(150, 200, None, 40, two_kinds(60, (2, 0, 1), (4, 1, 0)))
KNOWN: Final = account(5_000, 500, 100, 1_200, two_kinds(100, (40, 8, 5), (80, 16, 11)))
FAMOUS: Final = account(
    10_000_000, 200, 60_000, 3_200, two_kinds(100, (8_000, 900, 400), (20_000, 3_000, 1_500))
)
BEST_KNOWN: Final = account(
    60_000_000,
    200,
    150_000,
    60_000,
    two_kinds(100, (80_000, 9_000, 4_000), (200_000, 30_000, 9_000)),
)
# Of the second worked example: a network that tells followers, likes and reposts, and no more.
TERSE: Final = Facts(followers=80, posts=two_kinds(20, (3, 1, None), (3, 1, None)), newest=DAY)
# A hundred posts a day, followed like an ordinary person, answered by hardly anybody.
BOT: Final = account(150, 200, None, 5, two_kinds(100, (0, 0, 0), (0, 0, 0)))
STANDING: Final = {
    "a newcomer": NEWCOMER,
    "ordinary": ORDINARY,
    "known": KNOWN,
    "famous": FAMOUS,
    "best known": BEST_KNOWN,
}

POD: Final = 20


def tenths(*accounts: Facts, day: int = DAY, version: str = "2") -> int:
    rows = {number: summarise(facts) for number, facts in enumerate(accounts, start=1)}
    return explain(rows, version=version, day=day).tenths


def buying(facts: Facts, followers: int = 10_000) -> Facts:
    return replace(facts, followers=facts.followers + followers)


def podded(facts: Facts, *, given: int | None, each: tuple[int, int, int] = (1, 0, 0)) -> Facts:
    """Twenty others follow, and each gives every post so many likes, reposts and replies.

    given: how many responses of each of them we have seen, over everybody's posts. None: the
    network doesn't tell who responded.
    """
    posts = [
        PostCounts(
            p.favourites + POD * each[0], p.reposts + POD * each[1], p.replies + POD * each[2]
        )
        for p in facts.posts
    ]
    grown = replace(facts, followers=facts.followers + POD, posts=posts)
    if given is None:
        return replace(grown, responders=None)
    weight = selectivity_weight(given)
    theirs = POD * sum(each) * len(posts)
    others = sum(p.favourites + p.reposts + p.replies for p in facts.posts)
    return replace(
        grown,
        responders=facts.responders + POD * weight,
        selectivity=(others + theirs * weight) / (others + theirs),
    )


ALL_OF: Final = (1, 1, 1)
WITHOUT_NAMES: Final = replace(ORDINARY, responders=None)
# Of docs/formula.md: who, before, after.
GAMING: Final = {
    "10,000 bought followers, ordinary": (ORDINARY, buying(ORDINARY)),
    "10,000 bought followers, known": (KNOWN, buying(KNOWN)),
    "10,000 bought followers, the bot": (BOT, buying(BOT)),
    "100,000 bought followers, ordinary": (ORDINARY, buying(ORDINARY, 100_000)),
    "a bot with 100 posts a day instead of one": (replace(BOT, posts=BOT.posts[:10]), BOT),
    "an ordinary person who lets that bot write": (ORDINARY, BOT),
    "a pod of 20 whose members are known to like everything": (
        ORDINARY,
        podded(ORDINARY, given=POD * 60),
    ),
    "the same pod, seen at this account only": (ORDINARY, podded(ORDINARY, given=60)),
    "the same pod, at a network that names nobody": (
        WITHOUT_NAMES,
        podded(WITHOUT_NAMES, given=None),
    ),
    "a pod that likes, reposts and replies, members known": (
        ORDINARY,
        podded(ORDINARY, given=3 * POD * 60, each=ALL_OF),
    ),
    "that pod, seen at this account only": (
        ORDINARY,
        podded(ORDINARY, given=3 * 60, each=ALL_OF),
    ),
    "that pod, at a network that names nobody": (
        WITHOUT_NAMES,
        podded(WITHOUT_NAMES, given=None, each=ALL_OF),
    ),
}
