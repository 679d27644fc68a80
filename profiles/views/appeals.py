from __future__ import annotations

import re
from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from profiles import services
from profiles.appeals import reads
from profiles.appeals.reads import Subject
from profiles.forms import AppealForm
from profiles.models import Profile
from profiles.services.appealing import MOST_OPEN, TIME_TO_ANSWER
from profiles.views.own import with_own_profile

NUMBER: Final = re.compile(r"[0-9]{1,18}")


@require_http_methods(["GET", "HEAD", "POST"])
@with_own_profile
def appeal(request: HttpRequest, profile: Profile) -> HttpResponse:
    """?part=KEY&account=NUMBER as on the person's page; without, about the whole score."""
    about = _subject_or_404(request, profile)
    form = AppealForm(request.POST or None)
    if form.is_valid():
        try:
            services.appeal(
                profile=profile, about=about, text=form.cleaned_data["text"], at=timezone.now()
            )
            messages.success(request, _("Sent. A human will read it."))
            return redirect("appeals")
        except ValidationError as error:
            form.add_error(None, error)
        except services.OptedOut:  # in another window, just now
            raise Http404 from None
    context = {
        "form": form,
        "about": about,
        "shown": reads.in_words(about.part, about.shown),
        "days": TIME_TO_ANSWER.days,
    }
    return render(request, "profiles/appeal.html", context)


@require_safe
@with_own_profile
def appeals(request: HttpRequest, profile: Profile) -> HttpResponse:
    found = reads.appeals_of(profile.user_id, at=timezone.now())
    context = {
        "profile": profile,
        "appeals": found,
        "days": TIME_TO_ANSWER.days,
        "most": MOST_OPEN,
    }
    return render(request, "profiles/appeals.html", context)


def _subject_or_404(request: HttpRequest, profile: Profile) -> Subject:
    account = request.GET.get("account", "")
    if profile.opted_out or (account and not NUMBER.fullmatch(account)):
        raise Http404
    found = reads.subject(
        profile.user_id,
        part=request.GET.get("part", ""),
        account=int(account) if account else None,
    )
    if found is None:
        raise Http404
    return found
