from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from profiles import access, selectors, services
from profiles.changes.reads import both_scores
from profiles.forms import NewProfileForm
from profiles.models import Profile
from profiles.views.own import with_own_profile


@require_safe
@with_own_profile
def me(request: HttpRequest, profile: Profile) -> HttpResponse:
    return _page(request, profile, is_own=True)


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """What the public sees; the owner sees the same here, and more at /me/."""
    found = access.profile_or_404(request.user, handle)
    return _page(request, found, is_own=False)


def _page(request: HttpRequest, profile: Profile, *, is_own: bool) -> HttpResponse:
    at = timezone.now()
    page = selectors.profile_page(profile, is_own=is_own, at=at)
    # While a new formula is announced: the score by both.
    both = both_scores(profile.user_id, at=at)
    return render(request, "profiles/page.html", {"page": page, "both": both})


@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """For log-ins without a profile: staff made on the command line, or a lost race."""
    if selectors.profile_of(request.user):
        return redirect("me")
    form = NewProfileForm(request.POST or None)
    if form.is_valid():
        try:
            services.create_profile(
                user=request.user, handle=form.cleaned_data["handle"], is_public=form.wants_public
            )
            return redirect("me")
        except ValidationError as error:
            form.add_error("handle", error)
    return render(request, "profiles/welcome.html", {"form": form})
