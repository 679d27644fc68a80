"""The bars of a sum, as pages draw them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from profiles.selectors.saying import number
from scoring.networks.declaring import Network, Words
from scoring.wording import Term


@dataclass(frozen=True, slots=True)
class PartView:
    """One bar: `points` of at most `cap`. All bars of a score add up to the score.

    alone, cap: what the term would bring, and what it can bring at most, to somebody with this
    account only. typical: the points that it would bring here to a peer
    (profiles/selectors/peers.py); None: there is none to compare with.
    """

    key: str
    term: Term
    points: float
    cap: float
    alone: float
    percent: float  # of alone in the cap, for the bar's length
    value: float | None  # None: see `silence`
    said: str  # the value as one writes it
    counted: Words  # what the value is, in the network's own words
    told: bool = True
    silence: Words = ""  # why there is no value
    note: Words = ""  # what else to know of the value
    typical: float | None = None
    typical_value: float | None = None
    typical_percent: float | None = None  # where its mark stands on the bar
    has_evidence: bool = False

    @property
    def typical_said(self) -> str:
        return number(self.typical_value or 0.0)


@dataclass(frozen=True, slots=True)
class AccountParts:
    """What one account brought; network None for what everybody has."""

    network: Network | None
    handle: str
    points: float
    alone: float  # what it would bring as the only account
    parts: tuple[PartView, ...]
    account: int | None = None
    archived_at: datetime | None = None  # what is counted came in an archive, as of then

    @property
    def is_beside_others(self) -> bool:
        """It brings less than it would alone."""
        # Rounding moves a sum by a tenth for each part: no need to be exact.
        return self.network is not None and self.points < 0.9 * self.alone
