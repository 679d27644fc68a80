"""Leaving, in two steps. It touches every app, so it lives where all may be imported."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from klout_site import leaving
from profiles import services
from profiles.models import Profile
from profiles.views.accounts import SESSION_KEY as CONNECTING
from profiles.views.own import with_own_profile


@require_safe
@with_own_profile
def privacy(request: HttpRequest, profile: Profile) -> HttpResponse:
    context = {"profile": profile, "kept": leaving.what_is_kept(profile)}
    return render(request, "klout_site/privacy.html", context)


@with_own_profile
def opt_out(request: HttpRequest, profile: Profile) -> HttpResponse:
    """GET asks once more and says what goes; POST does it."""
    if request.method != "POST":
        context = {"profile": profile, "kept": leaving.what_is_kept(profile)}
        return render(request, "klout_site/opt_out.html", context)
    with_login = request.POST.get("delete_login") == "yes"
    unconfirmed = leaving.leave(profile, with_login=with_login, at=timezone.now())
    request.session.pop(CONNECTING, None)  # it names a server
    if with_login:
        logout(request)
    context = {"login_deleted": with_login, "unconfirmed": unconfirmed}
    return render(request, "klout_site/opted_out.html", context)


@require_POST
@with_own_profile
def opt_in(request: HttpRequest, profile: Profile) -> HttpResponse:
    services.opt_in(profile=profile, at=timezone.now())
    messages.success(request, _("Welcome back. Connect an account whenever you like."))
    return redirect("accounts")
