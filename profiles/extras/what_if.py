"""What the score would be, were the counts other ones: an estimate by the same core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.translation import gettext_lazy as _

from scoring import selectors as scoring
from scoring.formula import Explained, explain, what_if
from scoring.formula.signals import FIELD, Row, amount_of
from scoring.models import LinkedAccount
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network
from scoring.wording import TERMS, Words

# A slider's positions lie evenly on log(1 + amount): as far from 1 to 10 as from 10 to 100.
STEPS: Final = 100
# The largest amount that can be tried; a term is flat from there on, or nobody has more.
MOST: Final[dict[str, float]] = {
    "followers": 100_000_000,
    "following": 1_000_000,
    "listed": 100_000,
    "responders": 100_000,
    "reposts": 1_000,
    "replies": 1_000,
    "reactions": 10_000,
    "h_index": 100,
}
PER_POST: Final = {"reposts", "replies", "reactions"}
LABELS: Final[dict[str, Words]] = {
    "followers": _("Followers"),
    "following": _("Accounts followed"),
    "listed": _("Lists, starter packs or stars"),
    "responders": _("Different people who respond"),
    "reposts": _("Reposts of a typical post"),
    "replies": _("Replies to a typical post"),
    "reactions": _("Likes of a typical post"),
    "h_index": _("Steady: so many posts with as many responses each"),
}


@dataclass(frozen=True, slots=True)
class Slider:
    """One signal of one account that its network tells."""

    name: str
    account: int
    signal: str
    own: float  # the amount as it is
    own_position: int

    def amount(self, position: int) -> float:
        """At its own place, exactly what the person has; else a round number."""
        if position == self.own_position:
            return self.own
        return _rounded(self.signal, amount_at(self.signal, position))


@dataclass(frozen=True, slots=True)
class Placed:
    """A slider where it was put. `error`: why it can't be there."""

    slider: Slider
    label: Words
    position: int
    amount: float
    error: str

    @property
    def is_moved(self) -> bool:
        return self.position != self.slider.own_position

    @property
    def is_per_post(self) -> bool:
        """An amount of which tenths matter."""
        return self.slider.signal in PER_POST


@dataclass(frozen=True, slots=True)
class Group:
    """The sliders of one account."""

    network: Network | None
    handle: str
    sliders: tuple[Placed, ...]

    @property
    def is_touched(self) -> bool:
        return any(placed.is_moved or placed.error for placed in self.sliders)


@dataclass(frozen=True, slots=True)
class Moved:
    """A bar that changes. In points."""

    network: Network | None
    handle: str
    name: Words
    before: float
    after: float

    @property
    def difference(self) -> float:
        return round(self.after - self.before, 1)


@dataclass(frozen=True, slots=True)
class Estimate:
    points: float
    low: float
    high: float
    before: float
    moved: tuple[Moved, ...]

    @property
    def difference(self) -> float:
        return round(self.points - self.before, 1)

    @property
    def less(self) -> float:
        return -self.difference


@dataclass(frozen=True, slots=True)
class Bench:
    """The person's own rows, and what can be tried on them."""

    rows: Mapping[int, Row]
    accounts: Mapping[int, LinkedAccount]
    sliders: tuple[Slider, ...]
    version: str
    day: int

    def estimate(self, positions: Mapping[str, int]) -> Estimate:
        """`positions`: 0 to STEPS by a slider's name; those not named stay as they are."""
        changed: dict[int, dict[str, float]] = {}
        for slider in self.sliders:
            position = positions.get(slider.name, slider.own_position)
            if position != slider.own_position:
                changed.setdefault(slider.account, {})[slider.signal] = slider.amount(position)
        rows = {key: what_if(row, changed.get(key, {})) for key, row in self.rows.items()}
        before, after = self._explained(self.rows), self._explained(rows)
        return Estimate(
            points=after.tenths / 10,
            low=after.low / 10,
            high=after.high / 10,
            before=before.tenths / 10,
            moved=self._moved(before, after),
        )

    def groups(
        self, positions: Mapping[str, int], errors: Mapping[str, Sequence[str]]
    ) -> tuple[Group, ...]:
        """The sliders to be drawn, by account."""
        placed: dict[int, list[Placed]] = {}
        for slider in self.sliders:
            position = positions.get(slider.name, slider.own_position)
            error = "".join(map(str, errors.get(slider.name, ())))
            amount = slider.amount(position)
            one = Placed(slider, LABELS[slider.signal], position, amount, error)
            placed.setdefault(slider.account, []).append(one)
        return tuple(
            Group(
                NETWORKS.get(self.accounts[account].network),
                self.accounts[account].handle,
                tuple(sliders),
            )
            for account, sliders in placed.items()
        )

    def _explained(self, rows: Mapping[int, Row]) -> Explained:
        return explain(rows, version=self.version, day=self.day)

    def _moved(self, before: Explained, after: Explained) -> tuple[Moved, ...]:
        found = []
        for old, new in zip(before.parts, after.parts, strict=True):
            account = self.accounts.get(new.account or 0)
            if old.tenths != new.tenths and account is not None:
                network, name = NETWORKS.get(account.network), TERMS[new.key].name
                points = (old.tenths / 10, new.tenths / 10)
                found.append(Moved(network, account.handle, name, *points))
        return tuple(sorted(found, key=lambda moved: -abs(moved.difference)))


def bench(user_id: int) -> Bench | None:
    """None where there is no score to start from."""
    current = scoring.current_score(user_id)
    rows = scoring.signals_of(user_id)
    if current is None or current.tenths is None or not rows:
        return None
    accounts = LinkedAccount.objects.filter(user=user_id).in_bulk()
    return Bench(
        rows=rows,
        accounts=accounts,
        sliders=tuple(
            slider
            for account, row in rows.items()
            for signal in MOST
            if (slider := _slider(account, signal, row)) is not None
        ),
        version=str(current.formula),
        day=scoring.days_since_1970(current.day),
    )


def amount_at(signal: str, position: int) -> float:
    return float(np.expm1(np.log1p(MOST[signal]) * position / STEPS))


def position_of(signal: str, amount: float) -> int:
    """The nearest; what is more than can be tried stands at the end."""
    return min(STEPS, round(STEPS * float(np.log1p(amount) / np.log1p(MOST[signal]))))


def _slider(account: int, signal: str, row: Row) -> Slider | None:
    x = float(row[FIELD[signal]])
    if np.isnan(x):
        return None
    own = amount_of(signal, x)
    return Slider(f"{signal}-{account}", account, signal, own, position_of(signal, own))


def _rounded(signal: str, amount: float) -> float:
    """Two digits say enough of an estimate; whole people, tenths of responses to a post."""
    if amount < 10:
        return round(amount, 1) if signal in PER_POST else float(round(amount))
    return float(f"{amount:.2g}")
