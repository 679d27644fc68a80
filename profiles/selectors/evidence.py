"""What stands behind one bar: the counts, the posts and the arithmetic, for the page about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from math import exp, log1p
from typing import Final

from django.utils.translation import gettext as _

from profiles.models import Profile
from profiles.selectors.bars import AccountParts, PartView
from profiles.selectors.page import score_of
from profiles.selectors.saying import TODAY, word
from profiles.selectors.sums import ScoreView
from profiles.selectors.working import Line, Working, four
from profiles.shown import accounts_shown, kept_private
from scoring import selectors as scoring
from scoring.formula import load, selectivity_weight
from scoring.formula.signals import FIELD, POSTS, Row
from scoring.models import AccountSignals, BusyResponder, LinkedAccount, Post, Reading
from scoring.networks.declaring import Words
from scoring.services.packing import LOOKED_BACK

READINGS: Final = 60
FIELDS: Final = {"reposts": "reposts", "replies": "replies", "likes": "favourites"}
COUNTS: Final = ("favourites", "reposts", "replies")


@dataclass(frozen=True, slots=True)
class PostRow:
    """`count` of what the part counts; None: not told. `counts`: it is one of the h posts."""

    post: Post
    count: int | None
    log: float | None = None
    rank: int = 0
    counts: bool = False


@dataclass(frozen=True, slots=True)
class ReadingRow:
    day: date
    followers: int | None
    following: int | None
    listed: int | None


@dataclass(frozen=True, slots=True)
class Typical:
    """The middle of a count over posts: mean of the logarithms, and what that is as a count."""

    posts: int
    mean: float
    amount: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """distinct: people; busy: those of them who respond so much that each counts less."""

    distinct: int
    busy: int
    weighted: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a part's page shows. `what`: the network's word for what is counted per post."""

    score: ScoreView
    group: AccountParts
    part: PartView
    key: str  # as the newest version calls it
    account: LinkedAccount
    lines: tuple[Line, ...]
    what: Words
    posts: tuple[PostRow, ...] = ()
    typical: Typical | None = None
    crowd: Crowd | None = None
    readings: tuple[ReadingRow, ...] = ()
    since: date | None = None


def evidence(profile: Profile, account_id: int, key: str, *, is_own: bool) -> Evidence | None:
    """None where there is no such bar, or where who looks may not see behind it."""
    accounts = list(scoring.accounts_of(profile.user_id))
    account = next((one for one in accounts if one.pk == account_id), None)
    current = scoring.current_score(profile.user_id)
    hidden = frozenset() if is_own else kept_private()
    if account is None or current is None or account.network in hidden:
        return None
    shown = accounts_shown(accounts, is_own=is_own)
    score = score_of(current, accounts, shown=shown, hidden=hidden)
    found = _bar(score, account_id, key) if score else None
    if score is None or found is None:
        return None
    group, part = found
    explained = score.explained
    exact = explained.part(account_id, key) if explained else None
    if explained is None or exact is None:
        return None
    constants = load(score.version)
    row = scoring.signals_of(profile.user_id)[account_id]
    working = Working(exact, constants.term(key), constants, explained, row)
    base = Evidence(
        score=score,
        group=group,
        part=part,
        key=TODAY.get(key, key),
        account=account,
        lines=tuple(working.lines()),
        what=word(key, group.network),
    )
    return _with_facts(base, row)


def _bar(score: ScoreView, account_id: int, key: str) -> tuple[AccountParts, PartView] | None:
    for group in score.groups:
        for part in group.parts:
            if (group.account, part.key) == (account_id, key) and part.has_evidence:
                return group, part
    return None


def _with_facts(base: Evidence, row: Row) -> Evidence:
    if base.key in ("audience", "ratio", "lists"):
        return replace(base, readings=tuple(_readings(base.account)))
    posts = posts_counted(base.account, from_archive=row[FIELD["archive"]] > 0)
    if base.key == "people":
        return replace(base, posts=_answered(posts), crowd=_crowd(posts))
    if base.key == "steady":
        return replace(base, posts=_ranked(posts))
    rows = tuple(_counted(post, getattr(post, FIELDS[base.key])) for post in posts)
    middle = _typical(rows)
    lines = (_middle(middle), *base.lines) if middle else base.lines
    return replace(base, posts=rows, typical=middle, lines=lines)


def _middle(typical: Typical) -> Line:
    words = _("The mean of ln(1 + count) over %(posts)s posts, and back to a count:")
    formula = f"e^{four(typical.mean)} − 1 = {four(typical.amount)}"
    return Line(words % {"posts": typical.posts}, formula)


def posts_counted(account: LinkedAccount, *, from_archive: bool) -> list[Post]:
    """The posts that the account's signals were taken from, newest first."""
    signals = AccountSignals.objects.filter(account=account).values_list("day", flat=True).first()
    if signals is None:
        return []
    end = datetime.combine(signals, time.max, UTC)
    at = min(end, account.refreshed_at) if account.refreshed_at else end
    posts = account.posts.filter(created_at__gt=at - LOOKED_BACK, created_at__lte=at)
    return list((posts if from_archive else posts.filter(archive=None))[:POSTS])


def _readings(account: LinkedAccount) -> list[ReadingRow]:
    """The newest of each day, newest first."""
    rows = Reading.objects.filter(account=account).only(
        "taken_at", "followers", "following", "listed"
    )
    found: dict[date, ReadingRow] = {}
    for row in rows[: 4 * READINGS]:
        day = row.taken_at.date()
        found.setdefault(day, ReadingRow(day, row.followers, row.following, row.listed))
    return list(found.values())[:READINGS]


def _counted(post: Post, count: int | None) -> PostRow:
    return PostRow(post, count, None if count is None else log1p(count))


def _typical(rows: Sequence[PostRow]) -> Typical | None:
    logs = [row.log for row in rows if row.log is not None]
    if not logs:
        return None
    mean = sum(logs) / len(logs)
    return Typical(len(logs), mean, exp(mean) - 1)


def _answered(posts: Sequence[Post]) -> tuple[PostRow, ...]:
    return tuple(
        PostRow(post, None if post.responders is None else len(set(post.responders)))
        for post in posts
    )


def _crowd(posts: Sequence[Post]) -> Crowd | None:
    if all(post.responders is None for post in posts):
        return None
    people = {number for post in posts for number in post.responders or ()}
    rows = BusyResponder.objects.filter(pk__in=people)
    busy = dict(rows.values_list("number", "responses"))
    weights = {number: selectivity_weight(busy.get(number, 1)) for number in people}
    less = sum(weight < 1 for weight in weights.values())
    return Crowd(len(people), less, sum(weights.values()))


def _ranked(posts: Sequence[Post]) -> tuple[PostRow, ...]:
    """By what each received in all, most first; the h that have as many responses as their rank."""
    totals = [(sum(getattr(post, name) or 0 for name in COUNTS), post) for post in posts]
    ordered = sorted(totals, key=lambda pair: -pair[0])
    return tuple(
        PostRow(post, total, rank=rank, counts=total >= rank)
        for rank, (total, post) in enumerate(ordered, 1)
    )
