from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import InterfaceError, OperationalError

from scoring import selectors, vault
from scoring.collectors.base import CollectError, RateLimited
from scoring.formula import unpack
from scoring.formula.signals import FIELD, amount_of
from scoring.models import (
    AccountSignals,
    CurrentScore,
    LinkedAccount,
    Post,
    Progress,
    Reading,
    ScoreDay,
)
from scoring.services import leaving, linking, refreshing
from tests.cast import (
    NOW,
    make_linked_account,
    make_pages,
    make_person,
    make_proof,
    post_seen,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def refresh(account, at=NOW):
    done = refreshing.refresh_account(account.pk, at=at)
    account.refresh_from_db()
    return done


def posts(number):
    return [post_seen(n) for n in range(number)]


def number(who):
    return vault.person_number(network="mastodon", who=who)


def test_what_the_network_says_becomes_a_score(collect):
    alice = make_person("alice")
    collect(make_pages(posts=posts(12), who=["bob@x", "eve@x"]))
    assert refresh(make_linked_account(alice))
    now = CurrentScore.objects.get(user=alice.user)
    day = ScoreDay.objects.get(user=alice.user)
    assert 10 <= now.low <= now.tenths <= now.high <= 1000
    assert (day.tenths, day.low, day.high) == (now.tenths, now.low, now.high)
    assert (now.posts, now.day) == (12, NOW.date())


def test_the_reading_keeps_what_the_score_was_made_from(collect):
    collect(make_pages(followers=200, posts=posts(3), who=["bob@x", "eve@x"]))
    refresh(make_linked_account(make_person("alice")))
    reading = Reading.objects.get()
    assert (reading.followers, reading.responders) == (200, 2)
    assert reading.posts == [[4, 2, 1]] * 3


def test_the_score_can_be_taken_apart_from_what_is_stored(collect):
    collect(make_pages(posts=posts(12), who=["bob@x", "eve@x"]))
    account = make_linked_account(make_person("alice"))
    refresh(account)
    now = selectors.explained(account.user_id)
    assert now.tenths == CurrentScore.objects.get().tenths == sum(p.tenths for p in now.parts)
    assert (now.low, now.high) == CurrentScore.objects.values_list("low", "high").get()


def test_on_fewer_than_ten_posts_there_is_no_number_yet(collect):
    collect(make_pages(posts=posts(9)))
    refresh(make_linked_account(make_person("alice")))
    assert CurrentScore.objects.values_list("tenths", "low", "high", "posts").get() == (
        *(None, None, None),
        9,
    )
    assert not ScoreDay.objects.exists()


def test_people_who_responded_are_kept_as_numbers_only(collect):
    collect(make_pages(posts=posts(1), who=["bob@elsewhere.example.org"]))
    refresh(make_linked_account(make_person("alice")))
    (number,) = Post.objects.get().responders
    assert isinstance(number, int)


def test_the_next_refresh_is_a_day_away_and_a_little_spread(collect):
    collect(make_pages())
    account = make_linked_account(make_person("alice"))
    refresh(account)
    assert timedelta(hours=24) <= account.next_refresh_at - NOW <= timedelta(hours=26.4)


def test_a_post_deleted_at_the_network_goes_here_too(collect):
    account = make_linked_account(make_person("alice"))
    collect(make_pages(posts=posts(3)))
    refresh(account)
    collect(make_pages(posts=posts(2)))
    refresh(account, at=NOW + timedelta(days=2))
    assert set(Post.objects.values_list("uid", flat=True)) == {"0", "1"}


def test_running_it_twice_leaves_one_score_of_the_day(collect):
    account = make_linked_account(make_person("alice"))
    collect(make_pages(posts=posts(12)))
    refresh(account)
    LinkedAccount.objects.update(next_refresh_at=NOW)
    refresh(account)
    assert ScoreDay.objects.count() == 1


def test_only_one_of_two_claims_gets_it():
    account = make_linked_account(make_person("alice"))
    assert refreshing.claim(account.pk, at=NOW)
    assert not refreshing.claim(account.pk, at=NOW)


def test_a_claim_whose_owner_died_is_due_again_after_the_lease(settings):
    account = make_linked_account(make_person("alice"))
    refreshing.claim(account.pk, at=NOW)
    later = NOW + settings.REFRESH_LEASE
    assert selectors.due_account_ids(at=NOW, limit=9) == []
    assert selectors.due_account_ids(at=later, limit=9) == [account.pk]


def test_an_account_that_is_not_due_is_not_asked(collect):
    collector = collect(make_pages())
    tomorrow = NOW + timedelta(days=1)
    assert not refresh(make_linked_account(make_person("alice"), next_refresh_at=tomorrow))
    assert collector.asked == 0


def test_an_opt_out_during_a_collection_wins(collect):
    alice = make_person("alice")
    account = make_linked_account(alice)
    collect(make_pages(posts=posts(12)), meanwhile=lambda: leaving.forget(alice.user_id, at=NOW))
    assert not refreshing.refresh_account(account.pk, at=NOW)
    assert not ScoreDay.objects.exists()
    assert not Reading.objects.exists()


def test_a_dead_token_asks_to_reconnect_and_is_not_tried_again(collect):
    collect(error=CollectError("Please reconnect.", permanent=True))
    account = make_linked_account(make_person("alice"))
    refresh(account)
    assert account.needs_reconnect
    assert account.next_refresh_at is None
    assert account.last_error == "Please reconnect."


def test_a_reconnect_during_a_failing_collection_wins(collect):
    alice = make_person("alice")
    account = make_linked_account(alice)

    def reconnect():
        linking.link_account(user_id=alice.user_id, proven=make_proof("alice"), at=NOW)

    error = CollectError("Dead token", permanent=True)
    collect(make_pages(), error=error, meanwhile=reconnect)
    refresh(account)
    assert (account.needs_reconnect, account.next_refresh_at) == (False, NOW)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 1), (1, 2), (4, 16), (30, 360)])
