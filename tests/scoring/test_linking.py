from __future__ import annotations

from datetime import timedelta

import pytest

from scoring import selectors, vault
from scoring.models import Credential, CurrentScore, LinkedAccount, ScoreDay, Suppression
from scoring.services import linking
from scoring.services.numbering import number_of
from scoring.services.rescoring import rescore
from scoring.services.storing import store_observations
from tests.cast import (
    NOW,
    make_app,
    make_linked_account,
    make_pages,
    make_person,
    make_proof,
    make_score,
    post_seen,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def link(owner, name, **extra):
    return linking.link_account(user_id=owner.user_id, proven=make_proof(name), at=NOW, **extra)


def test_a_new_account_is_due_at_once():
    account = link(make_person("alice"), "alice")
    assert account.next_refresh_at == NOW


def test_the_token_is_stored_encrypted():
    account = link(make_person("alice"), "alice")
    sealed = bytes(Credential.objects.get(account=account).sealed_token)
    assert b"a-token" not in sealed
    assert vault.unseal(sealed) == "a-token"


def test_linking_again_reconnects_the_same_account():
    alice = make_person("alice")
    old = make_linked_account(
        alice, needs_reconnect=True, next_refresh_at=None, last_error="Dead token"
    )
    account = link(alice, "alice")
    assert (account.pk, account.needs_reconnect, account.last_error) == (old.pk, False, "")


def test_charlie_cannot_link_an_account_that_is_alices():
    make_linked_account(make_person("alice"))
    with pytest.raises(linking.LinkedToSomebodyElse):
        link(make_person("charlie"), "alice")


def test_a_refused_link_leaves_the_owners_token_alone():
    account = make_linked_account(make_person("alice"), token="alices")
    with pytest.raises(linking.LinkRefused):
        link(make_person("charlie"), "alice")
    assert vault.unseal(Credential.objects.get(account=account).sealed_token) == "alices"


def test_a_refused_link_does_not_revoke_a_token_that_the_owner_may_share(monkeypatch):
    make_linked_account(make_person("alice"))
    revoked = []
    monkeypatch.setattr(linking.mastodon, "revoke", lambda *a: revoked.append(a))
    linking.decline(make_proof("alice"))
    assert revoked == []


def test_a_refused_link_gives_an_unused_token_back(monkeypatch):
    revoked = []
    monkeypatch.setattr(linking.mastodon, "revoke", lambda app, token: revoked.append(token))
    linking.decline(make_proof("alice", token="unused"))
    assert revoked == ["unused"]


def test_an_identity_that_opted_out_is_refused():
    suppress("alice")
    with pytest.raises(linking.IdentityOptedOut):
        link(make_person("charlie"), "alice")


def test_an_older_opt_in_does_not_lift_a_newer_opt_out():
    suppress("alice")
    with pytest.raises(linking.IdentityOptedOut):
        link(make_person("alice"), "alice", opted_in_at=NOW - timedelta(days=1))


def test_a_newer_opt_in_lifts_the_refusal():
    suppress("alice")
    link(make_person("alice"), "alice", opted_in_at=NOW + timedelta(seconds=1))
    assert not Suppression.objects.exists()


def test_disconnecting_takes_the_account_and_todays_score_away():
    alice = make_person("alice")
    make_score(alice, at=NOW - DAY)
    make_score(alice, at=NOW)
    linking.disconnect(LinkedAccount.objects.get(), at=NOW)
    assert not LinkedAccount.objects.exists()
    assert not CurrentScore.objects.exists()
    assert [row.day for row in ScoreDay.objects.all()] == [(NOW - DAY).date()]


def test_a_disconnected_accounts_past_stays_as_numbers_that_end_on_that_day():
    alice = make_person("alice")
    make_score(alice, at=NOW - DAY)
    account = LinkedAccount.objects.get()
    linking.disconnect(account, at=NOW)
    assert selectors.signals_on(alice.user_id, (NOW - DAY).date()).keys() == {account.pk}
    assert selectors.signals_on(alice.user_id, NOW.date()) == {}


def test_disconnecting_one_of_two_takes_its_own_part_away_and_no_more():
    alice = make_person("alice")
    alone = make_score(alice)
    second = make_linked_account(alice, "alice2")
    store_observations(second, make_pages(posts=[post_seen(n) for n in range(30)]), at=NOW)
    assert rescore(alice.user_id, at=NOW).tenths > alone
    linking.disconnect(second, at=NOW)
    assert CurrentScore.objects.get().tenths == alone


def test_linking_notes_by_which_number_the_account_responds_to_others():
    account = link(make_person("alice"), "alice")
    who = "alice@social.example.org"
    assert account.person_number == vault.person_number(network="mastodon", who=who)


@pytest.mark.parametrize(
    ("network", "who"), [("bluesky", "the id"), ("github", "the id"), ("youtube", None)]
)
def test_networks_name_responders_by_what_they_can_be_recognised_by(network, who):
    account = LinkedAccount(network=network, uid="the id", handle="The.Handle")
    expected = who and vault.person_number(network=network, who=who)
    assert number_of(account) == expected


def test_disconnecting_hands_out_the_token_to_revoke():
    account = make_linked_account(make_person("alice"), token="bye")
    (token,) = linking.disconnect(account, at=NOW)
    assert token.tokens.access == "bye"


def test_hosts_that_do_not_confirm_are_named(monkeypatch):
    account = make_linked_account(make_person("alice"))
    monkeypatch.setattr(linking.mastodon, "revoke", lambda app, token: False)
    assert linking.revoke(linking.revocables([account])) == ["social.example.org"]


def suppress(name):
    identity = make_proof(name).identity
    Suppression.objects.create(identity_hash=linking.hash_of(identity), opted_out_at=NOW)


def test_the_token_is_revoked_whichever_address_of_ours_it_was_made_for(monkeypatch):
    account = make_linked_account(make_person("alice"))
    make_app(redirect_uri="https://other.example.org/callback/", client_id="other")
    monkeypatch.setattr(linking.mastodon, "revoke", lambda app, token: app.client_id == "other")
    assert linking.revoke(linking.revocables([account])) == []
