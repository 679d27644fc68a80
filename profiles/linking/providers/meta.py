"""Meta's three: Pages at Facebook, professional accounts at Instagram, Threads.

Each hands out a token for hours first, and changes it for one that lives for weeks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.facebook.provider import FacebookProvider
from allauth.socialaccount.providers.facebook.views import FacebookOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.linking.providers.base import LIMITS, Central, CentralProvider
from scoring.collectors import fields
from scoring.collectors.base import CollectError, Identity, Tokens
from scoring.collectors.http import Transport
from scoring.networks import facebook, instagram, threads
from scoring.networks.meta import VERSION
from scoring.networks.oauth2 import granted, is_token, scopes_in
from scoring.services.connecting import Proven

MOST_PAGES: Final = 50


class Exchanging(Central):
    """Changes the first token for the long-lived one as soon as it is there."""

    exchange_url: str
    exchange_grant: str
    exchange_token: str  # the name under which the first token is sent
    exchange_names_client = False

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        self.tokens = self._long_lived(app)
        token.token = self.tokens.access
        return super().complete_login(request, app, token, **kwargs)

    def _long_lived(self, app: Any) -> Tokens:
        params = {"grant_type": self.exchange_grant, "client_secret": app.secret}
        params |= {"client_id": app.client_id} if self.exchange_names_client else {}
        params |= {self.exchange_token: self.tokens.access}
        with Transport(LIMITS) as transport:
            data = transport.get_json(self.exchange_url, params=params)
        new = granted(data, host=self.get_provider().name, at=timezone.now())
        return replace(new, scopes=new.scopes or self.tokens.scopes)


class Asking(OAuth2Adapter):
    """Has one address that says whose token it is."""

    about_url: str
    about_fields: str

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        about = self.ask(self.about_url, fields=self.about_fields)
        return self.get_provider().sociallogin_from_response(request, about)


class FacebookAdapter(Exchanging, FacebookOAuth2Adapter):
    provider_id = "facebook"
    access_token_url = f"{facebook.BASE_URL}/oauth/access_token"
    authorize_url = f"https://www.facebook.com/{VERSION}/dialog/oauth"
    exchange_url = access_token_url
    exchange_grant = "fb_exchange_token"
    exchange_token = "fb_exchange_token"
    exchange_names_client = True

    def prove(self, uid: str, about: Any) -> tuple[Proven, ...]:
        """The Pages that the person runs, each with a token of its own."""
        rows = self.ask(f"{facebook.BASE_URL}/me/permissions")["data"]
        scopes = scopes_in([row["permission"] for row in rows if row["status"] == "granted"])
        asked = {"fields": "id,name,username,link,access_token", "limit": str(MOST_PAGES)}
        pages = self.ask(f"{facebook.BASE_URL}/me/accounts", **asked)["data"]
        if not pages and "pages_show_list" in scopes:
            message = _(
                "You let us see no Page at Facebook. Only Pages can be read, not personal"
                " profiles: connect again, and choose a Page there."
            )
            raise CollectError(message)
        shared = Tokens("", scopes=scopes, extra={"user_token": self.tokens.access})
        return tuple(self._page(row, shared) for row in pages) or (self._nothing(uid, shared),)

    def _page(self, row: Any, shared: Tokens) -> Proven:
        if not is_token(row["access_token"]):
            raise ValueError("no token")
        identity = self.get_provider().identity(row["id"], row)
        return Proven(identity, replace(shared, access=row["access_token"]))

    def _nothing(self, uid: str, shared: Tokens) -> Proven:
        """They let us see no list of Pages: whoever looks at the scopes will refuse this."""
        identity = self.get_provider().identity(uid, {})
        return Proven(identity, replace(shared, access=self.tokens.access))


class Facebook(CentralProvider, FacebookProvider):
    id, name = "facebook", "Facebook"
    oauth2_adapter_class = FacebookAdapter

    def get_fields(self) -> list[str]:
        return ["id"]  # of the person we need no more

    def identity(self, uid: str, about: Any) -> Identity:
        url = about.get("link") or f"https://www.facebook.com/{uid}"
        return self.identified(uid, handle=about.get("username"), name=about.get("name"), url=url)


class InstagramClient(OAuth2Client):
    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None
    ) -> dict[str, Any]:
        """The answer lies in a list of one, or does not, depending on the age of the app."""
        form = {"client_id": self.consumer_key, "client_secret": self.consumer_secret}
        form |= {"grant_type": "authorization_code", "redirect_uri": self.callback_url}
        with Transport(LIMITS) as transport:
            said = transport.post_form(self.access_token_url, form | {"code": code})
        rows = said.get("data") if isinstance(said, dict) else None
        return dict(rows[0] if isinstance(rows, list) and rows else said)


class InstagramAdapter(Exchanging, Asking):
    provider_id = "instagram"
    client_class = InstagramClient
    authorize_url = "https://www.instagram.com/oauth/authorize"
    access_token_url = "https://api.instagram.com/oauth/access_token"
    scope_delimiter = ","
    exchange_url = f"{instagram.API}/access_token"
    exchange_grant = "ig_exchange_token"
    exchange_token = "access_token"
    about_url = f"{instagram.BASE_URL}/me"
    about_fields = "user_id,username,name,account_type"


class Instagram(CentralProvider):
    id, name = "instagram", "Instagram"
    oauth2_adapter_class = InstagramAdapter

    def extract_uid(self, data: Any) -> str:
        return str(data["user_id"])

    def identity(self, uid: str, about: Any) -> Identity:
        handle = about["username"]
        url = f"https://www.instagram.com/{handle}/"
        return self.identified(uid, handle=handle, name=about.get("name"), url=url)


class ThreadsAdapter(Exchanging, Asking):
    provider_id = "threads"
    authorize_url = "https://threads.net/oauth/authorize"
    access_token_url = f"{threads.API}/oauth/access_token"
    scope_delimiter = ","
    exchange_url = f"{threads.API}/access_token"
    exchange_grant = "th_exchange_token"
    exchange_token = "access_token"
    about_url = f"{threads.BASE_URL}/me"
    about_fields = "id,username,name"


class Threads(CentralProvider):
    id, name = "threads", "Threads"
    oauth2_adapter_class = ThreadsAdapter

    def extract_uid(self, data: Any) -> str:
        return str(data["id"])

    def identity(self, uid: str, about: Any) -> Identity:
        handle = fields.line(about["username"], 100)
        url = f"https://www.threads.net/@{handle}"
        return self.identified(uid, handle=handle, name=about.get("name"), url=url)
