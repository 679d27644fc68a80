"""What allauth asks us about networks: our registrations, and what to do with its results."""

from __future__ import annotations

from typing import Any, Final, Never

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from profiles.linking.providers import PROVIDERS
from scoring.collectors import session
from scoring.collectors.base import CollectError
from scoring.networks import NETWORKS
from scoring.services.connecting import Proven, keys_of

# LinkedIn has words of its own: one for who does not log in, one for who does not agree.
DENIALS: Final = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})


class Arrived(Exception):
    """Ends allauth's part, before it would store anything. `proven`: whose accounts they are."""

    def __init__(self, proven: tuple[Proven, ...]) -> None:
        super().__init__()
        self.proven = proven


class NetworksAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """From the operator's settings alone; no row of the database is an application."""
        apps = [_app(key) for key in PROVIDERS if provider in {None, key}]
        return [app for app in apps if app and client_id in {None, app.client_id}]

    def get_requests_session(self) -> requests.Session:
        return session.session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> Never:
        raise Arrived(sociallogin.proven)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> Never:
        if request.GET.get("error") in DENIALS:
            error = AuthError.CANCELLED
        raise CollectError(_why(provider.id, error, exception, extra_context or {}))


def _app(key: str) -> SocialApp | None:
    keys, network = keys_of(key), NETWORKS.get(key)
    if keys is None or network is None:
        return None
    return SocialApp(
        provider=key,
        name=network.name,
        client_id=keys.client_id,
        secret=keys.client_secret,
        settings={
            "scope": [scope.name for scope in network.scopes],
            "auth_params": dict(PROVIDERS[key].auth_params),
        },
    )


def _why(key: str, error: Any, exception: Exception | None, context: dict[str, Any]) -> str:
    """In words for the person; what a network said in its own is nowhere in them."""
    names = {"name": NETWORKS[key].name}
    if isinstance(exception, session.Failed):
        return str(exception)
    if error == AuthError.CANCELLED:
        return _("You said no at %(name)s, so nothing was connected.") % names
    if "state_id" in context:
        return _(
            "This answer does not belong to your last request, or was already used."
            " Please connect again."
        )
    return _("%(name)s did not finish the sign-in. Please try again.") % names
