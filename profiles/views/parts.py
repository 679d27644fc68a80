from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from profiles import access, selectors


@require_safe
def part(request: HttpRequest, handle: str, account_id: int, key: str) -> HttpResponse:
    """What stands behind one bar; the owner also sees what networks forbid to show others."""
    profile = access.profile_or_404(request.user, handle)
    is_own = profile.user_id == request.user.pk
    found = selectors.evidence(profile, account_id, key, is_own=is_own)
    if found is None:
        raise Http404
    page = {"profile": profile, "is_own": is_own, "evidence": found}
    return render(request, "profiles/part.html", page)
