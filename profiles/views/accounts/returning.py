"""Back from the network, with a code or with a no."""

from __future__ import annotations

from typing import Any, Final

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from profiles import services
from profiles.forms import ChoiceForm
from profiles.linking.adapter import Arrived
from profiles.linking.providers import PROVIDERS
from profiles.models import Profile
from profiles.views.accounts import pending
from profiles.views.own import with_own_profile
from scoring import tasks
from scoring.collectors.base import CollectError
from scoring.networks import NETWORKS
from scoring.services import bluesky_connecting, connecting, linking
from scoring.services.connecting import Proven

# Names that networks give to what they were asked for by another name.
SAME: Final = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}


@require_GET
@with_own_profile
def connect_callback(request: HttpRequest, profile: Profile, host: str) -> HttpResponse:
    """Where servers that people have named send them back to.

    Each has an address of its own here: one that sends people on to another server can't pass
    that server's answer off as its own.
    """
    kept = pending.recall(request)
    problem = _problem(request, kept, host)
    if pending.is_answer_to(kept, request.GET.get("state", "")):
        pending.forget(request)  # each answer once; a forged one ends nothing
    if problem or kept is None:
        return _sorry(request, problem)
    try:
        return arrive(request, profile, _finished(request, kept))
    except CollectError as error:
        return _sorry(request, str(error))


@require_GET
@with_own_profile
def central_callback(request: HttpRequest, profile: Profile, network: str) -> HttpResponse:
    """Where the central networks do: state, PKCE and the code are allauth's to check."""
    if not connecting.offered(NETWORKS[network]):
        raise Http404
    if profile.opted_out:
        return _refused(request, services.OptedOut())
    if pending.is_answer_to(pending.recall(request), request.GET.get("state", "")):
        pending.forget(request)
    view = OAuth2CallbackView.adapter_view(PROVIDERS[network].oauth2_adapter_class(request))
    try:
        view(request)
    except Arrived as arrived:
        return _chosen_or_asked(request, profile, arrived.proven)
    except CollectError as error:
        return _sorry(request, str(error))
    return _sorry(request, _("This sign-in was not finished. Please connect again."))


@with_own_profile
def choose(request: HttpRequest, profile: Profile) -> HttpResponse:
    """Which of several, where one consent opens many (Facebook's Pages)."""
    offered = pending.choice(request)
    if not offered:
        return _sorry(
            request, _("This sign-in has expired or was already used. Please connect again.")
        )
    if profile.opted_out:  # in another browser: nothing of the sign-in stays in this one
        pending.forget(request)
        return _refused(request, services.OptedOut())
    form = ChoiceForm(request.POST or None, proven=offered)
    if not form.is_valid():
        context = {"form": form, "network": NETWORKS[offered[0].identity.network]}
        return render(request, "profiles/choose.html", context, status=422 if form.errors else 200)
    pending.forget(request)
    return arrive(request, profile, form.chosen)


def arrive(request: HttpRequest, profile: Profile, proven: Proven) -> HttpResponse:
    """Links what has been proven, or says why not and gives the token back."""
    if _lacking(proven):
        linking.decline(proven)
        name = NETWORKS[proven.identity.network].name
        message = _(
            "You allowed less than we need at %(name)s, so nothing was connected. Connect again,"
            " and leave everything ticked there."
        )
        return _sorry(request, message % {"name": name})
    try:
        account = services.link_account(profile=profile, proven=proven, at=timezone.now())
    except linking.LinkRefused as refusal:
        linking.decline(proven)
        return _refused(request, refusal)
    tasks.ring(account.pk)
    messages.success(request, _("Connected %(handle)s.") % {"handle": account.handle})
    return redirect("me")


def _chosen_or_asked(
    request: HttpRequest, profile: Profile, proven: tuple[Proven, ...]
) -> HttpResponse:
    if len(proven) == 1 or _lacking(proven[0]):
        return arrive(request, profile, proven[0])
    pending.keep_choice(request, proven)
    return redirect("choose_account")


def _finished(request: HttpRequest, kept: dict[str, Any]) -> Proven:
    """Raises CollectError."""
    held = kept["remember"]
    if kept["network"] == "bluesky":
        params = dict(request.GET.items())
        return bluesky_connecting.finish(held, params=params, at=timezone.now())
    return connecting.finish(
        app_id=held["app_id"], verifier=held["verifier"], code=request.GET["code"]
    )


def _problem(request: HttpRequest, kept: dict[str, Any] | None, host: str) -> str:
    """Why this callback can't be trusted or used, in words; "" where it can."""
    if not kept or "state" not in kept:
        return _("This sign-in has expired or was already used. Please connect again.")
    ours = pending.is_answer_to(kept, request.GET.get("state", ""))
    if not ours or host != kept["host"] or kept["network"] in PROVIDERS:
        return _("This answer does not belong to your last request. Please connect again.")
    names = {"host": kept["server"]}
    if request.GET.get("error") == "access_denied":
        return _("You said no at %(host)s, so nothing was connected.") % names
    if not request.GET.get("code"):
        return _("%(host)s did not finish the sign-in. Please try again.") % names
    return ""


def _lacking(proven: Proven) -> bool:
    """Whether less was granted than asked; a network that does not say has granted all."""
    network, granted = NETWORKS[proven.identity.network], proven.tokens.scopes
    if network.key not in PROVIDERS or not granted:
        return False
    asked = [scope.name for scope in network.scopes]
    return not all(name in granted or SAME.get(name) in granted for name in asked)


def _sorry(request: HttpRequest, message: str) -> HttpResponse:
    messages.error(request, message)
    return redirect("accounts")


def _refused(request: HttpRequest, refusal: linking.LinkRefused) -> HttpResponse:
    reason = {
        linking.LinkedToSomebodyElse: "taken",
        linking.IdentityOptedOut: "opted_out",
        linking.TooManyAccounts: "too_many",
        services.OptedOut: "you_opted_out",
    }[type(refusal)]
    return render(request, "profiles/link_refused.html", {"reason": reason}, status=409)
