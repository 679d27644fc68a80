"""Our OAuth client and collector against Bluesky's own servers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from scoring.collectors.base import Audience, CollectError, Mentions, PostSeen, Responses
from scoring.models import Credential, LinkedAccount
from scoring.services import bluesky_connecting, credentials, linking, refreshing
from tests.real.bluesky import consent, people
from tests.real.bluesky.linked import BACK, TOMORROW, can_read, collected, link, numbers, proven
from tests.real.bluesky.network import Bluesky
from tests.real.bluesky.people import Person
from tests.real.bluesky.scene import Scene

Links = Callable[[Person], LinkedAccount]


@pytest.fixture
def links(at_bluesky: Bluesky, db: None) -> Links:
    return link


@pytest.mark.parametrize("named", ["handle", "@handle", "did", "server"])
def test_whatever_names_them_leads_to_their_own_server(at_bluesky, somebody, named):
    typed = {
        "handle": somebody.handle,
        "@handle": f"@{somebody.handle}",
        "did": somebody.did,
        "server": at_bluesky.pds.partition("://")[2],
    }
    identity = proven(somebody, typed[named]).identity
    assert (identity.uid, identity.handle) == (somebody.did, somebody.handle)


def test_a_no_at_their_server_is_a_no(somebody):
    at = timezone.now()
    started = bluesky_connecting.start(somebody.handle, redirect_uri=BACK, at=at)
    params = consent.answer(started.consent_url, somebody, yes=False)
    with pytest.raises(CollectError, match="said no"):
        bluesky_connecting.finish(started.remember, params=params, at=at)


def test_the_yes_of_another_account_is_not_taken(at_bluesky, somebody):
    charlie = people.join(at_bluesky, f"charlie{next(numbers)}")
    at = timezone.now()
    started = bluesky_connecting.start(somebody.handle, redirect_uri=BACK, at=at)
    params = consent.answer(started.consent_url, charlie)
    with pytest.raises(CollectError, match="another account"):
        bluesky_connecting.finish(started.remember, params=params, at=at)


def test_an_answer_is_good_for_one_sign_in_only(somebody):
    at = timezone.now()
    started = bluesky_connecting.start(somebody.handle, redirect_uri=BACK, at=at)
    params = consent.answer(started.consent_url, somebody)
    bluesky_connecting.finish(started.remember, params=params, at=at)
    with pytest.raises(CollectError):
        bluesky_connecting.finish(started.remember, params=params, at=at)


class TestWhatIsRead:
    def test_the_account(self, links, known: Scene):
        (audience,) = collected(Audience, links(known.alice))
        assert (audience.handle, audience.display_name) == ("alice.test", "Alice")
        assert (audience.followers, audience.following, audience.posts) == (5, 2, 10)

    def test_posts_and_what_they_received(self, links, known: Scene):
        posts = collected(PostSeen, links(known.alice))
        assert len(posts) == 9  # the reply is part of somebody else's conversation
        first = next(post for post in posts if post.text == "Tomatoes, part 1")
        received = (first.favourites, first.reposts, first.replies, first.quotes)
        assert received == (5, 3, 1, 1)
        assert sum(post.favourites for post in posts) == 14

    def test_who_responded_without_herself(self, links, known: Scene):
        responses = collected(Responses, links(known.alice))
        who = {person for one in responses for person in one.responders}
        assert who == {fan.did for fan in known.fans[:4]}

    def test_who_spoke_to_her(self, links, known: Scene):
        (mentions,) = collected(Mentions, links(known.alice))
        assert (mentions.count, set(mentions.people)) == (2, {fan.did for fan in known.fans[:2]})

    def test_an_empty_account_has_nothing_and_that_is_known(self, links, somebody):
        (audience,) = collected(Audience, links(somebody))
        assert (audience.followers, audience.posts) == (0, 0)


def test_a_deleted_post_is_gone_after_the_next_refresh(at_bluesky, links, somebody):
    kept, gone = somebody.posts("Stays"), somebody.posts("Goes")
    people.until(lambda: len(people.feed_of(at_bluesky, somebody)) == 2)
    account = links(somebody)
    assert refreshing.refresh_account(account.pk, at=timezone.now())
    assert set(account.posts.values_list("uid", flat=True)) == {kept.uri, gone.uri}
    somebody.deletes(gone)
    people.until(lambda: len(people.feed_of(at_bluesky, somebody)) == 1)
    LinkedAccount.objects.update(next_refresh_at=timezone.now())
    assert refreshing.refresh_account(account.pk, at=timezone.now())
    assert set(account.posts.values_list("uid", flat=True)) == {kept.uri}


class TestTokens:
    def test_one_that_has_run_out_is_renewed_and_the_old_pair_replaced(self, links, somebody):
        account = links(somebody)
        before = credentials.opened(Credential.objects.get(account=account))
        grant = credentials.grant_of(account, at=timezone.now() + TOMORROW)
        after = credentials.opened(Credential.objects.get(account=account))
        assert grant.token == after.access != before.access
        assert after.refresh != before.refresh
        assert can_read(grant)

    def test_whoever_replays_an_old_refresh_token_ends_the_log_in(self, links, somebody):
        account = links(somebody)
        stolen = credentials.opened(Credential.objects.get(account=account))
        credentials.grant_of(account, at=timezone.now() + TOMORROW)
        credentials.store(account, stolen, at=timezone.now())
        for _again in range(2):
            with pytest.raises(CollectError) as refused:
                credentials.grant_of(account, at=timezone.now() + TOMORROW)
        assert refused.value.permanent
        assert Credential.objects.get(account=account).status == Credential.Status.DEAD

    @pytest.mark.django_db(transaction=True)
    def test_two_who_renew_at_once_make_one_renewal(self, links, somebody):
        account = links(somebody)
        at = timezone.now() + timedelta(minutes=58)  # the first one's successor is good then

        def renew(_number: int) -> str:
            try:
                return credentials.grant_of(account, at=at).token
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(renew, range(2))
        assert first == second
        assert can_read(credentials.grant_of(account, at=at + TOMORROW))  # it still lives

    def test_disconnecting_ends_the_log_in_at_the_server(self, links, somebody):
        account = links(somebody)
        tokens = credentials.opened(Credential.objects.get(account=account))
        at = timezone.now()
        assert linking.revoke(linking.disconnect(account, at=at)) == []
        from scoring.networks.bluesky.oauth import BlueskyOAuth

        with pytest.raises(CollectError):
            BlueskyOAuth().refresh(tokens, None, at=at)
