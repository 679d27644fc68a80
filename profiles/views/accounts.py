"""Connecting accounts: to the network and back."""

from __future__ import annotations

import hmac
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from profiles import access, services
from profiles.forms import ConnectForm
from profiles.models import Profile
from profiles.selectors import is_first_collection
from profiles.views.own import with_own_profile
from scoring import selectors as scoring
from scoring.collectors.base import CollectError
from scoring.models import LinkedAccount
from scoring.networks import NETWORKS
from scoring.services import connecting, linking, refreshing
from scoring.tasks import ring

SESSION_KEY: Final = "connecting"
# Long enough to find a password and a second factor, short enough to be forgotten.
STALE_SECONDS: Final = 15 * 60


@require_safe
@with_own_profile
def accounts(request: HttpRequest, profile: Profile) -> HttpResponse:
    return _accounts_page(request, profile, ConnectForm())


@require_POST
@with_own_profile
def connect(request: HttpRequest, profile: Profile) -> HttpResponse:
    """Registers us at the server, then asks the person on our own page before they leave."""
    if profile.opted_out:
        messages.error(request, _("You have opted out. Opt in again first, then connect."))
        return redirect("privacy")
    form = ConnectForm(request.POST)
    if form.is_valid():
        try:
            _remember(request, form.cleaned_data["server"])
            return redirect("consent")
        except CollectError as error:
            form.add_error("server", str(error))
    return _accounts_page(request, profile, form, status=422)


@require_safe
@with_own_profile
def consent(request: HttpRequest, profile: Profile) -> HttpResponse:
    pending = request.session.get(SESSION_KEY)
    if not pending:
        return redirect("accounts")
    context = {"server": pending["host"], "consent_url": pending["url"]}
    return render(request, "profiles/consent.html", context | {"network": NETWORKS["mastodon"]})


@require_GET
@with_own_profile
def connect_callback(request: HttpRequest, profile: Profile, host: str) -> HttpResponse:
    """Where the network sends people back to, with a code or with a no.

    Each server has an address of its own here: one that sends people on to another server
    can't pass that server's answer off as its own.
    """
    pending = request.session.get(SESSION_KEY)
    problem = _problem(request, pending, host)
    if request.GET.get("state") == (pending or {}).get("state"):
        request.session.pop(SESSION_KEY, None)  # each answer once; a forged one ends nothing
    if problem:
        messages.error(request, problem)
        return redirect("accounts")
    try:
        account = _link(profile, pending, request.GET["code"])
    except CollectError as error:
        messages.error(request, str(error))
        return redirect("accounts")
    except linking.LinkRefused as refusal:
        return _refused(request, refusal)
    ring(account.pk)
    messages.success(request, _("Connected %(handle)s.") % {"handle": account.handle})
    return redirect("me")


@require_POST
@with_own_profile
def refresh(request: HttpRequest, profile: Profile, account_id: int) -> HttpResponse:
    account = access.own_account_or_404(request.user, account_id)
    if account.needs_reconnect:
        messages.error(request, _("Please reconnect this account first."))
    elif account.is_demo:
        messages.info(request, _("This account is made up: there is no server to ask."))
    elif refreshing.make_due(account, at=timezone.now()):
        ring(account.pk)
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


def _accounts_page(
    request: HttpRequest, profile: Profile, form: ConnectForm, status: int = 200
) -> HttpResponse:
    context = {
        "profile": profile,
        "form": form,
        "accounts": scoring.accounts_of(request.user.pk),
        "network": NETWORKS["mastodon"],
        "demo_servers": sorted(connecting.demo_servers()),
    }
    return render(request, "profiles/accounts.html", context, status=status)


def _remember(request: HttpRequest, typed: str) -> None:
    def callback(host: str) -> str:
        return request.build_absolute_uri(reverse("connect_callback", args=[host]))

    started = connecting.start(typed, redirect_uri=callback, at=timezone.now())
    request.session[SESSION_KEY] = {
        "app_id": started.app_id,
        "host": started.host,
        "state": started.state,
        "verifier": started.verifier,
        "url": started.consent_url,
        "at": timezone.now().timestamp(),
    }


def _problem(request: HttpRequest, pending: dict[str, Any] | None, host: str) -> str:
    """Why this callback can't be trusted or used, in words; "" where it can."""
    given = request.GET.get("state", "")
    if not pending or timezone.now().timestamp() - pending["at"] > STALE_SECONDS:
        return _("This sign-in has expired or was already used. Please connect again.")
    same_state = hmac.compare_digest(given.encode(), pending["state"].encode())
    if not same_state or host != pending["host"]:
        return _("This answer does not belong to your last request. Please connect again.")
    if request.GET.get("error") == "access_denied":
        return _("You said no at %(host)s, so nothing was connected.") % {"host": pending["host"]}
    if not request.GET.get("code"):
        return _("%(host)s did not finish the sign-in. Please try again.") % {
            "host": pending["host"]
        }
    return ""


def _link(profile: Profile, pending: dict[str, Any], code: str) -> LinkedAccount:
    proven = connecting.finish(app_id=pending["app_id"], verifier=pending["verifier"], code=code)
    try:
        return services.link_account(profile=profile, proven=proven, at=timezone.now())
    except linking.LinkRefused:
        linking.decline(proven)
        raise


def _refused(request: HttpRequest, refusal: linking.LinkRefused) -> HttpResponse:
    reason = {
        linking.LinkedToSomebodyElse: "taken",
        linking.IdentityOptedOut: "opted_out",
        linking.TooManyAccounts: "too_many",
        services.OptedOut: "you_opted_out",
    }[type(refusal)]
    return render(request, "profiles/link_refused.html", {"reason": reason}, status=409)
