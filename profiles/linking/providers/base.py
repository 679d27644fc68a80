"""What all providers of ours have in common, beside what allauth's do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderAccount, ProviderException
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.http import HttpRequest
from django.utils import timezone

from scoring.collectors import fields
from scoring.collectors.base import Identity, Tokens
from scoring.collectors.http import Limits, Transport
from scoring.networks import NETWORKS
from scoring.networks.oauth2 import granted
from scoring.services.connecting import Proven

LIMITS: Final = Limits(connect=5, read=10, total=15, body=1024 * 1024)
# What comes out where a network's answer has another shape than allauth takes for granted.
# (The last: one that is nested too deeply to be read.)
STRANGE: Final = (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError)


class Central(OAuth2Adapter):
    """Stands before one of allauth's adapters, and says in the end what has been proven.

    `provider_id` is the key of the network. Raises CollectError or what allauth handles.
    """

    tokens: Tokens

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_access_token_data(*args, **kwargs)
        except STRANGE:
            raise ProviderException from None

    def parse_token(self, data: Any) -> SocialToken:
        self.tokens = granted(data, host=NETWORKS[self.provider_id].name, at=timezone.now())
        return SocialToken(token=self.tokens.access)

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        try:
            login = super().complete_login(request, app, token, **kwargs)
            login.proven = self.prove(login.account.uid, login.account.extra_data)
        except STRANGE:
            raise ProviderException from None
        return login

    def prove(self, uid: str, about: Any) -> tuple[Proven, ...]:
        """Whose account it is; more than one where the person must choose."""
        return (Proven(self.get_provider().identity(uid, about), self.tokens),)

    def ask(self, url: str, **params: str) -> Any:
        """Further questions, with the person's token. Raises CollectError."""
        with Transport(LIMITS) as transport:
            return transport.get_json(url, token=self.tokens.access, params=params)


class CentralProvider(OAuth2Provider):
    """`id` is the key of the network."""

    account_class = ProviderAccount
    auth_params: ClassVar[Mapping[str, str]] = {}

    def identity(self, uid: str, about: Any) -> Identity:
        """`about` is what the network said of the account; it is a stranger's."""
        raise NotImplementedError

    def identified(
        self,
        uid: Any,
        *,
        handle: Any,
        name: Any = "",
        url: Any = "",
        also: tuple[str, ...] = (),
    ) -> Identity:
        """Raises ValueError where the network gave no usable id."""
        known = fields.identifier(uid)
        if not known:
            raise ValueError("no id")
        said = fields.line(handle, 300) or fields.line(name, 300) or known
        names = (*also, f"handle:{said.lstrip('@').lower()}")
        return Identity(
            network=self.id,
            host=NETWORKS[self.id].host,
            uid=known,
            handle=said,
            display_name=fields.line(name, 200),
            url=fields.web_url(url),
            also=tuple(dict.fromkeys(names)),
        )

    def extract_common_fields(self, data: Any) -> dict[str, Any]:
        """Nobody is signed up with what the network knows."""
        return {}

    def extract_email_addresses(self, data: Any) -> list[Any]:
        return []


def email_name(email: Any, verified: Any) -> tuple[str, ...]:
    """For Identity.also, where the network has verified the address."""
    said = fields.line(email, 254).lower()
    return (f"email:{said}",) if said and "@" in said and verified is True else ()
