"""A score as the sum that it is: bars by account, in points that add up to what is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import exp, isclose
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from profiles.selectors.bars import AccountParts, PartView
from profiles.selectors.peers import Typical, typical
from profiles.selectors.reasons import Reason, helps, limits
from profiles.selectors.saying import counted, number
from profiles.shown import AccountShown
from scoring.formula import Explained, Part, load
from scoring.formula.constants import Constants
from scoring.formula.signals import FIELD, PER_POST, RESPONDERS_UNIT, Row, amount_of
from scoring.models import LinkedAccount
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network, Words
from scoring.wording import TERMS

OF_POSTS: Final = {*PER_POST, "h_index"}
ODDS_FOR: Final = 10  # points


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
    groups: tuple[AccountParts, ...]  # empty: a stored score of which nothing else is kept yet
    helps: tuple[Reason, ...] = ()
    limits: tuple[Reason, ...] = ()
    odds: float | None = None  # of being picked, for ODDS_FOR more points; None: not fitted
    explained: Explained | None = field(default=None, repr=False, compare=False)
    rows: Mapping[int, Row] = field(default_factory=dict, repr=False, compare=False)

    @property
    def has_peers(self) -> bool:
        return any(part.typical is not None for group in self.groups for part in group.parts)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a bar is read from."""

    explained: Explained
    constants: Constants
    rows: Mapping[int, Row]
    typical: Mapping[tuple[int, str], Typical]
    accounts: Mapping[int, LinkedAccount]
    shown: Mapping[int, AccountShown]
    hidden: Collection[str]

    @property
    def slope(self) -> float:
        """Points for each unit of S."""
        s, points = self.constants.points[-1]
        return (points - 1.0) / s

    def archived_at(self, account: int) -> datetime | None:
        return self.shown[account].archived_at if account in self.shown else None

    def told(self, account: int, signal: str, amount: float) -> float:
        """A count as the network told it, where the signals are of the same reading."""
        exact = getattr(self.shown.get(account), signal, None)
        return exact if exact is not None and isclose(exact, amount, rel_tol=1e-4) else amount

    def weight(self, account: int) -> float:
        """Points that each unit of S of an account brings to this person's score."""
        strength = self.explained.strength.get(account, 0.0)
        if not strength:
            return 0.0
        return (self.explained.tenths / 10 - 1.0) * self.explained.share[account] / strength


def score_view(
    explained: Explained,
    day: date,
    accounts: Iterable[LinkedAccount],
    *,
    shown: Iterable[AccountShown] = (),
    hidden: Collection[str] = (),
    rows: Mapping[int, Row] | None = None,
) -> ScoreView:
    """`shown`: what was told of the accounts; without it counts are as exact as the signals are.
    `hidden`: networks of which only the points may be shown to who looks.
    `rows`: the signals that were explained; without them nothing is compared with peers.
    """
    constants = load(explained.version)
    read = Reading(
        explained=explained,
        constants=constants,
        rows=rows or {},
        typical=typical(rows or {}, constants),
        accounts={account.pk: account for account in accounts},
        shown={row.account.pk: row for row in shown},
        hidden=hidden,
    )
    groups = _groups(read)
    return ScoreView(
        points=explained.tenths / 10,
        whole=explained.tenths // 10,
        tenth=explained.tenths % 10,
        low=explained.low / 10 if explained.enough else None,
        high=explained.high / 10 if explained.enough else None,
        day=day,
        posts_counted=explained.posts,
        version=explained.version,
        groups=groups,
        helps=tuple(helps(groups)),
        limits=tuple(limits(groups)),
        odds=exp(ODDS_FOR / read.slope) if constants.source.get("pairs") else None,
        explained=explained,
        rows=rows or {},
    )


def _groups(read: Reading) -> tuple[AccountParts, ...]:
    """Bars by account, in the order in which the accounts count."""
    by_account: dict[int | None, list[Part]] = {}
    for part in read.explained.parts:
        by_account.setdefault(part.account, []).append(part)
    groups = [_group(pk, parts, read) for pk, parts in by_account.items()]
    return tuple(sorted(groups, key=lambda group: (group.network is None, -group.points)))


def _group(pk: int | None, parts: list[Part], read: Reading) -> AccountParts:
    account = read.accounts.get(pk or 0)
    network = NETWORKS.get(account.network) if account else None
    is_hidden = account is not None and account.network in read.hidden
    return AccountParts(
        network=network,
        handle=account.handle if account and not is_hidden else "",
        points=sum(part.tenths for part in parts) / 10,
        alone=round(sum(part.alone for part in parts), 1),
        parts=tuple(_part(part, network, read, is_hidden=is_hidden) for part in parts),
        account=pk if account and not is_hidden else None,
        archived_at=read.archived_at(pk or 0),
    )


def _part(part: Part, network: Network | None, read: Reading, *, is_hidden: bool) -> PartView:
    points = part.tenths / 10
    if part.account is None:
        words = TERMS[part.key].counted
        return PartView(part.key, TERMS[part.key], points, points, points, 100.0, None, "", words)
    cap = part.cap * read.slope
    peer = None if is_hidden else read.typical.get((part.account, part.key))
    value = None if is_hidden else _value(part, read)
    return PartView(
        key=part.key,
        term=TERMS[part.key],
        points=points,
        cap=round(cap, 1),
        alone=round(part.alone, 1),
        percent=round(min(100.0, part.alone / cap * 100), 1) if cap else 0.0,
        value=value,
        said="" if value is None else number(value),
        counted=counted(part.key, network),
        told=part.told,
        silence=_silence(part, read, is_hidden=is_hidden),
        note="" if is_hidden else _note(part, read),
        typical=peer.value * read.weight(part.account) if peer else None,
        typical_value=peer.amount if peer else None,
        typical_percent=round(min(99.5, peer.value / part.cap * 100), 1) if peer else None,
        has_evidence=not is_hidden,
    )


def _value(part: Part, read: Reading) -> float | None:
    if part.amount is None or part.account is None or not part.told or part.limited:
        return part.amount
    return read.told(part.account, _signal(part, read), part.amount)


def _silence(part: Part, read: Reading, *, is_hidden: bool) -> Words:
    if is_hidden:
        return _("not shown: the network's rules")
    return _untold(part, read) if part.amount is None else ""


def _note(part: Part, read: Reading) -> Words:
    row = read.rows.get(part.account or 0)
    if part.amount is None:
        return ""
    if not part.told:
        return _untold(part, read)
    return _limited(part, row, read) if part.limited and row is not None else ""


def _untold(part: Part, read: Reading) -> Words:
    row = read.rows.get(part.account or 0)
    if not read.constants.guesses:
        return _("not told by the network")
    if row is not None and not row[FIELD["posts"]] and _signal(part, read) in OF_POSTS:
        return _("no public posts to count: counted as is typical")
    return _("not told by the network: counted as is typical for what it tells")


def _limited(part: Part, row: Row, read: Reading) -> Words:
    """Of 61,000 followers 599 count."""
    signal = _signal(part, read)
    most = read.constants.followers_per_response
    if signal == "listed":
        most = read.constants.lists_per_response
    x = float(row[FIELD[signal]])
    if most is None or np.isnan(x):
        return ""
    network = NETWORKS.get(read.accounts[part.account or 0].network)
    words = {
        "all": number(read.told(part.account or 0, signal, amount_of(signal, x))),
        "counted": counted(part.key, network),
        "each": number(most / RESPONDERS_UNIT),
    }
    return _("of %(all)s %(counted)s: %(each)s count for each person who responds") % words


def _signal(part: Part, read: Reading) -> str:
    return read.constants.term(part.key).signal
