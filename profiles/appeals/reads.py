"""What somebody says is wrong: what they were shown then, and what is shown now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from profiles.models import Appeal
from scoring import selectors as scoring
from scoring.formula import Explained, Part
from scoring.models import LinkedAccount
from scoring.networks import NETWORKS
from scoring.wording import TERMS, Words


@dataclass(frozen=True, slots=True)
class Subject:
    """What an appeal is about. part "": the whole score.

    `shown` is what is stored with the appeal: plain numbers, and no name of an account, so that
    a disconnected one leaves none behind.
    """

    part: str
    account_number: int | None
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject in words, as it was on a day. None: there was nothing of the kind."""

    name: Words  # of the part; "" for the whole score
    network: Words
    day: date | None
    formula: str
    score: float | None
    low: float | None
    high: float | None
    points: float | None
    amount: float | None
    counted: Words
    told: bool
    limited: bool


def subject(user_id: int, *, part: str = "", account: int | None = None) -> Subject | None:
    """What the person sees at this moment; None where no such part is theirs."""
    explained = scoring.explained(user_id)
    if not part:
        return Subject("", None, _whole(user_id, explained))
    found = explained.part(account, part) if explained else None
    if explained is None or found is None:
        return None
    networks = dict(LinkedAccount.objects.filter(pk=account).values_list("pk", "network"))
    own = _of_part(found, networks.get(account or 0, ""))
    return Subject(part, account, _whole(user_id, explained) | own)


def _whole(user_id: int, explained: Explained | None) -> dict[str, Any]:
    now = scoring.current_score(user_id)
    if now is None or explained is None:
        return {}
    told = {"day": f"{now.day:%Y-%m-%d}", "formula": explained.version}
    if not explained.enough:
        return told
    tenths = {"score": explained.tenths, "low": explained.low, "high": explained.high}
    return told | {name: number / 10 for name, number in tenths.items()}


def _of_part(part: Part, network: str) -> dict[str, Any]:
    return {
        "network": network,
        "points": part.tenths / 10,
        "amount": None if part.amount is None else round(part.amount, 2),
        "told": part.told,
        "limited": part.limited,
    }


def in_words(part: str, shown: Mapping[str, Any]) -> Shown:
    """Of a stored snapshot, also of a part that later formulas no longer have."""
    term = TERMS.get(part)
    network = NETWORKS.get(shown.get("network", ""))
    return Shown(
        name=term.name if term else part,
        network=network.name if network else "",
        day=date.fromisoformat(shown["day"]) if "day" in shown else None,
        formula=shown.get("formula", ""),
        score=shown.get("score"),
        low=shown.get("low"),
        high=shown.get("high"),
        points=shown.get("points"),
        amount=shown.get("amount"),
        counted=term.counted if term else "",
        told=bool(shown.get("told", True)),
        limited=bool(shown.get("limited", False)),
    )


@dataclass(frozen=True, slots=True)
class AppealView:
    appeal: Appeal
    shown: Shown
    is_open: bool
    is_overdue: bool


def appeals_of(user_id: int, *, at: datetime) -> list[AppealView]:
    """Newest first."""
    return [view_of(row, at=at) for row in _of(user_id).order_by("-sent_at", "-pk")]


def view_of(appeal: Appeal, *, at: datetime) -> AppealView:
    is_open = appeal.outcome == Appeal.Outcome.OPEN
    return AppealView(
        appeal=appeal,
        shown=in_words(appeal.part, appeal.shown),
        is_open=is_open,
        is_overdue=is_open and appeal.due_at < at,
    )


def how_many(user_id: int) -> int:
    return _of(user_id).count()


def how_many_open(user_id: int) -> int:
    return _of(user_id).filter(outcome=Appeal.Outcome.OPEN).count()


def _of(user_id: int) -> QuerySet[Appeal]:
    return Appeal.objects.filter(user_id=user_id)
