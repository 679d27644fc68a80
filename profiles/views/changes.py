from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from profiles.changes import reads


@require_safe
def formula_changes(request: HttpRequest) -> HttpResponse:
    found = reads.all_releases(timezone.now().date())
    context = {"releases": found, "notice_days": settings.FORMULA_NOTICE_DAYS}
    return render(request, "profiles/changes.html", context)
