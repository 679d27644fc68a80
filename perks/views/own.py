from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from perks import selectors


@require_safe
@login_required
def my_perks(request: HttpRequest) -> HttpResponse:
    units = selectors.claims_of(request.user.pk)
    return render(request, "perks/my_perks.html", {"units": units})
