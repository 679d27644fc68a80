"""Why a score is as high as it is, and why it is not higher: reasons in order, in points.

What holds it up are the terms that bring most, of those that a network told. Why it is not higher:
first the terms that bring well less than they would to a typical peer (peers.py), by how many
points; then those with most room to the most that they can bring. What is guessed is in neither
list, for nobody did anything about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from profiles.selectors.bars import AccountParts, PartView
from profiles.selectors.saying import number, points
from scoring.networks.declaring import Words

SHOWN: Final = 3
LEAST: Final = 0.05  # what rounds to no tenth of a point is no reason
WELL_BELOW: Final = 0.3  # points; what is guessed is not known more exactly


@dataclass(frozen=True, slots=True)
class Reason:
    """points: brought (`helps`), or missing (`limits`)."""

    key: str
    name: Words
    points: float
    words: str
    account: int | None
    where: str  # the network's name where there are several accounts, else ""


def helps(groups: Sequence[AccountParts]) -> list[Reason]:
    """At most SHOWN, the most points first."""
    found = [
        _reason(group, part, part.points, _above(part), groups)
        for group, part in _told(groups)
        if part.points > LEAST
    ]
    return sorted(found, key=lambda reason: -reason.points)[:SHOWN]


def limits(groups: Sequence[AccountParts]) -> list[Reason]:
    """At most SHOWN, each term once: what is well below typical, then room, largest gaps first."""
    below, room = [], []
    for group, part in _told(groups):
        missing = (part.typical or 0.0) - part.points
        left = _left(group, part)
        if missing > WELL_BELOW:
            below.append(_reason(group, part, missing, _below(part), groups))
        elif left > LEAST:
            room.append(_reason(group, part, left, _room(part), groups))
    ordered: dict[str, Reason] = {}
    for reason in (*sorted(below, key=_most), *sorted(room, key=_most)):
        ordered.setdefault(reason.key, reason)
    return list(ordered.values())[:SHOWN]


def _left(group: AccountParts, part: PartView) -> float:
    """Points to the most that the term can bring, as the account counts beside the others.

    Under an archive's cap there are none.
    """
    if group.archived_at is not None or not group.alone:
        return 0.0
    return (part.cap - part.alone) * group.points / group.alone


def _most(reason: Reason) -> float:
    return -reason.points


def _told(groups: Sequence[AccountParts]) -> Iterator[tuple[AccountParts, PartView]]:
    for group in groups:
        for part in group.parts:
            if part.told and part.value is not None:
                yield group, part


def _reason(
    group: AccountParts, part: PartView, size: float, words: str, groups: Sequence[AccountParts]
) -> Reason:
    several = sum(other.network is not None for other in groups) > 1
    return Reason(
        key=part.key,
        name=part.term.name,
        points=round(size, 1),
        words=words,
        account=group.account,
        where=str(group.network.name) if several and group.network else "",
    )


def _above(part: PartView) -> str:
    words = _words(part)
    if part.typical is None or abs(part.points - part.typical) < LEAST:
        return _("%(amount)s %(counted)s.") % words
    if part.points > part.typical:
        return _("%(amount)s %(counted)s: %(more)s points more than others of this size.") % words
    return _("%(amount)s %(counted)s: %(less)s points less than others of this size.") % words


def _below(part: PartView) -> str:
    return _("%(amount)s %(counted)s, where others of this size have %(typical)s.") % _words(part)


def _room(part: PartView) -> str:
    words = _("%(amount)s %(counted)s, which alone bring %(alone)s of the %(cap)s points possible.")
    return words % _words(part)


def _words(part: PartView) -> dict[str, object]:
    gap = 0.0 if part.typical is None else part.points - part.typical
    return {
        "amount": part.said,
        "counted": part.counted,
        "more": points(gap),
        "less": points(-gap),
        "typical": number(part.typical_value or 0.0),
        "alone": points(part.alone),
        "cap": points(part.cap),
    }
