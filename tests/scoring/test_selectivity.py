"""Whose responses count less: of people who respond to everything. Through the services."""

from __future__ import annotations

import pytest

from scoring import tasks, vault
from scoring.formula.signals import STILL_SELECTIVE
from scoring.models import Archive, BusyResponder, Post
from scoring.services.rescoring import rescore
from scoring.services.storing import store_observations
from tests.cast import NOW, make_linked_account, make_pages, make_person, post_seen

pytestmark = pytest.mark.django_db
POD = [f"member{n}@pod.example.org" for n in range(20)]
ELSEWHERE = STILL_SELECTIVE // 10 + 1  # accounts on whose ten posts the pod responded as well


def count():
    tasks.count_busy_responders.apply(throw=True)


def collected(account, who, posts=10):
    """Ten posts that each of these people responded to; the score in tenths."""
    seen = [post_seen(n, received=(len(who), 0, 0)) for n in range(posts)]
    store_observations(account, make_pages(posts=seen, who=who), at=NOW)
    return rescore(account.user_id, at=NOW).tenths


@pytest.fixture
def alice():
    return make_linked_account(make_person("alice"))


@pytest.fixture
def pod_at_work():
    for n in range(ELSEWHERE):
        collected(make_linked_account(make_person(f"other{n}")), POD)


def number(who):
    return vault.person_number(network="mastodon", who=who)


def test_who_responded_often_enough_is_counted_and_nobody_else(alice, pod_at_work):
    collected(alice, ["bob@x"])
    count()
    rows = dict(BusyResponder.objects.values_list("number", "responses"))
    assert rows == {number(who): 10 * ELSEWHERE for who in POD}


def test_a_pod_that_likes_everything_counts_less_than_people_who_choose(alice, pod_at_work):
    by_the_pod_before = collected(alice, POD)
    count()
    by_the_pod = collected(alice, POD)
    by_others = collected(alice, [f"fan{n}@x" for n in range(len(POD))])
    assert by_the_pod < by_the_pod_before == by_others


def test_who_has_become_choosy_counts_in_full_again(alice, pod_at_work):
    count()
    Post.objects.exclude(account=alice).delete()
    collected(alice, POD)
    count()
    assert not BusyResponder.objects.exists()


def test_nobody_can_be_made_cheap_by_an_archive(alice):
    archive = Archive.objects.create(user=alice.user, uploaded_at=NOW, state="done")
    Post.objects.bulk_create(
        Post(account=alice, archive=archive, uid=str(n), created_at=NOW, responders=[5])
        for n in range(STILL_SELECTIVE + 1)
    )
    count()
    assert not BusyResponder.objects.exists()
