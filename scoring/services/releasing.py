"""A version of the formula becomes the one that counts: announced first, never by surprise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Mod
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from scoring.formula import load, score, unpack, versions
from scoring.models import AccountSignals, CurrentScore, FormulaRelease
from scoring.networks import barred
from scoring.selectors import days_since_1970, releases

# Above this many, every second, third ... person stands for the others.
MOST_COMPARED: Final = 200_000
ACCOUNTS_AT_ONCE: Final = 20_000
# Between the bars of the picture, in points.
EDGES: Final = (-20, -10, -5, -2, -0.5, 0.5, 2, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Plan:
    """What staff decide about a release."""

    version: int
    announced_on: date
    effective_on: date
    side_by_side_until: date
    notes: str


def check_plan(plan: Plan, *, release: FormulaRelease | None, today: date) -> None:
    """Raises ValidationError, by field. `release`: what is changed; None for a new one."""
    wrong: dict[str, str] = {}
    if release is None or release.announced_on > today:
        wrong = _wrong_version(plan, release) | _wrong_dates(plan, today)
    else:
        wrong = _wrong_change(plan, release, today)
    if plan.side_by_side_until < plan.effective_on:
        wrong["side_by_side_until"] = _("Both are shown at least until the new one counts.")
    if wrong:
        raise ValidationError(wrong)


def _wrong_version(plan: Plan, release: FormulaRelease | None) -> dict[str, str]:
    if str(plan.version) not in versions():
        there = ", ".join(versions())
        return {"version": _("There is no such version. There are: %(there)s.") % {"there": there}}
    others = FormulaRelease.objects.order_by("-version")
    newest = (others.exclude(pk=release.pk) if release else others).first()
    if newest and plan.version <= newest.version:
        words = _("Formula %(newest)d is announced already: only a newer one can follow it.")
        return {"version": words % {"newest": newest.version}}
    if newest and plan.effective_on < newest.effective_on:
        words = _("Formula %(newest)d counts from %(day)s: this one can only follow it.")
        told = {"newest": newest.version, "day": newest.effective_on}
        return {"effective_on": words % told}
    return {}


def _wrong_dates(plan: Plan, today: date) -> dict[str, str]:
    if plan.announced_on < today:
        return {"announced_on": _("Today at the earliest: nobody can be told in the past.")}
    days = settings.FORMULA_NOTICE_DAYS
    if plan.effective_on < plan.announced_on + timedelta(days=days):
        words = _("People are told %(days)d days before it counts.")
        return {"effective_on": words % {"days": days}}
    return {}


def _wrong_change(plan: Plan, release: FormulaRelease, today: date) -> dict[str, str]:
    """People have read of it: it may come later, never sooner, and not at all any more once it
    counts."""
    wrong = {}
    if (plan.version, plan.announced_on) != (release.version, release.announced_on):
        wrong["version"] = _("It is announced: version and day of that can't change any more.")
    if release.effective_on <= today and plan.effective_on != release.effective_on:
        wrong["effective_on"] = _("It counts already: this day can't change any more.")
    elif plan.effective_on < release.effective_on:
        wrong["effective_on"] = _("People were told a later day: it can only move further away.")
    return wrong


@transaction.atomic
def announce(plan: Plan, *, today: date) -> FormulaRelease:
    """Raises ValidationError. On `announced_on` everybody begins to see both scores."""
    check_plan(plan, release=None, today=today)
    return FormulaRelease.objects.create(**_columns(plan))


@transaction.atomic
def amend(release_id: int, plan: Plan, *, today: date) -> FormulaRelease:
    """Raises ValidationError: what people have been told is not taken back."""
    release = FormulaRelease.objects.select_for_update().get(pk=release_id)
    check_plan(plan, release=release, today=today)
    for name, value in _columns(plan).items():
        setattr(release, name, value)
    release.save(update_fields=list(_columns(plan)))
    return release


def withdraw(release_id: int, *, today: date) -> bool:
    """False where people have been told already."""
    return bool(FormulaRelease.objects.filter(pk=release_id, announced_on__gt=today).delete()[0])


def note_mailed(release: FormulaRelease, *, at: datetime) -> None:
    FormulaRelease.objects.filter(pk=release.pk, mailed_at=None).update(mailed_at=at)


def _columns(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.__slots__}


def note_deltas(release: FormulaRelease, *, at: datetime) -> None:
    """Scores people by both formulas and keeps how many move by how much: no names, no ids."""
    older = releases.version_before(release)
    if older is None:
        return
    people = CurrentScore.objects.count()
    one_of = max(1, -(-people // MOST_COMPARED))
    day = days_since_1970(at.date())
    before, after = load(older), load(str(release.version))
    found = [
        (score(who, rows, before, day=day).tenths, score(who, rows, after, day=day).tenths)
        for who, rows in _signals(one_of)
    ]
    if found:
        old, new = (np.concatenate(tenths).astype(np.int64) for tenths in zip(*found, strict=True))
        release.deltas = _summed_up(old, new) | {"one_of": one_of, "day": f"{at:%Y-%m-%d}"}
        release.save(update_fields=["deltas"])


def _signals(one_of: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Some thousand accounts at a time, all of a person's together."""
    rows = AccountSignals.objects.exclude(network__in=barred()).order_by("user_id", "account_id")
    if one_of > 1:
        rows = rows.annotate(rest=Mod("user_id", Value(one_of))).filter(rest=0)
    held: list[tuple[int, bytes]] = []
    for user_id, packed in rows.values_list("user_id", "packed").iterator(ACCOUNTS_AT_ONCE):
        if len(held) >= ACCOUNTS_AT_ONCE and held[-1][0] != user_id:
            yield _table(held)
            held = []
        held.append((user_id, bytes(packed)))
    if held:
        yield _table(held)


def _table(held: list[tuple[int, bytes]]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    return np.array([who for who, _packed in held], np.int64), unpack(row for _who, row in held)


def _summed_up(old: NDArray[np.int64], new: NDArray[np.int64]) -> dict[str, Any]:
    """0 tenths: too few posts for a number."""
    both = (old > 0) & (new > 0)
    points = (new - old)[both] / 10
    # A person who moves by an edge exactly stands on its side of smaller differences.
    down = np.searchsorted(EDGES, points, side="left")
    up = np.searchsorted(EDGES, points, side="right")
    counts = np.bincount(np.where(points > 0, down, up), minlength=len(EDGES) + 1)
    return {
        "people": int(both.sum()),
        "edges": list(EDGES),
        "counts": [int(count) for count in counts],
        "median": round(float(np.median(points)), 1) if both.any() else 0.0,
        "gained": int(((old == 0) & (new > 0)).sum()),
        "lost": int(((old > 0) & (new == 0)).sum()),
    }
