"""What a person's score was. Whoever may see the person's page may see these."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from profiles import access
from profiles.history import comparing, reads
from profiles.history.forms import CompareForm
from profiles.models import Profile
from profiles.selectors import profile_of
from profiles.shown import kept_private


@require_safe
def history(request: HttpRequest, handle: str) -> HttpResponse:
    profile = access.profile_or_404(request.user, handle)
    is_own = _is_own(request, profile)
    found = reads.history(
        profile.user_id,
        today=timezone.now().date(),
        span=_span(request.GET.get("days", "")),
        hidden=_hidden(is_own),
    )
    context = {"profile": profile, "is_own": is_own, "history": found, "spans": reads.SPANS}
    return render(request, "profiles/history.html", context)


@require_safe
def why(request: HttpRequest, handle: str, day: str) -> HttpResponse:
    profile = access.profile_or_404(request.user, handle)
    is_own = _is_own(request, profile)
    page = reads.day_page(
        profile.user_id,
        _day_or_404(day),
        today=timezone.now().date(),
        hidden=_hidden(is_own),
    )
    if page is None:
        raise Http404
    context = {"profile": profile, "is_own": is_own, "page": page}
    return render(request, "profiles/why.html", context)


@require_safe
def compare_with(request: HttpRequest, handle: str) -> HttpResponse:
    """Asks with whom, and leads there."""
    profile = access.profile_or_404(request.user, handle)
    asked = request.GET if "other" in request.GET else None
    form = CompareForm(asked, viewer=request.user, one=profile)
    if form.is_valid():
        return redirect("compare", profile.handle, form.cleaned_data["other"].handle)
    context = {
        "profile": profile,
        "is_own": _is_own(request, profile),
        "form": form,
        "mine": _mine(request, profile),
    }
    return render(request, "profiles/compare.html", context)


@require_safe
def compare(request: HttpRequest, handle: str, other: str) -> HttpResponse:
    one = access.profile_or_404(request.user, handle)
    two = access.profile_or_404(request.user, other)
    if one.pk == two.pk:
        raise Http404
    context = {
        "profile": one,
        "is_own": _is_own(request, one),
        "form": CompareForm(viewer=request.user, one=one),
        "compared": comparing.comparison(one, two, today=timezone.now().date()),
    }
    return render(request, "profiles/compare.html", context)


def _mine(request: HttpRequest, shown: Profile) -> Profile | None:
    """The viewer's own page, to compare the shown one with."""
    mine = profile_of(request.user) if request.user.is_authenticated else None
    return mine if mine != shown else None


def _is_own(request: HttpRequest, profile: Profile) -> bool:
    return bool(profile.user_id == request.user.pk)


def _hidden(is_own: bool) -> Collection[str]:
    return frozenset() if is_own else kept_private()


def _span(asked: str) -> int:
    """Any other number is the usual one."""
    return next((span for span in reads.SPANS if str(span) == asked), reads.USUAL)


def _day_or_404(text: str) -> date:
    """One address a day: 2026-11-22, and no other way to write it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if day.isoformat() != text:
        raise Http404
    return day
