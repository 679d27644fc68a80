from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import InterfaceError, OperationalError

from scoring import selectors
from scoring.collectors.base import CollectError, RateLimited
from scoring.models import LinkedAccount, Post, Progress, Reading, ScoreDay
from scoring.services import leaving, linking, refreshing
from tests.cast import (
    NOW,
    FakeCollector,
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


@pytest.fixture
def collect(monkeypatch):
    def install(*args, **kwargs):
        collector = FakeCollector(*args, **kwargs)
        monkeypatch.setitem(refreshing.COLLECTORS, "mastodon", collector)
        return collector

    return install


def refresh(account, at=NOW):
    done = refreshing.refresh_account(account.pk, at=at)
    account.refresh_from_db()
    return done


def posts(number):
    return [post_seen(n) for n in range(number)]


def test_what_the_network_says_becomes_a_score(collect):
    alice = make_person("alice")
    collect(make_pages(posts=posts(12), who=["bob@x", "eve@x"]))
    assert refresh(make_linked_account(alice))
    day = ScoreDay.objects.get(user=alice.user)
    assert day.tenths == sum(part["tenths"] for part in day.parts) > 100


def test_the_reading_keeps_what_the_score_was_made_from(collect):
    collect(make_pages(followers=200, posts=posts(3), who=["bob@x", "eve@x"]))
    refresh(make_linked_account(make_person("alice")))
    reading = Reading.objects.get()
    assert (reading.followers, reading.responders) == (200, 2)
    assert reading.posts == [[4, 2, 1]] * 3


def test_the_score_can_be_recomputed_from_its_reading(collect):
    from scoring.formula import fingerprint
    from scoring.services.rescoring import signals_of

    collect(make_pages(posts=posts(3)))
    account = make_linked_account(make_person("alice"))
    refresh(account)
    name = f"mastodon:{account.host}:{account.uid}"
    again = fingerprint([(name, signals_of(Reading.objects.get()))])
    assert ScoreDay.objects.get().inputs_hash == again


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
    collect(make_pages(posts=posts(3)))
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
    collect(make_pages(posts=posts(3)), meanwhile=lambda: leaving.forget(alice.user_id, at=NOW))
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
    collect(make_pages(posts=posts(3)))
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
    collect(make_pages(posts=posts(8)))
    refresh(first)
    alone = ScoreDay.objects.get().tenths
    refresh(second)
    assert ScoreDay.objects.get().tenths > alone


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


def test_what_is_due_is_rung_for(monkeypatch):
    from scoring import tasks

    rung = []
    monkeypatch.setattr(tasks.refresh_account, "apply_async", lambda args, **kw: rung.append(args))
    due = make_linked_account(make_person("alice"))
    make_linked_account(make_person("bob"), next_refresh_at=NOW + timedelta(hours=1))
    tasks.refresh_due.apply()
    assert rung == [(due.pk,)]


def test_asking_for_a_missing_account_is_no_error():
    assert refreshing.refresh_account(12345, at=NOW) is False


def test_the_owner_can_ask_for_a_refresh_now():
    account = make_linked_account(make_person("alice"), next_refresh_at=NOW + timedelta(hours=20))
    later = NOW + timedelta(minutes=2)
    assert refreshing.make_due(account, at=later)
    assert LinkedAccount.objects.get().next_refresh_at == later


def test_the_owner_cannot_hurry_a_server_that_was_only_just_asked():
    account = make_linked_account(make_person("alice"), next_refresh_at=NOW + timedelta(hours=20))
    assert not refreshing.make_due(account, at=NOW + timedelta(seconds=30))
    assert LinkedAccount.objects.get().next_refresh_at == account.next_refresh_at


def test_the_owner_cannot_hurry_a_server_that_asked_us_to_wait(collect):
    collect(error=RateLimited("Wait", retry_after=3600))
    account = make_linked_account(make_person("alice"))
    refresh(account)
    assert not refreshing.make_due(account, at=NOW + timedelta(minutes=30))
    assert refreshing.make_due(account, at=NOW + timedelta(minutes=70))


def test_a_fault_of_our_own_does_not_put_off_a_reconnect():
    account = make_linked_account(make_person("alice"))
    refreshing.postpone(account.pk, why="Ours", at=NOW + timedelta(seconds=1))
    assert LinkedAccount.objects.get().next_refresh_at == NOW


def test_a_collection_that_takes_too_long_is_said_so(collect):
    from celery.exceptions import SoftTimeLimitExceeded

    from scoring import tasks

    collect(error=SoftTimeLimitExceeded())
    account = make_linked_account(make_person("alice"))
    tasks.refresh_account.apply((account.pk,), throw=True)
    account.refresh_from_db()
    assert "too slowly" in account.last_error
