"""Reads for pages and for perks: what a person is here, and what the number is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from profiles import charts
from profiles.models import Profile, User
from profiles.shown import AccountShown, accounts_shown, kept_private
from scoring import selectors as scoring
from scoring.formula.weights import BASE_POINTS, CURVES
from scoring.models import Credential, LinkedAccount, Post, Reading, ScoreDay
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network, Words
from scoring.networks.operating import offered
from scoring.wording import TERMS, Term

HISTORY_DAYS: Final = 90
NARROWEST_DAYS: Final = 14  # a young history fills its chart, but two days are not stretched
ACTIVITY_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class PartView:
    """One bar: `points` of at most `cap`. All bars of a score add up to the score."""

    key: str
    term: Term
    points: float
    cap: float
    percent: float  # of the cap, for the bar's length
    value: float | None  # None: see `silence`
    counted: Words  # what the value is, in the network's own words
    silence: Words = ""  # why there is no value


@dataclass(frozen=True, slots=True)
class AccountParts:
    """What one account brought; network None for what everybody has."""

    network: Network | None
    handle: str
    points: float
    alone: float  # what it would bring as the only account
    parts: tuple[PartView, ...]
    archived_at: datetime | None = None  # what is counted came in an archive, as of then

    @property
    def is_further(self) -> bool:
        """Not the strongest account: it fills only a share of the room that is left."""
        # Half of the room at most, and rounding moves a sum by a tenth: no need to be exact.
        return self.network is not None and self.points < 0.75 * self.alone


@dataclass(frozen=True, slots=True)
class ScoreView:
    points: float  # 42.3
    whole: int  # 42
    tenth: int  # 3
    low: float | None
    high: float | None
    day: date
    posts_counted: int
    version: str
    groups: tuple[AccountParts, ...]


@dataclass(frozen=True, slots=True)
class AccountCard:
    """A linked account as its owner sees it among the settings."""

    account: LinkedAccount
    network: Network | None
    # Nobody has consented at the network: all that is known came in an archive, as of that day.
    from_archive: bool
    as_of: datetime | None
    # What to type again where the network has many servers; None: it can't be connected here.
    reconnects_with: str | None


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """All that the profile's template needs."""

    profile: Profile
    is_own: bool
    score: ScoreView | None
    chart: charts.Chart | None
    accounts: tuple[LinkedAccount, ...]
    networks: tuple[AccountShown, ...]
    topics: tuple[scoring.Topic, ...]
    best_posts: tuple[Post, ...]
    activity_days: int
    posts_lately: int
    collecting: tuple[LinkedAccount, ...]  # first collection under way; own page only

    @property
    def only_shown(self) -> bool:
        """There is something to see, and the networks' rules keep all of it out of the score."""
        read = [row for row in self.networks if row.account.refreshed_at]
        return bool(read) and not any(row.is_scored for row in read)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a perk may ask about a person. tenths None: no score yet; country "" if not told."""

    user_id: int
    tenths: int | None
    low_tenths: int | None
    country: str
    networks: frozenset[str]
    opted_out: bool


def profile_of(user: User) -> Profile | None:
    return Profile.objects.filter(user=user).first()


def profile_page(profile: Profile, *, is_own: bool, at: datetime) -> ProfilePage:
    user_id, today = profile.user_id, at.date()
    accounts = tuple(scoring.accounts_of(user_id))
    current = scoring.current_score(user_id)
    hidden = frozenset() if is_own else kept_private()
    shown = accounts_shown(accounts, is_own=is_own)
    archived = {row.account.pk: row.archived_at for row in shown}
    return ProfilePage(
        profile=profile,
        is_own=is_own,
        score=score_view(current, archived=archived, hidden=hidden) if current else None,
        chart=_chart(user_id, today),
        accounts=accounts,
        networks=shown,
        topics=tuple(scoring.topics(user_id, without=hidden)),
        best_posts=tuple(scoring.best_posts(user_id, without=hidden)),
        activity_days=ACTIVITY_DAYS,
        posts_lately=scoring.posts_between(
            user_id, since=at - timedelta(days=ACTIVITY_DAYS), until=at
        ),
        collecting=tuple(a for a in accounts if is_own and is_first_collection(a)),
    )


def account_cards(user_id: int) -> list[AccountCard]:
    newest = Reading.objects.filter(account=OuterRef("pk"), archive__isnull=False)
    rows = scoring.accounts_of(user_id).annotate(
        has_key=Exists(Credential.objects.filter(account=OuterRef("pk"))),
        archived_at=Subquery(newest.order_by("-taken_at").values("taken_at")[:1]),
    )
    return [_card(row) for row in rows]


def _card(account: Any) -> AccountCard:
    network = NETWORKS.get(account.network)
    typed = {"mastodon": account.host, "bluesky": account.handle}.get(account.network, "")
    return AccountCard(
        account=account,
        network=network,
        from_archive=not account.has_key and not account.is_demo,
        as_of=account.archived_at,
        reconnects_with=typed if network and offered(network) else None,
    )


def is_from_archive(account: LinkedAccount) -> bool:
    """Nobody has consented at the network, so there is nothing to read it with."""
    return not account.is_demo and not Credential.objects.filter(account=account).exists()


def is_first_collection(account: LinkedAccount) -> bool:
    """Nothing has been read yet, and nobody has to do anything about it."""
    return account.refreshed_at is None and account.next_refresh_at is not None


def score_view(
    day: ScoreDay,
    *,
    archived: Mapping[int, datetime | None] | None = None,
    hidden: Collection[str] = (),
) -> ScoreView:
    """`archived`: accounts of which all that is known came in an archive, and as of when.
    `hidden`: networks of which only the points may be shown to who looks."""
    return ScoreView(
        points=day.tenths / 10,
        whole=day.tenths // 10,
        tenth=day.tenths % 10,
        low=None if day.low_tenths is None else day.low_tenths / 10,
        high=None if day.high_tenths is None else day.high_tenths / 10,
        day=day.day,
        posts_counted=day.posts_counted,
        version=day.formula_version,
        groups=_groups(_told(day, hidden), archived or {}),
    )


def _told(day: ScoreDay, hidden: Collection[str]) -> list[dict[str, Any]]:
    """The parts as far as they may be shown, each with how many posts its account had."""
    rows = [{"posts": day.posts_counted, **row} for row in day.parts]
    veil = {"handle": "", "value": None, "hidden": True}
    return [row | veil if row["network"] in hidden else row for row in rows]


def _groups(
    rows: Iterable[dict[str, Any]], archived: Mapping[int, datetime | None]
) -> tuple[AccountParts, ...]:
    """Bars by account, in the order in which the accounts count."""
    by_account: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows:
        by_account.setdefault(row["account"], []).append(row)
    groups = [_group(rows, archived.get(pk or 0)) for pk, rows in by_account.items()]
    return tuple(sorted(groups, key=lambda group: (group.network is None, -group.points)))


def _group(rows: list[dict[str, Any]], archived_at: datetime | None) -> AccountParts:
    return AccountParts(
        network=NETWORKS.get(rows[0]["network"]),
        handle=rows[0]["handle"],
        points=sum(row["tenths"] for row in rows) / 10,
        alone=round(sum(row["raw"] for row in rows), 1),
        parts=tuple(_part(row, NETWORKS.get(row["network"])) for row in rows),
        archived_at=archived_at,
    )


def _part(row: dict[str, Any], network: Network | None) -> PartView:
    cap = CURVES[row["key"]].cap if row["key"] in CURVES else BASE_POINTS
    points = row["tenths"] / 10
    return PartView(
        key=row["key"],
        term=TERMS[row["key"]],
        points=points,
        cap=cap,
        percent=round(min(100.0, points / cap * 100), 1),
        value=row["value"],
        counted=_counted(row["key"], network),
        silence=_silence(row, network) if row["value"] is None else "",
    )


def _silence(row: dict[str, Any], network: Network | None) -> Words:
    """Not told is one thing, nothing there to tell of another."""
    if row.get("hidden"):
        return _("not shown: the network's rules")
    could_tell = network is None or row["key"] in network.capabilities
    if row["key"] != "followers" and could_tell and not row["posts"]:
        return _("no public posts to count")
    return _("not told by the network")


def _counted(key: str, network: Network | None) -> Words:
    """Stars, forks, boosts: each network has names of its own for the same things."""
    if network is None or network.key == "mastodon":  # whose words the formula speaks
        return TERMS[key].counted
    if key == "followers":
        return network.terms.followers
    if key == "responders":
        return _("different people who responded")
    what = str(getattr(network.terms, key, "") or "")
    form = _("%(what)s to %(post)s") if key == "replies" else _("%(what)s of %(post)s")
    names = {"what": what, "post": network.terms.typical}
    return form % names if what else TERMS[key].counted


def _chart(user_id: int, today: date) -> charts.Chart | None:
    history = scoring.score_history(user_id, until=today, days=HISTORY_DAYS)
    days = [charts.Day(h.day, h.tenths, h.low_tenths, h.high_tenths) for h in history]
    if not days:
        return None
    first = min(days[0].day, today - timedelta(days=NARROWEST_DAYS - 1))
    return charts.draw(days, first=first, last=today)


def standing(user: User) -> Standing:
    profile = profile_of(user)
    current = scoring.current_score(user.pk)
    return Standing(
        user_id=user.pk,
        tenths=current.tenths if current else None,
        low_tenths=current.low_tenths if current else None,
        country=str(profile.country) if profile else "",
        networks=frozenset(scoring.networks_of(user.pk)),
        opted_out=profile is None or profile.opted_out,
    )


def count_people(
    *, min_tenths: int, countries: Sequence[str] = (), networks: Sequence[str] = ()
) -> int:
    """How many people stand at or above a score now; an empty sequence asks for nothing."""
    newest = ScoreDay.objects.standing().filter(user_id=OuterRef("user_id")).order_by("-day")
    people = (
        Profile.objects.filter(opted_out_at__isnull=True, user__is_active=True)
        .annotate(tenths=Subquery(newest.values("tenths")[:1]))
        .filter(tenths__gte=min_tenths)
    )
    if countries:
        people = people.filter(country__in=countries)
    if networks:
        linked = LinkedAccount.objects.filter(user_id=OuterRef("user_id"), network__in=networks)
        people = people.filter(Exists(linked))
    return people.count()
