"""Networks that allauth knows well; what it gets wrong today is put right here."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.foursquare.views import FoursquareOAuth2Adapter
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.pinterest.provider import PinterestProvider
from allauth.socialaccount.providers.pinterest.views import PinterestOAuth2Adapter
from allauth.socialaccount.providers.tiktok.provider import TikTokProvider
from allauth.socialaccount.providers.tiktok.views import TikTokOAuth2Adapter
from allauth.socialaccount.providers.twitch.provider import TwitchProvider
from allauth.socialaccount.providers.twitch.views import TwitchOAuth2Adapter
from allauth.socialaccount.providers.twitter_oauth2.provider import TwitterOAuth2Provider
from allauth.socialaccount.providers.twitter_oauth2.views import TwitterOAuth2Adapter

from profiles.linking.providers.base import Central, CentralProvider
from scoring.collectors import fields
from scoring.collectors.base import Identity


class GitHubAdapter(Central, GitHubOAuth2Adapter):
    provider_id = "github"


class GitHub(CentralProvider, GitHubProvider):
    id, name = "github", "GitHub"
    oauth2_adapter_class = GitHubAdapter
    pkce_enabled_default = True

    def identity(self, uid: str, about: Any) -> Identity:
        return self.identified(
            uid, handle=about["login"], name=about.get("name"), url=about.get("html_url")
        )


class XAdapter(Central, TwitterOAuth2Adapter):
    provider_id = "x"


class X(CentralProvider, TwitterOAuth2Provider):
    id, name = "x", "X"
    oauth2_adapter_class = XAdapter
    pkce_enabled_default = True

    def identity(self, uid: str, about: Any) -> Identity:
        handle = about["username"]
        return self.identified(
            uid, handle=handle, name=about.get("name"), url=f"https://x.com/{handle}"
        )


class TwitchAdapter(Central, TwitchOAuth2Adapter):
    provider_id = "twitch"


class Twitch(CentralProvider, TwitchProvider):
    id, name = "twitch", "Twitch"
    oauth2_adapter_class = TwitchAdapter

    def identity(self, uid: str, about: Any) -> Identity:
        login = about["login"]
        url = f"https://www.twitch.tv/{login}"
        return self.identified(uid, handle=login, name=about.get("display_name"), url=url)


class TikTokAdapter(Central, TikTokOAuth2Adapter):
    provider_id = "tiktok"

    def get_query_fields(self) -> str:
        """Asking for what a person left out would bring an error instead of the rest."""
        known = ["open_id", "display_name"]
        if "user.info.profile" in (self.tokens.scopes or self.get_provider().get_scope()):
            known += ["username", "profile_deep_link"]
        return ",".join(known)


class TikTok(CentralProvider, TikTokProvider):
    id, name = "tiktok", "TikTok"
    oauth2_adapter_class = TikTokAdapter

    def identity(self, uid: str, about: Any) -> Identity:
        handle = fields.line(about.get("username"), 100)
        return self.identified(
            uid,
            handle=handle,
            name=about.get("display_name"),
            url=about.get("profile_deep_link"),
        )


class PinterestAdapter(Central, PinterestOAuth2Adapter):
    provider_id = "pinterest"
    scope_delimiter = ","


class Pinterest(CentralProvider, PinterestProvider):
    id, name = "pinterest", "Pinterest"
    oauth2_adapter_class = PinterestAdapter

    def identity(self, uid: str, about: Any) -> Identity:
        handle = about["username"]
        url = f"https://www.pinterest.com/{handle}/"
        return self.identified(uid, handle=handle, name=about.get("business_name"), url=url)


class FoursquareAdapter(Central, FoursquareOAuth2Adapter):
    provider_id = "foursquare"


class Foursquare(CentralProvider):
    id, name = "foursquare", "Foursquare"
    oauth2_adapter_class = FoursquareAdapter

    def extract_uid(self, data: Any) -> str:
        return str(data["id"])

    def identity(self, uid: str, about: Any) -> Identity:
        names = [fields.line(about.get(half), 100) for half in ("firstName", "lastName")]
        name = " ".join(part for part in names if part)
        return self.identified(
            uid,
            handle=about.get("handle") or name,
            name=name,
            url=about.get("canonicalUrl") or f"https://foursquare.com/user/{uid}",
        )
