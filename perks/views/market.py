"""What there is to have, and having it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perks import access, selectors, services
from perks.models import Perk


@require_safe
def perks(request: HttpRequest) -> HttpResponse:
    market = selectors.market(request.user, at=timezone.now())
    return render(request, "perks/perks.html", {"market": market})


@require_safe
def perk(request: HttpRequest, pk: int) -> HttpResponse:
    return _perk_page(request, access.perk_or_404(request.user, pk))


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the code; or says in words why there is none, with 403 or 409."""
    perk = access.perk_or_404(request.user, pk)
    if not request.user.is_authenticated:
        return redirect_to_login(perk.get_absolute_url())
    try:
        claimed = services.claim_perk(user=request.user, perk_id=pk, at=timezone.now())
    except services.ClaimRefused as refusal:
        return _refused(request, pk, refusal)
    if claimed.is_new:
        messages.success(request, _("It is yours. Your code is kept under “My perks” too."))
    return redirect(perk)


def _refused(request: HttpRequest, pk: int, refusal: services.ClaimRefused) -> HttpResponse:
    """409 where nobody can have it now, 403 where this person can't."""
    perk = access.perk_or_404(request.user, pk)  # as it stands by now
    late = isinstance(refusal, services.SoldOut)
    personal = isinstance(refusal, services.NotEligible) and not refusal.verdict.closed
    words = {"refused": True, "too_late": late}
    return _perk_page(request, perk, words, status=403 if personal else 409)


def _perk_page(
    request: HttpRequest, perk: Perk, words: dict[str, bool] | None = None, *, status: int = 200
) -> HttpResponse:
    (card,) = selectors.cards_for(request.user, [perk], at=timezone.now())
    context = {"card": card, "perk": perk} | (words or {})
    return render(request, "perks/perk.html", context, status=status)
