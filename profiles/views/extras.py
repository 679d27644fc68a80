"""Pages beside the score: what if, moments, ties, and the six factors of influence."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from profiles import access
from profiles.extras import factors as factor_reads
from profiles.extras import moments as moment_reads
from profiles.extras import ties as tie_reads
from profiles.extras import what_if as trying
from profiles.extras.styles import style_of
from profiles.extras.subscores import subscores_of
from profiles.forms import WhatIfForm
from profiles.models import Profile
from profiles.shown import kept_private
from profiles.views.own import with_own_profile
from scoring import selectors as scoring


@require_safe
@with_own_profile
def what_if(request: HttpRequest, profile: Profile) -> HttpResponse:
    """A form that is sent by GET: nothing is stored, and an estimate has an address."""
    bench = trying.bench(profile.user_id)
    if bench is None:
        return render(request, "profiles/what_if.html", {"profile": profile})
    form = WhatIfForm(request.GET, sliders=bench.sliders)
    is_valid = form.is_valid()
    positions = form.positions
    context: dict[str, Any] = {
        "profile": profile,
        "form": form,
        "groups": bench.groups(positions, form.errors),
        "estimate": bench.estimate(positions) if is_valid else None,
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "profiles/what_if.html", context, status=status)


@require_safe
def moments(request: HttpRequest, handle: str) -> HttpResponse:
    """Of the last 90 days; `?all=1`: of all that is stored."""
    profile, is_own = _whose(request, handle)
    everything = request.GET.get("all") == "1"
    found = moment_reads.moments(profile, at=timezone.now(), is_own=is_own, everything=everything)
    context = {
        "profile": profile,
        "is_own": is_own,
        "moments": found,
        "days": moment_reads.DAYS,
        "everything": everything,
    }
    return render(request, "profiles/moments.html", context)


@require_safe
def ties(request: HttpRequest, handle: str) -> HttpResponse:
    profile, is_own = _whose(request, handle)
    context = {"profile": profile, "is_own": is_own, "ties": tie_reads.ties(profile)}
    return render(request, "profiles/ties.html", context | {"most": tie_reads.MOST})


@require_safe
def factors(request: HttpRequest, handle: str) -> HttpResponse:
    """With the sub-scores and the map of styles: all that is told beside the number."""
    profile, is_own = _whose(request, handle)
    at, hidden = timezone.now(), frozenset() if is_own else kept_private()
    context = {
        "profile": profile,
        "is_own": is_own,
        "factors": factor_reads.factors(profile, at=at, is_own=is_own),
        "subscores": subscores_of(
            profile.user_id,
            scoring.explained(profile.user_id),
            rows=scoring.signals_of(profile.user_id),
            accounts=scoring.accounts_of(profile.user_id),
            hidden=hidden,
        ),
        "style": style_of(profile.user_id, at, without=hidden),
    }
    return render(request, "profiles/factors.html", context)


def _whose(request: HttpRequest, handle: str) -> tuple[Profile, bool]:
    profile = access.profile_or_404(request.user, handle)
    return profile, profile.user_id == request.user.pk
