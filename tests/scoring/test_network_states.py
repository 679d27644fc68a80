"""What who runs the site learns about each network."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from scoring.models import Spending
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link, Setup
from scoring.selectors import network_states
from scoring.services.connecting import missing_keys, offered
from tests.cast import NOW, declare, make_linked_account, make_person

pytestmark = pytest.mark.django_db
KEYS = ("MASTODON_CLIENT_ID", "MASTODON_CLIENT_SECRET")


@pytest.fixture
def central(monkeypatch):
    setup = Setup(keys=KEYS, where="https://example.net/apps")
    declare(monkeypatch, link=Link.CONSENT, setup=setup)


def mastodon():
    return next(state for state in network_states(at=NOW) if state.network.key == "mastodon")


def test_a_network_of_many_servers_needs_nothing():
    assert (mastodon().offered, mastodon().missing) == (True, ())


def test_a_central_network_is_offered_once_there_are_keys(central, settings):
    assert (mastodon().offered, mastodon().missing) == (False, KEYS)
    settings.NETWORK_KEYS = {"mastodon": ("id", "secret")}
    assert (mastodon().offered, mastodon().missing) == (True, ())


@pytest.mark.parametrize("link", [Link.ARCHIVE, Link.OFF])
def test_what_can_only_be_brought_is_never_offered(monkeypatch, link):
    declare(monkeypatch, link=link)
    assert not offered(NETWORKS["mastodon"])
    assert missing_keys(NETWORKS["mastodon"]) == ()


def test_its_accounts_are_counted_by_how_they_do():
    make_linked_account(make_person("alice"), refreshed_at=NOW)
    make_linked_account(make_person("bob"), failures=3)
    make_linked_account(make_person("charlie"), needs_reconnect=True, next_refresh_at=None)
    make_linked_account(make_person("dora"), is_demo=True)
    state = mastodon()
    assert (state.accounts, state.failing, state.cut_off) == (3, 1, 1)
    assert state.refreshed_at == NOW


def test_the_command_says_why_accounts_fail():
    make_linked_account(make_person("alice"), failures=1, last_error="The server is away.")
    make_linked_account(make_person("bob"), last_error="Only a part could be read.")
    assert mastodon().last_error == "The server is away."
    assert "Mastodon: The server is away." in call_command("networks")


def test_the_command_says_what_is_missing_and_where_it_is_to_be_had(central):
    said = call_command("networks")
    assert "needs keys" in said
    assert f"Mastodon: set {', '.join(KEYS)}\n    https://example.net/apps" in said


def test_the_command_says_what_a_paid_network_has_cost(monkeypatch, settings):
    settings.X_DOLLARS_A_MONTH = 50
    monkeypatch.setitem(NETWORKS, "x", NETWORKS.get("x") or _as_x())
    from django.utils import timezone

    month = timezone.now().date().replace(day=1)
    Spending.objects.create(network="x", month=month, micros=1_230_000)
    assert "$1.23 of $50.00" in call_command("networks")


def _as_x():
    from dataclasses import replace

    return replace(NETWORKS["mastodon"], key="x")


def test_for_programs_it_is_json():
    rows = json.loads(call_command("networks", "--json"))
    assert [row["network"] for row in rows] == list(NETWORKS)
    assert rows[0]["offered"] is True
