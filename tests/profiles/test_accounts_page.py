"""The accounts in the settings, and what a page says of accounts of many networks."""

from __future__ import annotations

import pytest
from django.urls import reverse

from profiles.selectors import profile_page
from scoring.models import Archive, Credential, LinkedAccount, Post, Reading
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link
from tests.cast import NOW, make_linked_account, make_person
from tests.scenes import rescored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def html_of(client, path="accounts"):
    return client.get(reverse(path)).content.decode()


def linked(owner, network, **fields):
    fields = {"host": NETWORKS[network].host, "refreshed_at": NOW, **fields}
    return make_linked_account(owner, network, network=network, **fields)


def from_archive(owner, network="googleplus"):
    account = linked(owner, network, next_refresh_at=None, handle="Ann Lee")
    Credential.objects.filter(account=account).delete()
    archive = Archive.objects.create(
        user=owner.user, account=account, network=network, folder="f", uploaded_at=NOW
    )
    then = NOW.replace(year=2019)
    Reading.objects.create(account=account, taken_at=then, archive=archive, followers=9)
    write(account, archive=archive, created_at=then)
    return account


def write(account, **fields):
    """As many posts as a score needs."""
    counts = {"favourites": 3, "reposts": 1}
    Post.objects.bulk_create(
        Post(account=account, uid=str(n), **counts, **fields) for n in range(12)
    )


def test_every_network_that_can_be_linked_is_offered(client, alice, settings):
    settings.BLUESKY_PRIVATE_KEY = ""
    html = html_of(client)
    for network in NETWORKS.values():
        offered = network.link in {Link.SERVER, Link.CONSENT}
        assert (reverse("connect_network", args=[network.key]) in html) is offered


def test_without_keys_a_network_is_offered_to_nobody(client, alice, settings):
    settings.NETWORK_KEYS = {}
    assert reverse("connect_network", args=["github"]) not in html_of(client)


def test_staff_see_what_is_missing_and_others_do_not(client, alice, settings):
    settings.NETWORK_KEYS = {}
    assert "GITHUB_CLIENT_ID" not in html_of(client)
    client.force_login(make_person("staff", is_staff=True).user)
    assert "GITHUB_CLIENT_ID" in html_of(client)


@pytest.mark.parametrize("network", ["mastodon", "bluesky", "github"])
def test_every_kind_of_account_can_be_reconnected(client, alice, network):
    fields = {} if network == "mastodon" else {"network": network, "host": NETWORKS[network].host}
    make_linked_account(alice, needs_reconnect=True, next_refresh_at=None, **fields)
    html = html_of(client)
    assert "Reconnect" in html
    assert reverse("connect_network", args=[network]) in html


def test_what_came_in_an_archive_says_so_and_is_not_read(client, alice, rings):
    account = from_archive(alice)
    html = html_of(client)
    assert "From an archive" in html
    assert "2019" in html
    assert reverse("refresh", args=[account.pk]) not in html
    client.post(reverse("refresh", args=[account.pk]))
    assert rings == []
    assert LinkedAccount.objects.get().next_refresh_at is None


def test_the_sum_says_which_part_came_in_an_archive(client, alice):
    rescored(from_archive(alice), at=NOW)
    page = profile_page(alice, is_own=True, at=NOW)
    assert [group.archived_at for group in page.score.groups][0].year == 2019


def test_figures_are_shown_as_the_network_tells_them(client, alice):
    make_linked_account(alice, refreshed_at=NOW)
    Reading.objects.create(account=alice.user.linked_accounts.get(), taken_at=NOW, followers=3)
    account = linked(alice, "youtube")
    Reading.objects.create(account=account, taken_at=NOW, figures={"views": 120_000, "odd": 1})
    rescored(account, at=NOW)
    html = html_of(client, "me")
    assert "As YouTube tells it:" in html
    assert "120,000" in html
    assert "Not part of the score: YouTube" in html


def test_the_operators_leave_brings_a_network_into_the_score(client, alice, settings):
    settings.IN_SCORE = frozenset({"youtube"})
    linked(alice, "youtube")
    [row] = profile_page(alice, is_own=True, at=NOW).networks
    assert row.is_scored


def test_the_sum_speaks_each_networks_own_words(client, alice):
    account = linked(alice, "github")
    Reading.objects.create(account=account, taken_at=NOW, followers=9, responders=2)
    write(account, created_at=NOW)
    rescored(account, at=NOW)
    stars = str(NETWORKS["github"].terms.favourites)
    assert f"{stars} of a typical repository" in html_of(client, "me")
