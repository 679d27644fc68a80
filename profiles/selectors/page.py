"""All that a person's page shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from profiles import charts
from profiles.extras.activity import topics_and_activity
from profiles.extras.subscores import Subscores, subscores_of
from profiles.history import reads
from profiles.models import Profile
from profiles.selectors.accounts import is_first_collection
from profiles.selectors.percentile import Place, place
from profiles.selectors.sums import ScoreView, score_view
from profiles.shown import AccountShown, accounts_shown, kept_private
from scoring import selectors as scoring
from scoring.formula import explain, load
from scoring.formula.activity import Activity
from scoring.models import AccountSignals, CurrentScore, LinkedAccount, Post


@dataclass(frozen=True, slots=True)
class TooFew:
    """Something was read, and it is too little for a number: "3 of 10 posts"."""

    posts: int
    needed: int

    @property
    def missing(self) -> int:
        return self.needed - self.posts


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """All that the profile's template needs."""

    profile: Profile
    is_own: bool
    score: ScoreView | None
    subscores: Subscores | None
    too_few: TooFew | None  # instead of the score
    place: Place | None  # among the others here
    history: reads.History
    accounts: tuple[LinkedAccount, ...]
    networks: tuple[AccountShown, ...]
    topics: tuple[scoring.Topic, ...]
    best_posts: tuple[Post, ...]
    activity: Activity
    collecting: tuple[LinkedAccount, ...]  # first collection under way; own page only

    @property
    def chart(self) -> charts.Chart | None:
        return self.history.chart

    @property
    def only_shown(self) -> bool:
        """There is something to see, and the networks' rules keep all of it out of the score."""
        read = [row for row in self.networks if row.account.refreshed_at]
        return bool(read) and not any(row.is_scored for row in read)


def profile_page(profile: Profile, *, is_own: bool, at: datetime) -> ProfilePage:
    user_id, today = profile.user_id, at.date()
    accounts = tuple(scoring.accounts_of(user_id))
    current = scoring.current_score(user_id)
    hidden = frozenset() if is_own else kept_private()
    shown = accounts_shown(accounts, is_own=is_own)
    score = score_of(current, accounts, shown=shown, hidden=hidden)
    topics, activity = topics_and_activity(user_id, at, without=hidden)
    return ProfilePage(
        profile=profile,
        is_own=is_own,
        score=score,
        subscores=_subscores(user_id, score, accounts, hidden),
        too_few=too_few(current),
        place=_place(score),
        history=reads.history(user_id, today=today, hidden=hidden),
        accounts=accounts,
        networks=shown,
        topics=tuple(topics),
        best_posts=tuple(scoring.best_posts(user_id, without=hidden)),
        activity=activity,
        collecting=tuple(a for a in accounts if is_own and is_first_collection(a)),
    )


def score_of(
    current: CurrentScore | None,
    accounts: Sequence[LinkedAccount],
    *,
    shown: Sequence[AccountShown] = (),
    hidden: Collection[str] = (),
) -> ScoreView | None:
    """None where there is nothing to score, and on too few posts (`too_few`)."""
    if current is None or current.tenths is None:
        return None
    rows = scoring.signals_of(current.user_id)
    if not rows:
        return _unpacked(current)
    explained = explain(
        rows, version=str(current.formula), day=scoring.days_since_1970(current.day)
    )
    if not explained.enough:
        return None
    return score_view(explained, current.day, accounts, shown=shown, hidden=hidden, rows=rows)


def too_few(current: CurrentScore | None) -> TooFew | None:
    if current is None or current.tenths is not None:
        return None
    return TooFew(current.posts, load(str(current.formula)).posts_needed)


def _unpacked(current: CurrentScore) -> ScoreView | None:
    """A number from before signals were kept: its bars come with the next reading.

    None where the signals are there, and networks' rules keep all of them out.
    """
    tenths, low, high = current.tenths, current.low, current.high
    if tenths is None or AccountSignals.objects.filter(user_id=current.user_id).exists():
        return None
    return ScoreView(
        points=tenths / 10,
        whole=tenths // 10,
        tenth=tenths % 10,
        low=None if low is None else low / 10,
        high=None if high is None else high / 10,
        day=current.day,
        posts_counted=current.posts,
        version=str(current.formula),
        groups=(),
    )


def _subscores(
    user_id: int,
    score: ScoreView | None,
    accounts: Sequence[LinkedAccount],
    hidden: Collection[str],
) -> Subscores | None:
    if score is None:
        return None
    return subscores_of(user_id, score.explained, rows=score.rows, accounts=accounts, hidden=hidden)


def _place(score: ScoreView | None) -> Place | None:
    if score is None or score.low is None or score.high is None:
        return None
    tenths, low, high = (round(points * 10) for points in (score.points, score.low, score.high))
    return place(tenths=tenths, low=low, high=high)
