"""The page of one's accounts, and what can be done to one that is linked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from profiles import access
from profiles.forms import ConnectForm
from profiles.models import Profile
from profiles.selectors import account_cards, is_first_collection, is_from_archive
from profiles.views.own import with_own_profile
from scoring import selectors as scoring
from scoring import tasks
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link
from scoring.services import connecting, linking, refreshing


@require_safe
@with_own_profile
def accounts(request: HttpRequest, profile: Profile) -> HttpResponse:
    return accounts_page(request, profile)


@require_POST
@with_own_profile
def refresh(request: HttpRequest, profile: Profile, account_id: int) -> HttpResponse:
    account = access.own_account_or_404(request.user, account_id)
    if account.needs_reconnect:
        messages.error(request, _("Please reconnect this account first."))
    elif is_from_archive(account):
        messages.info(request, _("This account came in an archive: bring a newer one to renew it."))
    elif account.is_demo:
        messages.info(request, _("This account is made up: there is no server to ask."))
    elif refreshing.make_due(account, at=timezone.now()):
        tasks.ring(account.pk)
        messages.success(request, _("We are asking %(host)s now.") % {"host": account.host})
    else:
        messages.info(
            request,
            _("%(host)s was asked only just, or asked us to wait. Try again in a few minutes.")
            % {"host": account.host},
        )
    return redirect("accounts")


@require_POST
@with_own_profile
def disconnect(request: HttpRequest, profile: Profile, account_id: int) -> HttpResponse:
    account = access.own_account_or_404(request.user, account_id)
    unconfirmed = linking.revoke(linking.disconnect(account, at=timezone.now()))
    messages.success(
        request, _("Disconnected %(handle)s and deleted its data.") % {"handle": account.handle}
    )
    for host in unconfirmed:
        messages.warning(request, not_revoked(host))
    return redirect("accounts")


@require_safe
@with_own_profile
def progress(request: HttpRequest, profile: Profile, account_id: int) -> HttpResponse:
    """The fragment that /me/ asks for every second; once done it sends the browser to the score."""
    account = scoring.accounts_of(request.user.pk).filter(pk=account_id).first()
    if account is None or not is_first_collection(account):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("me")
        return response
    return render(request, "profiles/_progress.html", {"account": account})


def not_revoked(host: str) -> str:
    return _(
        "%(host)s did not confirm that our access ended. We have deleted our key; "
        "to be sure, remove us under “Authorised apps” there."
    ) % {"host": host}


def accounts_page(
    request: HttpRequest, profile: Profile, tried: ConnectForm | None = None, status: int = 200
) -> HttpResponse:
    """`tried`: the form that came to nothing, with its errors."""
    offered = [network for network in NETWORKS.values() if connecting.offered(network)]
    forms = [tried if tried and tried.network == n else ConnectForm(network=n) for n in offered]
    context = {
        "profile": profile,
        "accounts": account_cards(request.user.pk),
        "named": [form for form in forms if form.network.link is Link.SERVER],
        "central": [form for form in forms if form.network.link is Link.CONSENT],
        "demo_servers": sorted(connecting.demo_servers()),
        "missing": _missing() if request.user.is_staff else [],
    }
    return render(request, "profiles/accounts.html", context, status=status)


def _missing() -> list[scoring.NetworkState]:
    return [state for state in scoring.network_states(at=timezone.now()) if state.missing]
