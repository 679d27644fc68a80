"""The made-up people: who they are and how large their audience is. Pure, and the same each time.

The numbers follow what is known of real ones: half of all people have some eighty followers,
one in a hundred has thousands, and what posts receive grows more slowly than the audience.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from klout_site.demo import words
from klout_site.demo.posting import HISTORY_DAYS, MadeAccount, Voice, made_account

ALICES_DAYS: Final = 500  # more than a year, for its chart
ALICE, ALICE_ON_BLUESKY, BOB, ALICE_ON_GITHUB = 1, 2, 3, 4  # numbers of accounts
HOW_MANY: Final = 300
STARS: Final = (1_150_000, 640_000, 385_000, 212_000, 118_000)
WELL_KNOWN: Final = (61_000, 44_000, 30_500, 22_000, 16_400, 12_800, 9_900, 7_400, 5_600)
# Everybody else's: log-normal.
MEDIAN_AUDIENCE: Final = 80
SPREAD: Final = 1.3
HOSTS: Final = ("town.example", "garden.example", "harbour.example", "workshop.example")
COUNTRIES: Final = ("IT", "FR", "DE", "GB", "US", "ES", "NL", "PL", "AT", "CH", "SE", "BR", "")
SHARE_PUBLIC: Final = 0.7
SHARE_WITH_TWO_ACCOUNTS: Final = 0.08
SHARE_NEW: Final = 0.15
SHARE_SHOWING_TIES: Final = 0.5  # of who is public
FRIENDS: Final = 4
ALICES_FRIENDS: Final = 12
SHARE_FRIENDS_OF_ALICE: Final = 0.05


@dataclass(frozen=True, slots=True)
class MadePerson:
    handle: str
    name: str
    country: str
    is_public: bool
    shows_ties: bool
    joined_at: datetime
    accounts: tuple[MadeAccount, ...]
    read_daily: bool  # else once a week
    history_days: int = HISTORY_DAYS

    @property
    def email(self) -> str:
        return f"{self.handle}@demo.example"


def everybody(*, seed: int, at: datetime) -> list[MadePerson]:
    """Alice, bob and staff first, then the stars, the well-known and all the others."""
    made = [_alice(seed, at), _bob(seed, at), _staff(at)]
    audiences = [*STARS, *WELL_KNOWN, *_ordinary_audiences(seed, HOW_MANY)]
    names = _names(seed)
    while len(made) < HOW_MANY:
        audience = audiences[len(made) - 3]
        made.append(_person(seed, len(made), next(names), audience, at))
    return made


def _alice(seed: int, at: datetime) -> MadePerson:
    """Her story is made for the pages: two more accounts, two weeks away, a post that flew."""
    rng = random.Random(f"{seed}:alice")
    themes = (words.THEMES[0], words.THEMES[6], words.THEMES[5])
    main = Voice(
        audience=240,
        liked=0.9,
        days_between=3.1,
        growth=0.0035,
        themes=themes,
        history_days=ALICES_DAYS,
        away=(47, 33),
        viral=75,
    )
    side = Voice(audience=40, liked=0.8, days_between=14, growth=0.002, themes=themes[1:])
    code = Voice(audience=18, liked=2.5, days_between=45, growth=0.001, themes=themes)
    joined_at = at - timedelta(days=ALICES_DAYS + 20)
    made = partial(made_account, rng, at=at)
    accounts = (
        made(
            number=ALICE,
            handle=f"alice@{HOSTS[0]}",
            voice=main,
            connected_at=joined_at,
            friends=_friends(seed, ALICE, ALICES_FRIENDS),
        ),
        made(
            number=ALICE_ON_BLUESKY,
            handle="alice.garden.example",
            voice=side,
            network="bluesky",
            connected_at=at - timedelta(days=60),
        ),
        made(
            number=ALICE_ON_GITHUB,
            handle="alice-marino",
            voice=code,
            network="github",
            connected_at=at - timedelta(days=20),
        ),
    )
    return MadePerson(
        "alice",
        "Alice Marino",
        "IT",
        is_public=True,
        shows_ties=True,
        joined_at=joined_at,
        accounts=accounts,
        read_daily=True,
        history_days=ALICES_DAYS,
    )


def _bob(seed: int, at: datetime) -> MadePerson:
    rng = random.Random(f"{seed}:bob")
    voice = Voice(95, liked=1, days_between=9, growth=0.001, themes=(words.THEMES[1],))
    joined_at = at - timedelta(days=HISTORY_DAYS + 5)
    account = made_account(
        rng, number=BOB, handle=f"bob@{HOSTS[1]}", voice=voice, at=at, connected_at=joined_at
    )
    return MadePerson(
        "bob",
        "Bob Keller",
        "DE",
        is_public=False,
        shows_ties=False,
        joined_at=joined_at,
        accounts=(account,),
        read_daily=True,
    )


def _staff(at: datetime) -> MadePerson:
    joined_at = at - timedelta(days=400)
    return MadePerson("staff", "", "", False, False, joined_at, (), read_daily=False)


def _person(
    seed: int, number: int, name: tuple[str, str], audience: int, at: datetime
) -> MadePerson:
    rng = random.Random(f"{seed}:{number}")
    first, last = name
    handle = f"{first}_{last}".lower()
    is_star = audience >= min(STARS)
    days_here = HISTORY_DAYS + rng.randrange(10, 500)
    if not is_star and rng.random() < SHARE_NEW:
        days_here = rng.randrange(4, HISTORY_DAYS - 5)
    name = f"{first} {last}" if rng.random() < 0.9 else ""
    country = rng.choice(COUNTRIES)
    is_public = is_star or rng.random() < SHARE_PUBLIC
    joined_at = at - timedelta(days=days_here, minutes=rng.randrange(1440))
    friends = _friends(seed, 10 * number, FRIENDS)
    return MadePerson(
        handle=handle,
        name=name,
        country=country,
        is_public=is_public,
        shows_ties=is_public and rng.random() < SHARE_SHOWING_TIES,
        joined_at=joined_at,
        accounts=tuple(_accounts(rng, number, handle, audience, at, joined_at, friends)),
        read_daily=False,
    )


def _friends(seed: int, number: int, how_many: int) -> list[int]:
    """Numbers of members who respond to this one: alice to some, and people to each other."""
    rng = random.Random(f"{seed}:{number}:friends")
    others = [BOB, *(10 * index for index in range(3, HOW_MANY))]
    friends = [one for one in rng.sample(others, how_many) if one != number]
    if number != ALICE and rng.random() < SHARE_FRIENDS_OF_ALICE:
        return [ALICE, *friends]
    return friends


def _accounts(
    rng: random.Random,
    number: int,
    handle: str,
    audience: int,
    at: datetime,
    joined_at: datetime,
    friends: Sequence[int],
) -> Iterator[MadeAccount]:
    made = partial(made_account, rng, at=at, connected_at=joined_at)
    hosts = rng.sample(HOSTS, 2)
    voice = _voice(rng, audience)
    yield made(number=10 * number, handle=f"{handle}@{hosts[0]}", voice=voice, friends=friends)
    if rng.random() < SHARE_WITH_TWO_ACCOUNTS:
        smaller = _voice(rng, 1 + audience // 5)
        yield made(number=10 * number + 1, handle=f"{handle}@{hosts[1]}", voice=smaller)


def _voice(rng: random.Random, audience: int) -> Voice:
    """Who has many followers writes more often; how much each post is liked differs widely."""
    is_busy = audience >= min(WELL_KNOWN)
    return Voice(
        audience=audience,
        liked=rng.lognormvariate(0, 0.25 if is_busy else 0.5),
        days_between=rng.lognormvariate(1.6, 0.3) if is_busy else rng.lognormvariate(3, 0.6),
        growth=min(0.006, max(-0.001, rng.gauss(0.0012, 0.0015))),
        themes=tuple(rng.sample(words.THEMES, 3)),
    )


def _ordinary_audiences(seed: int, how_many: int) -> list[int]:
    rng = random.Random(f"{seed}:audiences")
    return [int(MEDIAN_AUDIENCE * rng.lognormvariate(0, SPREAD)) for _one in range(how_many)]


def _names(seed: int) -> Iterator[tuple[str, str]]:
    """Each only once."""
    rng = random.Random(f"{seed}:names")
    pairs = [(first, last) for first in words.FIRST_NAMES for last in words.LAST_NAMES]
    return iter(rng.sample(pairs, HOW_MANY))
