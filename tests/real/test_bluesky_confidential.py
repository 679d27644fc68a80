"""The way of production: Bluesky's own server reads at our site who we are, and has it proven in
every request about a log-in. It takes no proof twice, so whatever works here had a fresh one."""

from __future__ import annotations

import pytest
from django.utils import timezone

from scoring.collectors.base import Audience, CollectError
from scoring.models import Credential
from scoring.networks.bluesky import client as us
from scoring.networks.bluesky.dpop import new_key
from scoring.networks.bluesky.oauth import BlueskyOAuth
from scoring.services import bluesky_connecting, credentials, linking
from tests.real.bluesky import linked
from tests.real.bluesky.people import Person
from tests.real.published import Published


@pytest.fixture
def confidential(at_bluesky, published: Published, settings) -> Published:
    """In the tests' own process too, we are that site."""
    settings.SITE_URL, settings.BLUESKY_PRIVATE_KEY = published.url, published.key
    return published


def test_the_site_tells_its_name_its_way_back_and_its_public_key(published):
    about = published.tells(f"/{us.METADATA_PATH}")
    assert about["client_id"] == f"{published.url}/{us.METADATA_PATH}"
    assert about["redirect_uris"] == [f"{published.url}/settings/accounts/callback/atproto/"]
    assert about["token_endpoint_auth_method"] == "private_key_jwt"
    assert about["jwks_uri"] == f"{published.url}/{us.JWKS_PATH}"
    [key] = published.tells(f"/{us.JWKS_PATH}")["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}  # and no "d", the private half


def test_linked_read_renewed_and_given_up(db, confidential, somebody: Person):
    somebody.posts("Beans, at last")
    account = linked.link(somebody)
    held = credentials.opened(Credential.objects.get(account=account))
    assert held.extra["client_id"] == f"{confidential.url}/{us.METADATA_PATH}"
    [audience] = linked.collected(Audience, account)
    assert audience.handle == somebody.handle

    grant = credentials.grant_of(account, at=timezone.now() + linked.TOMORROW)
    renewed = credentials.opened(Credential.objects.get(account=account))
    assert grant.token == renewed.access != held.access
    assert renewed.refresh != held.refresh
    assert linked.can_read(grant)

    assert linking.revoke(linking.disconnect(account, at=timezone.now())) == []
    with pytest.raises(CollectError, match="no longer lets us read this account"):
        BlueskyOAuth().refresh(renewed, None, at=timezone.now())


def test_their_server_takes_no_proof_twice(confidential, somebody: Person, monkeypatch):
    used = us.authentication(f"{confidential.url}/{us.METADATA_PATH}", somebody.pds)
    monkeypatch.setattr(us, "authentication", lambda client_id, issuer: used)
    start_sign_in(somebody)
    with pytest.raises(CollectError, match="Start again"):
        start_sign_in(somebody)


class TestAKeyThatTheSiteDoesNotTell:
    def test_starts_no_sign_in_and_is_said_to_be_the_operators_matter(
        self, confidential, at_bluesky, somebody: Person, settings
    ):
        settings.BLUESKY_PRIVATE_KEY = new_key()
        with pytest.raises(CollectError) as refused:
            start_sign_in(somebody)
        host = at_bluesky.pds.partition("://")[2]
        words = f"{host} does not accept this site. Its operator should know."
        assert str(refused.value) == words

    def test_renews_no_log_in(self, db, confidential, somebody: Person, settings):
        account = linked.link(somebody)
        settings.BLUESKY_PRIVATE_KEY = new_key()
        with pytest.raises(CollectError, match="connect it again") as refused:
            credentials.grant_of(account, at=timezone.now() + linked.TOMORROW)
        assert refused.value.permanent
        assert Credential.objects.get(account=account).status == Credential.Status.DEAD


def start_sign_in(person: Person) -> None:
    bluesky_connecting.start(person.handle, redirect_uri=linked.BACK, at=timezone.now())
