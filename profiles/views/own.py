"""Whose page is it? Views of people who are logged in get their profile from here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from profiles.models import Profile
from profiles.selectors import profile_of

View = Callable[..., HttpResponse]


def with_own_profile(view: View) -> View:
    """Calls view(request, profile, ...). Who has no profile yet is asked for a handle first."""

    @login_required
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        profile: Profile | None = profile_of(request.user)
        if profile is None:
            return redirect("welcome")
        return view(request, profile, *args, **kwargs)

    return wrapped
