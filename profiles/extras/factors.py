"""The six factors of influence, as far as a site can know them: three the person's, three not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.dates import WEEKDAYS

from profiles.extras.activity import total
from profiles.extras.posts import newest
from profiles.extras.subscores import selectivity_of
from profiles.models import Profile
from profiles.shown import kept_private
from scoring import selectors as scoring
from scoring.formula import Explained, Part, load
from scoring.formula.factors import Sent, Slot, timing
from scoring.formula.signals import FIELD, Row, amount_of
from scoring.models import LinkedAccount
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network
from scoring.wording import Words

# Of one hour or weekday: with fewer posts, or hardly more than half above, it may be chance.
POSTS_TO_STAND_OUT: Final = 4
SHARE_TO_STAND_OUT: Final = 0.7
COLUMNS: Final = ("account_id", "created_at", "favourites", "reposts", "replies")


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """How many can hear at one network; `counted`: as far as responses speak for them.

    told None: the network doesn't tell, or forbids to show it.
    """

    network: Network | None
    told: int | None
    counted: int | None
    percent: float  # of what the term of followers can bring


@dataclass(frozen=True, slots=True)
class Confidence:
    low: float
    high: float
    posts: int
    selectivity: float | None  # None: nobody tells who responded

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class SlotView:
    """An hour or a weekday: of `posts`, `above` received more than is usual."""

    label: Words
    posts: int
    above: int
    percent: int
    stands_out: bool  # enough posts, and most of them above


@dataclass(frozen=True, slots=True)
class TimingView:
    """Hours (UTC) and weekdays in which something was posted, in their order."""

    posts: int
    hours: tuple[SlotView, ...]
    weekdays: tuple[SlotView, ...]

    @property
    def best(self) -> tuple[SlotView, ...]:
        return tuple(slot for slot in (*self.weekdays, *self.hours) if slot.stands_out)


@dataclass(frozen=True, slots=True)
class Factors:
    """timing None: too few posts; confidence None: no score yet."""

    topics: tuple[scoring.Topic, ...]
    bandwidth: tuple[Bandwidth, ...]
    timing: TimingView | None
    confidence: Confidence | None


def factors(profile: Profile, *, at: datetime, is_own: bool) -> Factors:
    user_id = profile.user_id
    hidden = frozenset() if is_own else kept_private()
    explained, rows = scoring.explained(user_id), scoring.signals_of(user_id)
    return Factors(
        topics=tuple(scoring.topics(user_id, without=hidden)),
        bandwidth=_bandwidth(user_id, explained, rows, hidden) if explained else (),
        timing=_timing(user_id, at, hidden),
        confidence=(
            _confidence(explained, _shown(user_id, rows, hidden))
            if explained and explained.enough
            else None
        ),
    )


def _shown(user_id: int, rows: Mapping[int, Row], hidden: Collection[str]) -> Mapping[int, Row]:
    """Of the accounts of which more than points may be told to who looks."""
    kept = LinkedAccount.objects.filter(user=user_id, network__in=hidden)
    kept_out = set(kept.values_list("pk", flat=True)) if hidden else set()
    return {pk: row for pk, row in rows.items() if pk not in kept_out}


def _bandwidth(
    user_id: int, explained: Explained, rows: Mapping[int, Row], hidden: Collection[str]
) -> tuple[Bandwidth, ...]:
    """The network that carries farthest first."""
    keys = {term.key for term in load(explained.version).terms if term.signal == "followers"}
    networks = dict(LinkedAccount.objects.filter(user=user_id).values_list("pk", "network"))
    found = [
        _channel(part, networks.get(part.account or 0, ""), rows, hidden)
        for part in explained.parts
        if part.key in keys
    ]
    return tuple(sorted(found, key=lambda channel: -channel.percent))


def _channel(
    part: Part, network: str, rows: Mapping[int, Row], hidden: Collection[str]
) -> Bandwidth:
    is_shown = part.told and network not in hidden
    row = rows[part.account or 0]
    return Bandwidth(
        network=NETWORKS.get(network) if network not in hidden else None,
        told=round(amount_of("followers", float(row[FIELD["followers"]]))) if is_shown else None,
        counted=round(part.amount or 0) if is_shown else None,
        percent=round(100 * part.value / part.cap, 1) if part.cap else 0.0,
    )


def _timing(user_id: int, at: datetime, hidden: Collection[str]) -> TimingView | None:
    told = (_sent(row) for row in newest(user_id, COLUMNS, at=at, without=hidden))
    found = timing([sent for sent in told if sent is not None])
    if found is None:
        return None
    return TimingView(
        posts=found.posts,
        hours=_slots(found.hours, [f"{hour:02}:00" for hour in range(24)]),
        weekdays=_slots(found.weekdays, [WEEKDAYS[day] for day in range(7)]),
    )


def _slots(slots: Sequence[Slot], labels: Sequence[Words]) -> tuple[SlotView, ...]:
    return tuple(
        SlotView(
            label=labels[slot.number],
            posts=slot.posts,
            above=slot.above,
            percent=round(100 * slot.share),
            stands_out=slot.posts >= POSTS_TO_STAND_OUT and slot.share >= SHARE_TO_STAND_OUT,
        )
        for slot in slots
        if slot.posts
    )


def _sent(row: tuple[Any, ...]) -> Sent | None:
    account, created_at, *counts = row
    responses = total(counts)
    when = created_at.astimezone(UTC)
    return None if responses is None else Sent(account, when.weekday(), when.hour, responses)


def _confidence(explained: Explained, rows: Mapping[int, Row]) -> Confidence:
    return Confidence(
        low=explained.low / 10,
        high=explained.high / 10,
        posts=explained.posts,
        selectivity=selectivity_of(rows),
    )