def test_a_failing_server_is_asked_less_and_less_often(collect, failures, minutes):
    collect(error=CollectError("It did not answer."))
    account = make_linked_account(make_person("alice"), failures=failures)
    refresh(account)
    wait = account.next_refresh_at - NOW
    assert timedelta(minutes=minutes) <= wait <= timedelta(minutes=minutes * 1.1)


@pytest.mark.parametrize(
    "limited",
    [
        RateLimited("Wait", retry_at=NOW + timedelta(minutes=7)),
        RateLimited("Wait", retry_after=420),
    ],
)
def test_a_server_that_asks_us_to_wait_gets_what_it_asks_for(collect, limited):
    collect(error=limited)
    account = make_linked_account(make_person("alice"))
    refresh(account)
    wait = account.next_refresh_at - NOW
    assert timedelta(minutes=7) <= wait <= timedelta(minutes=7.7)


def test_a_server_cannot_send_us_away_for_a_year(collect):
    collect(error=RateLimited("Wait", retry_at=NOW + timedelta(days=365)))
    account = make_linked_account(make_person("alice"))
    refresh(account)
    assert account.next_refresh_at - NOW <= timedelta(hours=6.6)


def test_a_failed_refresh_keeps_the_score_there_was(collect):
    account = make_linked_account(make_person("alice"))
    collect(make_pages(posts=posts(12)))
    refresh(account)
    before = ScoreDay.objects.get().tenths
    collect(error=CollectError("It did not answer."))
    refresh(account, at=NOW + timedelta(days=2))
    assert ScoreDay.objects.get().tenths == before


def test_progress_says_true_counts(collect):
    account = make_linked_account(make_person("alice"))
    seen = []
    collect(
        make_pages(posts=posts(40)),
        meanwhile=lambda: seen.append(Progress.objects.get(account=account)),
    )
    refresh(account)
    assert (seen[0].step, seen[0].done, seen[0].total) == ("posts", 40, 40)
    assert Progress.objects.get(account=account).step == "done"


def test_two_accounts_make_one_score(collect):
    alice = make_person("alice")
    first, second = make_linked_account(alice), make_linked_account(alice, "alice2")
    collect(make_pages(posts=posts(12), who=["bob@x"]))
    refresh(first)
    alone = ScoreDay.objects.get().tenths
    refresh(second)
    assert ScoreDay.objects.get().tenths > alone


def test_nobody_is_one_of_their_own_responders(collect):
    alice = make_person("alice")
    first, second = make_linked_account(alice), make_linked_account(alice, "alice2")
    collect(make_pages(posts=posts(1)))
    refresh(second)
    own = [f"{name}@social.example.org" for name in ("alice", "alice2")]
    LinkedAccount.objects.filter(pk=second.pk).update(handle=own[1], person_number=number(own[1]))
    collect(make_pages(posts=posts(1), who=[*own, "bob@x"]))
    refresh(first)
    (row,) = unpack([AccountSignals.objects.get(account=first).packed])
    assert amount_of("responders", float(row[FIELD["responders"]])) == pytest.approx(1)


def test_a_fault_of_our_own_is_tried_again_within_the_hour(collect, monkeypatch):
    from scoring import tasks

    collect(error=ZeroDivisionError())
    account = make_linked_account(make_person("alice"))
    with pytest.raises(ZeroDivisionError):
        tasks.refresh_account.apply((account.pk,), throw=True)
    account.refresh_from_db()
    assert account.next_refresh_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize("error", [OperationalError(), InterfaceError()])
def test_a_database_that_goes_away_puts_off_no_longer_than_the_lease(collect, settings, error):
    from scoring import tasks

    collect(error=error)
    account = make_linked_account(make_person("alice"))
    with pytest.raises(type(error)):
        tasks.refresh_account.apply((account.pk,), throw=True)
    account.refresh_from_db()
    assert (account.next_refresh_at, account.last_error) == (NOW + settings.REFRESH_LEASE, "")
