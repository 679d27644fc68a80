"""Somebody in front of a browser: on our site, and on a network's consent page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from profiles.models import Profile
from scoring.models import Credential, LinkedAccount
from scoring.services import credentials, refreshing
from tests.networks.facts import Facts
from tests.networks.sim import Netsim


class Person:
    def __init__(self, profile: Profile, netsim: Netsim) -> None:
        self.profile, self.netsim = profile, netsim
        self.client = Client()
        self.client.force_login(profile.user)

    def leaves_for(self, network: Facts, query: str = "") -> str:
        """The address that our own page of consent leads to."""
        answer = self.client.post(network.path + query, follow=True)
        assert answer.status_code == 200, answer.content
        return answer.context["consent_url"]

    def links(self, network: Facts, **decision: Any) -> Any:
        """All the way there and back, and what we answer then."""
        back = self.netsim.consent(self.leaves_for(network), **decision)
        return self.returns(back)

    def returns(self, address: str) -> Any:
        parts = urlsplit(address)
        assert parts.netloc == "testserver"
        return self.client.get(f"{parts.path}?{parts.query}")

    def linked(self, network: Facts) -> LinkedAccount:
        """Their account there, linked already."""
        answer = self.links(network)
        account = LinkedAccount.objects.filter(network=network.key).first()
        assert account is not None, said(answer)
        return account


def said(answer: Any) -> str:
    """The messages that the next page will show."""
    return " ".join(str(one) for one in get_messages(answer.wsgi_request))


def token_of(account: LinkedAccount) -> credentials.Tokens:
    return credentials.opened(Credential.objects.get(account=account))


def collect(account: LinkedAccount, *, at: datetime | None = None) -> bool:
    """A refresh that is due, at that moment; `account` knows afterwards what it brought."""
    LinkedAccount.objects.filter(pk=account.pk).update(next_refresh_at=timezone.now())
    done = refreshing.refresh_account(account.pk, at=at or timezone.now())
    account.refresh_from_db()
    return done
