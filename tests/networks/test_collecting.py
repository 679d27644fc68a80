from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from scoring.models import Credential, LinkedAccount, Post
from scoring.networks import NETWORKS, linkedin
from tests.networks import facts
from tests.networks.facts import COUNTS, Facts, each
from tests.networks.person import Person, collect, said, token_of
from tests.networks.sim import Netsim

WAIT = 1200  # seconds; none of our own waits is as long
MEMBER = "alice"


def asked(netsim: Netsim, *kinds: str) -> int:
    """How many requests of these kinds have come since that was last asked."""
    rows = [row for row in netsim.do("requests") if row["kind"] in (kinds or ("resource",))]
    netsim.do("forget_requests")
    return len(rows)


def received(account: LinkedAccount) -> list[dict[str, int | None]]:
    """As stored, newest first."""
    return list(Post.objects.filter(account=account).order_by("-created_at").values(*COUNTS))


def test_a_collection_brings_what_is_there(alice: Person, network: Facts):
    account, there = alice.linked(network), facts.graph().members[MEMBER]
    assert collect(account), account.last_error
    assert received(account) == network.expected(there)
    reading = account.readings.get()
    if network.followers:
        assert reading.followers == len(there.followers)


@each(lambda network: network.key == "linkedin")
def test_linkedin_tells_numbers_where_the_operator_is_approved(
    alice: Person, network: Facts, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.LINKEDIN_ANALYTICS = True
    scopes = (*linkedin.IDENTITY_SCOPES, *linkedin.ANALYTICS_SCOPES)
    monkeypatch.setitem(NETWORKS, network.key, replace(linkedin.LINKEDIN, scopes=scopes))
    account, there = alice.linked(network), facts.graph().members[MEMBER]
    assert collect(account), account.last_error
    reading = account.readings.get()
    assert reading.followers == len(there.followers)
    assert there.views in reading.figures.values()


def test_a_day_later_nothing_is_asked_for_that_is_known(
    alice: Person, network: Facts, netsim: Netsim
):
    account = alice.linked(network)
    asked(netsim)
    assert collect(account), account.last_error
    first = asked(netsim)
    assert collect(account), account.last_error
    daily = asked(netsim)
    assert daily <= network.daily, f"{first} first, {daily} daily"
    assert received(account) == network.expected(facts.graph().members[MEMBER])


@each(lambda network: network.posts)
def test_a_day_later_what_is_new_is_there_and_what_was_deleted_is_gone(
    alice: Person, network: Facts, netsim: Netsim
):
    account, there = alice.linked(network), facts.graph()
    assert collect(account), account.last_error
    netsim.do("post", member=MEMBER)
    netsim.do("delete", member=MEMBER)
    there.add_post(MEMBER)
    there.delete_post(MEMBER)
    assert collect(account), account.last_error
    assert received(account) == network.expected(there.members[MEMBER])


@each(lambda network: network.renews == "refresh token")
def test_an_access_token_that_ends_early_is_renewed_once(
    alice: Person, network: Facts, netsim: Netsim
):
    account = alice.linked(network)
    before = token_of(account)
    netsim.do("expire", network=network.key, member=MEMBER)
    asked(netsim)
    assert collect(account), account.last_error
    assert asked(netsim, "token") == 1
    assert token_of(account).access != before.access


@each(lambda network: network.renews != "never")
def test_an_access_token_is_renewed_before_it_ends(alice: Person, network: Facts, netsim: Netsim):
    account = alice.linked(network)
    before, ends = token_of(account), Credential.objects.get().expires_at
    asked(netsim)
    assert collect(account, at=ends - timedelta(minutes=1)), account.last_error
    assert asked(netsim, "token", "open") == 1
    after = token_of(account)
    assert after.access != before.access
    assert (after.refresh != before.refresh) == network.rotates


@each(lambda network: network.renews == "refresh token")
def test_a_token_that_was_renewed_is_renewed_again_the_next_time(
    alice: Person, network: Facts, netsim: Netsim
):
    """Where refresh tokens change, the new one has to be kept."""
    account = alice.linked(network)
    for _day in range(2):
        netsim.do("expire", network=network.key, member=MEMBER)
        assert collect(account), account.last_error


def test_a_permission_that_was_withdrawn_there_asks_to_reconnect(
    alice: Person, network: Facts, netsim: Netsim
):
    account = alice.linked(network)
    netsim.do("withdraw", network=network.key, member=MEMBER)
    assert not collect(account)
    assert account.needs_reconnect
    assert "connect" in account.last_error
    assert account.next_refresh_at is None


def test_connecting_again_mends_it(alice: Person, network: Facts, netsim: Netsim):
    account = alice.linked(network)
    netsim.do("withdraw", network=network.key, member=MEMBER)
    collect(account)
    alice.links(network)
    assert LinkedAccount.objects.get() == account
    assert collect(account), account.last_error
    assert not account.needs_reconnect


def test_a_network_that_asks_us_to_wait_is_asked_again_when_it_says(
    alice: Person, network: Facts, netsim: Netsim
):
    account = alice.linked(network)
    netsim.do("fault", network=network.key, what="wait", at=["resource"], seconds=WAIT)
    before = timezone.now()
    assert not collect(account)
    assert "wait" in account.last_error
    assert not account.needs_reconnect
    waits = (account.next_refresh_at - before).total_seconds()
    if network.waits:
        assert WAIT - 60 <= waits <= WAIT * 1.1 + 60
    else:
        assert waits >= 30
    assert account.quiet_until == account.next_refresh_at


def test_a_network_in_trouble_is_asked_again_later(alice: Person, network: Facts, netsim: Netsim):
    account = alice.linked(network)
    netsim.do("fault", network=network.key, what="503", at=["resource"])
    assert not collect(account)
    assert account.last_error
    assert not account.needs_reconnect
    netsim.do("mend")
    assert collect(account), account.last_error
    assert account.last_error == ""


def test_a_network_that_is_down_is_asked_again_later(alice: Person, network: Facts, netsim: Netsim):
    account = alice.linked(network)
    netsim.down.update(netsim.hosts)
    assert not collect(account)
    assert not account.needs_reconnect
    assert account.next_refresh_at > timezone.now()


def test_disconnecting_ends_our_access_there(alice: Person, network: Facts, netsim: Netsim):
    account = alice.linked(network)
    answer = alice.client.post(f"/settings/accounts/{account.pk}/disconnect/")
    left = netsim.do("alive", network=network.key, member=MEMBER)
    assert not LinkedAccount.objects.exists()
    assert not Credential.objects.exists()
    assert (left == 0) == network.revokes
    assert ("did not confirm" in said(answer)) != network.revokes
