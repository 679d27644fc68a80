"""To the network: it is asked where to send people, and they are asked on our own page first."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from profiles.forms import ConnectForm
from profiles.linking import starting
from profiles.models import Profile
from profiles.views.accounts import pending
from profiles.views.accounts.page import accounts_page
from profiles.views.own import with_own_profile
from scoring.collectors.base import CollectError
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link
from scoring.services import connecting


@require_POST
@with_own_profile
def connect(request: HttpRequest, profile: Profile, network: str = "mastodon") -> HttpResponse:
    """404 for a network that is not offered here."""
    declared = NETWORKS.get(network)
    if declared is None or not connecting.offered(declared):
        raise Http404
    if profile.opted_out:
        messages.error(request, _("You have opted out. Opt in again first, then connect."))
        return redirect("privacy")
    form = ConnectForm(request.POST, network=declared)
    if form.is_valid():
        try:
            typed = form.cleaned_data.get("server", "")
            started = starting.start(request, declared, typed, at=timezone.now())
            pending.remember(request, network, started)
            return redirect("consent")
        except CollectError as error:
            if declared.link is Link.CONSENT:
                messages.error(request, str(error))
                return redirect("accounts")
            form.add_error("server", str(error))
    return accounts_page(request, profile, form, status=422)


@require_safe
@with_own_profile
def consent(request: HttpRequest, profile: Profile) -> HttpResponse:
    kept = pending.recall(request)
    if not kept or "url" not in kept:
        return redirect("accounts")
    network = NETWORKS[kept["network"]]
    context = {"server": kept["server"], "consent_url": kept["url"], "network": network}
    return render(request, "profiles/consent.html", context)
