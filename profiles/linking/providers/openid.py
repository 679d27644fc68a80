"""Networks that say who somebody is by OpenID Connect: LinkedIn, and Google for YouTube."""

from __future__ import annotations

from typing import Any, Final

import requests
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.utils.translation import gettext as _

from profiles.linking.providers.base import STRANGE, Central, CentralProvider, email_name
from scoring.collectors import fields, session
from scoring.collectors.base import CollectError, Identity
from scoring.services.connecting import Proven

YOUTUBE: Final = "https://www.googleapis.com/auth/youtube.readonly"
ENDPOINTS: Final = ("authorization", "token", "userinfo")
CHANNELS: Final = "https://youtube.googleapis.com/youtube/v3/channels"


class LinkedInAdapter(Central, OpenIDConnectOAuth2Adapter):
    provider_id = "linkedin"
    # Its whole address, so that nothing but LinkedIn itself is ever asked.
    server_url = "https://www.linkedin.com/oauth"

    def __init__(self, request: HttpRequest) -> None:
        OpenIDConnectOAuth2Adapter.__init__(self, request, self.provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        """Asked when people leave, and again when they are back."""
        try:
            config: dict[str, Any] = super().openid_config
            if all(str(config[f"{name}_endpoint"]).startswith("https://") for name in ENDPOINTS):
                return config
        except session.Failed as failure:
            raise CollectError(str(failure)) from None
        except (requests.RequestException, *STRANGE):
            pass
        message = _("%(name)s can't be reached as it should just now. Try again in a few minutes.")
        raise CollectError(message % {"name": self.get_provider().name})

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        url: str = OAuth2Adapter.get_callback_url(self, request, app)
        return url


class LinkedIn(CentralProvider, OpenIDConnectProvider):
    id, name = "linkedin", "LinkedIn"
    oauth2_adapter_class = LinkedInAdapter
    # Its token endpoint refuses whoever sends a code_verifier.
    pkce_enabled_default = False

    @property
    def server_url(self) -> str:
        url: str = self.wk_server_url(LinkedInAdapter.server_url)
        return url

    def get_oauth2_adapter(self, request: HttpRequest) -> LinkedInAdapter:
        return LinkedInAdapter(request)

    def identity(self, uid: str, about: Any) -> Identity:
        said = about["userinfo"]
        verified = said.get("email_verified") in (True, "true")
        name = fields.line(said.get("name"), 200)
        also = (
            *email_name(said.get("email"), verified),
            *([f"name:{name.lower()}"] if name else []),
        )
        return self.identified(uid, handle=name, name=name, also=also)


class YouTubeAdapter(Central, GoogleOAuth2Adapter):
    provider_id = "youtube"

    def prove(self, uid: str, about: Any) -> tuple[Proven, ...]:
        """Google knows people; who is read is the channel of theirs that they chose there."""
        asked = not self.tokens.scopes or YOUTUBE in self.tokens.scopes
        channel = self._channel() if asked else {}
        return super().prove(uid, {**about, "channel": channel})

    def _channel(self) -> dict[str, Any]:
        data = self.ask(CHANNELS, part="snippet", mine="true")
        rows = data.get("items") or []
        if not rows:
            message = _(
                "This Google account has no YouTube channel. Make one at YouTube, or choose"
                " another account there."
            )
            raise CollectError(message)
        return dict(rows[0])


class YouTube(CentralProvider, GoogleProvider):
    id, name = "youtube", "YouTube"
    oauth2_adapter_class = YouTubeAdapter
    pkce_enabled_default = True
    # Without these Google gives no refresh token to somebody who has been here before.
    auth_params = {"access_type": "offline", "prompt": "consent"}

    def identity(self, uid: str, about: Any) -> Identity:
        channel = about["channel"]
        known = fields.identifier(channel.get("id"))
        snippet = channel.get("snippet") or {}
        also = email_name(about.get("email"), about.get("email_verified"))
        return self.identified(
            uid,
            handle=snippet.get("customUrl"),
            name=snippet.get("title"),
            url=f"https://www.youtube.com/channel/{known}" if known else "",
            also=(*also, *([f"channel:{known.lower()}"] if known else [])),
        )
