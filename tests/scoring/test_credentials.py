"""Tokens are renewed when it is time, and sealed anew; test_credentials_races.py: at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from scoring import vault
from scoring.collectors.base import CollectError, Tokens
from scoring.collectors.errors import Refused
from scoring.models import Credential, ServerApp
from scoring.networks.declaring import Link
from scoring.services import credentials, refreshing
from tests.cast import (
    NOW,
    FakeCollector,
    declare,
    make_linked_account,
    make_pages,
    make_person,
)

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=4)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def account():
    return make_linked_account(make_person("alice"))


def keep(account, *, expires_at=SOON, refresh="refresh-0"):
    tokens = Tokens("old", refresh, expires_at, ("read",))
    credentials.store(account, tokens, at=NOW - timedelta(days=1))


def kept(account):
    return credentials.opened(Credential.objects.get(account=account))


def grant(account, **kwargs):
    return credentials.grant_of(account, at=NOW, **kwargs)


class TestGrants:
    def test_a_server_of_many_is_asked_at_its_own_address(self, account):
        assert grant(account).base_url == "https://social.example.org"

    def test_a_central_network_is_asked_at_its_host(self, account, monkeypatch):
        declare(monkeypatch, link=Link.CONSENT, host="api.example.net")
        assert grant(account).base_url == "https://api.example.net"

    def test_a_server_that_came_with_the_tokens_is_the_one_to_ask(self, account):
        extra = {"base_url": "https://pds.example.net"}
        credentials.store(account, Tokens("t", extra=extra), at=NOW)
        assert grant(account).base_url == "https://pds.example.net"

    def test_its_bucket_names_the_account_and_holds_no_secret(self, account):
        assert grant(account).label == f"mastodon:{account.pk}"

    def test_a_key_that_is_gone_asks_for_a_new_consent(self, account, settings):
        settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(CollectError, match="can no longer read") as caught:
            grant(account)
        assert caught.value.permanent


class TestRenewal:
    def test_a_token_that_ends_soon_is_renewed_and_kept(self, account, oauth):
        fake = oauth()
        keep(account)
        assert grant(account).token == "new-1"
        assert (kept(account).access, kept(account).refresh) == ("new-1", "refresh-1")
        assert (fake.asked, Credential.objects.get().refreshed_at) == (1, NOW)

    @pytest.mark.parametrize("expires_at", [LATER, None])
    def test_one_that_lives_on_is_not(self, account, oauth, expires_at):
        fake = oauth()
        keep(account, expires_at=expires_at)
        assert (grant(account).token, fake.asked) == ("old", 0)

    def test_one_that_can_only_be_renewed_while_it_lives_is_renewed_days_before(
        self, account, oauth
    ):
        oauth()
        keep(account, expires_at=NOW + timedelta(days=9), refresh="")
        assert grant(account).token == "new-1"

    def test_as_long_as_it_lives_a_refusal_to_renew_it_early_is_no_trouble(self, account, oauth):
        oauth(error=CollectError("No", permanent=True))
        keep(account, expires_at=NOW + timedelta(days=9), refresh="")
        assert grant(account).token == "old"
        assert Credential.objects.get().status == "alive"

    def test_a_refusal_for_good_marks_it_dead(self, account, oauth):
        oauth(error=CollectError("Reconnect.", permanent=True))
        keep(account)
        with pytest.raises(CollectError, match="Reconnect"):
            grant(account)
        assert Credential.objects.get().status == "dead"

    def test_trouble_at_the_network_leaves_the_old_tokens(self, account, oauth):
        oauth(error=CollectError("Try later."))
        keep(account)
        with pytest.raises(CollectError):
            grant(account)
        assert (kept(account).refresh, Credential.objects.get().status) == ("refresh-0", "alive")


class RefusesOnce(FakeCollector):
    def collect(self, grant, cursor, budget):
        if grant.token == "old":
            self.asked += 1
            raise Refused("Reconnect.", status=401, permanent=True)
        yield from super().collect(grant, cursor, budget)


class TestATokenThatIsRefusedBeforeItsTime:
    @pytest.fixture
    def refresh(self, account, monkeypatch):
        def run():
            monkeypatch.setitem(refreshing.COLLECTORS, "mastodon", RefusesOnce(make_pages()))
            with time_machine.travel(NOW, tick=False):
                done = refreshing.refresh_account(account.pk, at=NOW)
            account.refresh_from_db()
            return done

        return run

    def test_it_is_renewed_and_the_collection_tried_again(self, account, oauth, refresh):
        fake = oauth()
        keep(account, expires_at=LATER)
        assert refresh()
        assert (fake.asked, account.needs_reconnect) == (1, False)

    def test_without_a_refresh_token_the_person_is_asked(self, account, oauth, refresh):
        fake = oauth()
        keep(account, expires_at=NOW + timedelta(days=30), refresh="")
        assert not refresh()
        assert (fake.asked, account.needs_reconnect) == (0, True)
        assert Credential.objects.get().status == "dead"

    def test_where_no_other_token_is_to_be_had_the_person_is_asked(self, account, oauth, refresh):
        oauth(error=CollectError("Please reconnect.", permanent=True))
        keep(account, expires_at=LATER)
        assert not refresh()
        assert (account.needs_reconnect, account.last_error) == (True, "Please reconnect.")


class TestRotation:
    @pytest.fixture
    def newer(self, account, settings):
        """A new key in front of the one that everything was sealed with."""
        keep(account)
        settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIAL_KEYS]
        return settings

    def test_afterwards_the_old_key_is_not_needed(self, account, newer):
        assert call_command("rotate_credentials").startswith("3 encrypted anew, 0 ")
        newer.CREDENTIAL_KEYS = newer.CREDENTIAL_KEYS[:1]
        assert kept(account).refresh == "refresh-0"
        assert vault.unseal(ServerApp.objects.get().sealed_secret) == "secret"

    def test_it_can_run_again_and_finds_nothing_to_do(self, newer):
        call_command("rotate_credentials")
        assert call_command("rotate_credentials").startswith("0 encrypted anew, 3 were")

    def test_it_goes_on_in_batches(self, newer, monkeypatch):
        from scoring.services import rotating

        monkeypatch.setattr(rotating, "BATCH", 1)
        for name in ("bob", "charlie"):
            make_linked_account(make_person(name))
        with time_machine.travel(NOW):
            assert "2 were" in call_command("rotate_credentials")

    def test_what_no_key_opens_is_said_and_left(self, account, newer):
        sealed = Credential.objects.get().sealed_token
        newer.CREDENTIAL_KEYS = newer.CREDENTIAL_KEYS[:1]
        with pytest.raises(CommandError, match="3 can't be read"):
            call_command("rotate_credentials")
        assert bytes(Credential.objects.get().sealed_token) == bytes(sealed)
