"""The difference of two stored days taken apart: connection, data by account and term, formula."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from profiles.history import sentences
from profiles.history.deltas import is_within
from profiles.history.events import network_name
from scoring import selectors as scoring
from scoring.formula import Change, Part, change
from scoring.formula.signals import Row
from scoring.models import LinkedAccount, SignalsDay
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network
from scoring.selectors import Day
from scoring.wording import TERMS, Term

IN_A_LINE: Final = 2  # reasons that a line names; the rest of them is one sum
WEEK: Final = 7  # days that are called by their weekday


@dataclass(frozen=True, slots=True)
class Reason:
    tenths: int
    words: str

    @property
    def points(self) -> float:
        return self.tenths / 10


@dataclass(frozen=True, slots=True)
class PartChange:
    """`before` and `after`: what was counted; both "" where it is not to be shown."""

    term: Term
    tenths: int
    words: str
    before: str = ""
    after: str = ""

    @property
    def points(self) -> float:
        return self.tenths / 10


@dataclass(frozen=True, slots=True)
class AccountChange:
    network: Network | None
    name: str
    handle: str  # "" of accounts that are gone or not to be shown
    is_hidden: bool
    parts: tuple[PartChange, ...]

    @property
    def points(self) -> float:
        return sum(part.tenths for part in self.parts) / 10


@dataclass(frozen=True, slots=True)
class Why:
    """`kept` False: the signals of one of the days are gone, and only the difference is known.

    Else `connection`, `formula`, `rounding` (None where nothing of the kind happened) and
    `accounts` add up to `tenths` exactly.
    """

    before: Day
    after: Day
    kept: bool
    connection: Reason | None = None
    formula: Reason | None = None
    rounding: Reason | None = None
    accounts: tuple[AccountChange, ...] = ()

    @property
    def tenths(self) -> int:
        return self.after.tenths - self.before.tenths

    @property
    def points(self) -> float:
        return self.tenths / 10

    @property
    def is_within(self) -> bool:
        return is_within(self.before, self.after)

    @property
    def data(self) -> float:
        return sum(part.tenths for account in self.accounts for part in account.parts) / 10

    @property
    def since_weekday(self) -> bool:
        return (self.after.day - self.before.day).days < WEEK

    @property
    def day(self) -> date:
        return self.after.day

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The largest first."""
        whole = (self.connection, self.formula, self.rounding)
        parts = [Reason(p.tenths, p.words) for account in self.accounts for p in account.parts]
        found = [*(reason for reason in whole if reason), *parts]
        return tuple(sorted(found, key=lambda reason: -abs(reason.tenths)))

    @property
    def in_a_line(self) -> tuple[Reason, ...]:
        first, rest = self.reasons[:IN_A_LINE], self.reasons[IN_A_LINE:]
        if len(rest) < 2:
            return self.reasons
        return (*first, Reason(sum(reason.tenths for reason in rest), _("the rest")))


def why(user_id: int, before: Day, after: Day, *, hidden: Collection[str] = ()) -> Why:
    """`hidden`: networks of which only the points may be shown to who looks."""
    old, new = scoring.signals_on(user_id, before.day), scoring.signals_on(user_id, after.day)
    unknown = Why(before, after, kept=False)
    if not old or not new:
        return unknown
    found = _change(old, new, before, after)
    if (found.before, found.after) != (before.tenths, after.tenths):
        return unknown  # what is kept is not (all of) what those days were computed from
    names = _Names(user_id, old.keys() | new.keys(), hidden)
    accounts = _accounts(found, names)
    rest = found.data - sum(found.by_part.values())
    return Why(
        before,
        after,
        kept=True,
        connection=_connection(found, names),
        formula=_formula(found, before, after),
        rounding=Reason(rest, _("rounded, so that the parts add up")) if rest else None,
        accounts=accounts,
    )


class _Names:
    """What the accounts of two days are called; those that are gone by their network alone."""

    def __init__(self, user_id: int, numbers: Collection[int], hidden: Collection[str]) -> None:
        living = LinkedAccount.objects.filter(user_id=user_id, pk__in=numbers)
        told = living.values_list("pk", "network", "handle")
        self.living = {number: (key, handle) for number, key, handle in told}
        gone = set(numbers) - self.living.keys()
        self.gone = _networks_of(user_id, gone) if gone else {}
        self.hidden = hidden

    def of(self, number: int) -> AccountChange:
        key, handle = self.living.get(number) or (self.gone.get(number, ""), "")
        is_hidden = key in self.hidden
        shown = "" if is_hidden else handle
        return AccountChange(NETWORKS.get(key), network_name(key), shown, is_hidden, ())


def _networks_of(user_id: int, numbers: Collection[int]) -> dict[int, str]:
    rows = SignalsDay.objects.filter(user_id=user_id, account_number__in=numbers)
    newest = rows.order_by("account_number", "-day").distinct("account_number")
    return dict(newest.values_list("account_number", "network"))


def _change(old: Mapping[int, Row], new: Mapping[int, Row], before: Day, after: Day) -> Change:
    return change(
        old,
        new,
        versions=(before.formula, after.formula),
        days=(scoring.days_since_1970(before.day), scoring.days_since_1970(after.day)),
    )


def _accounts(found: Change, names: _Names) -> tuple[AccountChange, ...]:
    """Accounts with the largest changes first, and so their parts."""
    parts: dict[int, list[PartChange]] = {}
    alone = len(found.counted.strength) < 2
    for (number, key), tenths in found.by_part.items():
        account, after = names.of(number), found.counted.part(number, key)
        if after is not None:
            part = _part(found.joined.part(number, key), after, tenths, account, alone=alone)
            parts.setdefault(number, []).append(part)
    changed = [
        replace(names.of(number), parts=tuple(sorted(some, key=lambda p: -abs(p.tenths))))
        for number, some in parts.items()
    ]
    return tuple(sorted(changed, key=lambda account: -abs(account.points)))


def _part(
    before: Part | None, after: Part, tenths: int, account: AccountChange, *, alone: bool
) -> PartChange:
    term = TERMS[after.key]
    if account.is_hidden:
        words = _("%(term)s on %(network)s") % {"term": term.name, "network": account.name}
        return PartChange(term, tenths, words)
    words = sentences.of_part(before, after, tenths, network=account.name, alone=alone)
    return PartChange(term, tenths, words, sentences.amount(before), sentences.amount(after))


def _connection(found: Change, names: _Names) -> Reason | None:
    came, gone = (
        [names.of(number).name for number in some] for some in (found.connected, found.gone)
    )
    if not came and not gone:
        return None
    return Reason(found.connection, sentences.of_connection(came, gone))


def _formula(found: Change, before: Day, after: Day) -> Reason | None:
    if before.formula == after.formula:
        return None
    words = _("formula %(new)s counts instead of formula %(old)s")
    return Reason(found.formula, words % {"new": after.formula, "old": before.formula})
