from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from profiles import services
from profiles.forms import ProfileForm
from profiles.models import Profile
from profiles.views.own import with_own_profile


@with_own_profile
def profile_settings(request: HttpRequest, profile: Profile) -> HttpResponse:
    form = ProfileForm(request.POST or None, profile=profile)
    if form.is_valid():
        try:
            services.update_profile(profile=profile, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("profile_settings")
        except ValidationError as error:
            form.add_error("handle", error)
    return render(request, "profiles/profile_settings.html", {"form": form, "profile": profile})


@require_POST
@with_own_profile
def visibility(request: HttpRequest, profile: Profile) -> HttpResponse:
    wants_public = request.POST.get("visibility") == "public"
    if not services.set_visibility(profile=profile, is_public=wants_public):
        messages.error(request, _("You have opted out, so your page stays hidden."))
    elif wants_public:
        messages.success(request, _("Everybody can now see your page."))
    else:
        messages.success(request, _("Your page is now hidden from everybody but you."))
    return redirect("profile_settings")
