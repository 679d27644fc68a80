"""Which versions of the formula were announced, count, and are shown side by side."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from scoring.formula import load
from scoring.formula.constants import Constants, versions
from scoring.models import FormulaRelease, RescoreRun


def announced(day: date) -> list[FormulaRelease]:
    """All that people have been told of by that day, newest first."""
    return list(FormulaRelease.objects.filter(announced_on__lte=day))


def side_by_side(day: date) -> FormulaRelease | None:
    """The release whose score stands beside the one before on that day.

    One that was announced, counted and was over within a day has nothing to compare.
    """
    open_ones = FormulaRelease.objects.filter(
        announced_on__lte=day,
        side_by_side_until__gte=day,
        side_by_side_until__gt=F("announced_on"),
    )
    return open_ones.order_by("effective_on", "version").last()


def version_before(release: FormulaRelease) -> str | None:
    """The version that counts until this one does; None of the first."""
    older = FormulaRelease.objects.filter(version__lt=release.version)
    found = older.values_list("version", flat=True).first()
    return None if found is None else str(found)


def constants_of(release: FormulaRelease) -> Constants | None:
    """None where the file of an old version has been taken away."""
    return load(str(release.version)) if str(release.version) in versions() else None


def awaits_rescoring(day: date) -> FormulaRelease | None:
    """The release that counts on that day, where nobody has brought everybody over to it yet."""
    release = FormulaRelease.objects.filter(effective_on__lte=day).first()
    if release is None or version_before(release) is None:
        return None
    done = RescoreRun.objects.filter(
        formula=release.version, day__gte=release.effective_on, finished_at__isnull=False
    )
    return None if done.exists() else release
