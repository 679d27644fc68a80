"""Linking and reading snac, a server that speaks Mastodon's API in its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from scoring.models import CurrentScore, LinkedAccount, Post, Reading
from scoring.services import connecting, credentials, linking, refreshing
from tests.cast import make_person
from tests.real.snac.server import Person, Snac, until

BACK: Final = "http://127.0.0.1:8000/settings/accounts/callback/snac/"

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Village:
    alice: Person
    bob: Person


@pytest.fixture(scope="module")
def village(snac: Snac, joins: Callable[..., Person]) -> Village:
    """Bob follows Alice, who shows her counters; he liked one of her three posts and boosted it."""
    alice, bob = joins("alice", counts=True), joins("bob")
    snac.follow(alice, bob)
    until(lambda: followers(snac, alice) == 1)
    for number in range(3):
        snac.post(alice, f"Tomatoes, part {number} #garden")
    snac.respond(bob, "favourite", "Tomatoes, part 1")
    snac.respond(bob, "reblog", "Tomatoes, part 1")
    until(lambda: [1, 1] in [counts[1:] for counts in statuses(snac, alice)])
    return Village(alice, bob)


def followers(snac: Snac, person: Person) -> int:
    return int(me(snac, person)["followers_count"])


def statuses(snac: Snac, person: Person) -> list[list[Any]]:
    path = f"/api/v1/accounts/{me(snac, person)['id']}/statuses"
    rows = snac.call("GET", path, person)
    return [[row["id"], row["favourites_count"], row["reblogs_count"]] for row in rows]


def me(snac: Snac, person: Person) -> dict[str, Any]:
    return dict(snac.call("GET", "/api/v1/accounts/verify_credentials", person))


@pytest.fixture
def links(snac: Snac, settings) -> Callable[[Person], LinkedAccount]:
    settings.LOOPBACK_SERVERS = frozenset({snac.host})

    def links(person: Person) -> LinkedAccount:
        owner, at = make_person(person.name), timezone.now()
        started = connecting.start(snac.host, redirect_uri=lambda host: BACK, at=at)
        back = snac.log_in(started.consent_url, person)
        params = dict(parse_qsl(urlsplit(back).query))
        assert params["state"] == started.state
        proven = connecting.finish(
            app_id=started.app_id, verifier=started.verifier, code=params["code"]
        )
        return linking.link_account(user_id=owner.user_id, proven=proven, at=at)

    return links


@pytest.fixture
def read(links) -> Callable[[Person], Reading]:
    """Links somebody's account and reads it for the first time."""

    def read(person: Person) -> Reading:
        assert refreshing.refresh_account(links(person).pk, at=timezone.now())
        return Reading.objects.get()

    return read


def test_her_consent_there_proves_who_she_is(snac, village, links):
    account = links(village.alice)
    assert account.handle == f"alice@{snac.host}"
    assert account.uid == me(snac, village.alice)["id"]


def test_what_she_received_becomes_a_score(village, read):
    reading = read(village.alice)
    assert (reading.followers, reading.responders) == (1, 1)
    assert CurrentScore.objects.get().posts > 0


def test_posts_are_counted_though_the_server_says_that_there_are_none(snac, village, read):
    assert me(snac, village.alice)["statuses_count"] == 0
    read(village.alice)
    assert Post.objects.count() == 3


def test_a_post_that_was_boosted_is_read_as_her_own(village, read):
    read(village.alice)
    post = Post.objects.get(text__startswith="Tomatoes, part 1")
    assert (post.favourites, post.reposts, post.hashtags) == (1, 1, ["garden"])


def test_a_disconnect_ends_our_access_there(snac, village, links):
    account = links(village.alice)
    token = credentials.grant_of(account, at=timezone.now()).token
    assert snac.is_let_in(token)
    assert linking.revoke(linking.disconnect(account, at=timezone.now())) == []
    assert not snac.is_let_in(token)


def test_a_token_that_has_ended_there_asks_to_reconnect(snac, village, links):
    account = links(village.alice)
    linking.revoke(linking.revocables([account]))
    assert not refreshing.refresh_account(account.pk, at=timezone.now())
    account.refresh_from_db()
    assert account.needs_reconnect
