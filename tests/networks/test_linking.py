from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken

from scoring.models import Credential, LinkedAccount
from scoring.networks import NETWORKS
from tests.networks import facts
from tests.networks.facts import Facts, each
from tests.networks.person import Person, collect, said, token_of
from tests.networks.sim import Netsim


@pytest.mark.parametrize("key", [row.key for row in facts.ALL])
def test_every_closed_network_is_known_to_the_site(key: str):
    assert key in NETWORKS


def test_alice_links_her_account(alice: Person, network: Facts):
    account = alice.linked(network)
    assert (account.uid, account.host) == (network.uid, NETWORKS[network.key].host)
    assert account.user == alice.profile.user
    assert account.handle


def test_her_token_is_kept_encrypted_and_by_us_alone(alice: Person, network: Facts):
    account = alice.linked(network)
    kept = Credential.objects.get(account=account)
    token = token_of(account)
    columns = (kept.sealed_token, kept.sealed_refresh or b"", kept.sealed_extra or b"")
    assert not any(token.access.encode() in bytes(column) for column in columns)
    assert bool(token.refresh) == (network.renews == "refresh token")
    rows = (SocialAccount, SocialToken, SocialApp)
    assert not any(model.objects.exists() for model in rows)


def test_who_says_no_there_reads_so_here(alice: Person, network: Facts):
    answer = alice.links(network, allow=False)
    assert "You said no at" in said(answer)
    assert not LinkedAccount.objects.exists()


@each(lambda network: bool(network.vital))
def test_who_allows_less_than_we_need_is_told_so(alice: Person, network: Facts):
    answer = alice.links(network, without=network.vital)
    assert "You allowed less than we need" in said(answer)
    assert not LinkedAccount.objects.exists()


@each(lambda network: bool(network.vital) and network.revokes and not network.shared)
def test_a_token_of_a_refused_link_is_given_back(alice: Person, network: Facts, netsim: Netsim):
    alice.links(network, without=network.vital)
    assert netsim.do("alive", network=network.key, member="alice") == 0


def test_charlie_cannot_take_an_account_that_alice_has_linked(
    alice: Person, charlie: Person, network: Facts
):
    account = alice.linked(network)
    before = token_of(account)
    answer = charlie.links(network, member="alice")
    assert answer.status_code == 409
    account.refresh_from_db()
    assert (account.user, token_of(account)) == (alice.profile.user, before)
    assert collect(account), account.last_error


def test_charlie_links_an_account_of_his_own(alice: Person, charlie: Person, network: Facts):
    alice.linked(network)
    charlie.links(network, member="charlie")
    assert LinkedAccount.objects.filter(network=network.key).count() == 2


def test_charlie_cannot_reach_what_alice_has_linked(alice: Person, charlie: Person, network: Facts):
    account = alice.linked(network)
    base = f"/settings/accounts/{account.pk}"
    for deed in ("refresh", "disconnect"):
        assert charlie.client.post(f"{base}/{deed}/").status_code == 404
    assert LinkedAccount.objects.filter(pk=account.pk).exists()


def test_an_answer_that_belongs_to_somebody_else_links_nothing(
    alice: Person, charlie: Person, network: Facts, netsim: Netsim
):
    """Charlie sends Alice the address that ends his own sign-in."""
    back = netsim.consent(charlie.leaves_for(network), member="charlie")
    answer = alice.returns(back)
    assert "does not belong to your last request" in said(answer)
    assert not LinkedAccount.objects.exists()


def test_nothing_in_the_request_widens_what_we_ask_for(alice: Person, network: Facts):
    url = alice.leaves_for(network, "?scope=everything&auth_params=scope%3Deverything")
    asked = parse_qs(urlsplit(url).query).get("scope", [""])[0]
    declared = {scope.name for scope in NETWORKS[network.key].scopes}
    assert set(asked.replace(",", " ").split()) == declared


def test_without_the_operators_keys_networks_are_not_there(alice: Person, settings: Any):
    settings.NETWORK_KEYS = {}
    page = alice.client.get("/settings/accounts/").content.decode()
    assert not any(network.path in page for network in facts.ALL)


def test_without_the_operators_keys_nobody_can_leave_for_a_network(
    alice: Person, network: Facts, settings: Any
):
    settings.NETWORK_KEYS = {}
    assert alice.client.post(network.path).status_code == 404


def test_with_the_operators_keys_networks_are_offered(alice: Person):
    page = alice.client.get("/settings/accounts/").content.decode()
    assert all(network.path in page for network in facts.ALL)


def test_a_network_in_trouble_on_the_way_back_is_no_error_of_ours(
    alice: Person, network: Facts, netsim: Netsim
):
    back = netsim.consent(alice.leaves_for(network))
    netsim.do("fault", network=network.key, what="503", at=["token", "open", "resource"])
    answer = alice.returns(back)
    assert answer.status_code == 302
    assert said(answer)
    assert not LinkedAccount.objects.exists()


def test_a_network_that_is_down_on_the_way_back_is_said_in_words(
    alice: Person, network: Facts, netsim: Netsim
):
    back = netsim.consent(alice.leaves_for(network))
    netsim.down.update(netsim.hosts)
    answer = alice.returns(back)
    assert answer.status_code == 302
    assert said(answer)
    assert not LinkedAccount.objects.exists()


def test_linkedin_down_before_anybody_leaves_is_said_in_words(alice: Person, netsim: Netsim):
    netsim.down.update(netsim.hosts)
    answer = alice.client.post("/settings/accounts/connect/linkedin/")
    assert answer.status_code == 302
    assert said(answer)


@each(lambda network: network.shared)
def test_who_runs_two_pages_is_asked_which(alice: Person, network: Facts):
    assert choose(alice, network, 1).uid == "61002"


@each(lambda network: network.shared)
def test_of_two_pages_one_stays_when_the_other_is_disconnected(alice: Person, network: Facts):
    first, second = choose(alice, network, 0), choose(alice, network, 1)
    alice.client.post(f"/settings/accounts/{first.pk}/disconnect/")
    assert collect(second), second.last_error


def choose(person: Person, network: Facts, which: int) -> LinkedAccount:
    """Bob there, who runs two Pages, is this person here."""
    person.links(network, member="bob")
    page = person.client.get("/settings/accounts/choose/")
    choices = page.context["form"].fields["account"].choices
    person.client.post("/settings/accounts/choose/", {"account": choices[which][0]})
    return LinkedAccount.objects.latest("pk")
