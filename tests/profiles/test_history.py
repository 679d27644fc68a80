from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.history import reads
from profiles.history.deltas import deltas, latest_change
from scoring.models import SignalsDay
from scoring.selectors import Day
from tests.cast import NOW, make_linked_account, make_person
from tests.profiles.past import disconnect, path_of, read, second_account, store_days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands", "newest_formula_only")]
TODAY = NOW.date()


@pytest.fixture
def alice():
    return make_person("alice")


def history_of(owner, span=90):
    return reads.history(owner.user_id, today=TODAY, span=span)


def labels(found):
    return [mark.label for flag in found.chart.flags for mark in flag.marks]


def test_accounts_that_came_and_went_are_marked(alice):
    first, second = make_linked_account(alice), second_account(alice)
    read(first, ago=60)
    read(second, ago=40)
    disconnect(second, ago=20)
    read(first, ago=1, likes=5)
    assert labels(history_of(alice)) == [
        "Mastodon connected",
        "Bluesky connected",
        "Bluesky disconnected",
    ]


def test_an_archive_is_marked_as_one_and_its_connection_later(alice):
    account = make_linked_account(alice)
    read(account, ago=60, from_archive=True)
    read(account, ago=30)
    assert labels(history_of(alice)) == ["Mastodon archive imported", "Mastodon connected"]


def test_what_happened_before_the_chart_is_known_but_not_shown(alice):
    account = make_linked_account(alice)
    read(account, ago=200)
    read(account, ago=2, likes=5)
    assert labels(history_of(alice)) == []


def test_another_formula_is_marked(alice):
    store_days(alice, {5: 400, 4: 400}, formula=1)
    store_days(alice, {3: 420, 2: 421})
    assert labels(history_of(alice)) == ["formula 2"]


def test_a_delta_counts_from_the_nearest_stored_day_before(alice):
    store_days(alice, {95: 400, 33: 410, 9: 450, 0: 440})
    found = {d.days: (d.tenths, d.since) for d in history_of(alice).deltas}
    ago = lambda n: TODAY - timedelta(days=n)  # noqa: E731
    assert found == {7: (-10, ago(9)), 30: (30, ago(33)), 90: (40, ago(95))}


def test_there_is_no_delta_over_more_than_is_stored(alice):
    store_days(alice, {10: 400, 0: 440})
    assert [d.days for d in history_of(alice).deltas] == [7]


def test_a_delta_inside_the_intervals_is_within_what_we_can_tell():
    def week(now):
        old = Day(TODAY - timedelta(days=7), 400, 380, 420, "2")
        (found,) = deltas([old, Day(TODAY, now, now - 20, now + 20, "2")], today=TODAY)
        return found.is_within

    assert (week(420), week(421)) == (True, False)


def test_the_latest_change_is_the_newest_pair_that_differs():
    days = [Day(TODAY - timedelta(days=n), t, 10, 990, "2") for n, t in ((3, 1), (2, 5), (1, 5))]
    assert latest_change(days) == (days[0], days[1])
    assert latest_change(days[1:]) is None


def test_best_and_worst_are_those_of_the_time_shown(alice):
    store_days(alice, {200: 900, 50: 300, 20: 500, 0: 400})
    found = history_of(alice)
    assert (found.best.points, found.worst.points) == (50.0, 30.0)
    assert history_of(alice, span=365).best.day == TODAY - timedelta(days=200)


@pytest.mark.parametrize(
    ("asked", "shown"), [("30", 30), ("730", 730), ("", 90), ("31", 90), ("-1", 90), ("9" * 99, 90)]
)
def test_the_page_shows_as_far_back_as_asked(client, alice, asked, shown):
    store_days(alice, {ago: 400 + ago % 9 for ago in range(0, 730, 5)})
    answer = client.get("/@alice/history/", {"days": asked})
    assert answer.context["history"].span == shown
    assert len(answer.context["history"].chart.days_shown) == shown // 5


def test_the_table_has_every_day_and_leads_to_each(client, alice):
    store_days(alice, {ago: 400 + ago % 9 for ago in range(400)})
    html = client.get("/@alice/history/?days=730").content.decode()
    assert html.count('<a href="/@alice/history/20') >= 400
    assert html.count("chart__point") <= 200


def test_an_empty_history_says_so(client, alice):
    assert "No day in this time" in client.get("/@alice/history/").content.decode()


def test_a_longer_history_asks_the_database_no_more_often(alice):
    account = make_linked_account(alice)
    for ago in (6, 5, 4):
        read(account, ago=ago, likes=ago)
    with CaptureQueriesContext(connection) as few:
        history_of(alice)
    SignalsDay.objects.filter(day=TODAY).delete()
    store_days(alice, dict.fromkeys(range(10, 400), 400))
    with CaptureQueriesContext(connection) as many:
        history_of(alice, span=730)
    assert len(many) <= len(few) <= 6


@pytest.mark.parametrize("path", ["/@alice/history/", path_of("alice", 1), "/@alice/compare/"])
def test_a_hidden_history_looks_like_none_to_charlie(client, path):
    alice = make_person("alice", is_public=False)
    store_days(alice, {2: 400, 1: 410})
    client.force_login(make_person("charlie").user)
    assert client.get(path).status_code == 404
    client.force_login(alice.user)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "day",
    ["2026-11-20", "2026-11-23", "2027-01-01", "9999-12-31", "0001-01-01", "20261121"]
    + ["2026-W47-6", "2026-02-30", "yesterday", "2026-11-21x", "٢٠٢٦-١١-٢١"],
)
def test_a_day_without_a_score_is_not_there(client, alice, day):
    store_days(alice, {2: 400, 1: 410} if day != "2026-11-20" else {1: 410})
    assert client.get("/@alice/history/2026-11-21/").status_code == 200
    assert client.get(f"/@alice/history/{day}/").status_code == 404


def test_days_lead_to_the_stored_ones_beside_them_however_far(alice):
    store_days(alice, {500: 300, 200: 400, 0: 410})
    page = reads.day_page(alice.user_id, TODAY - timedelta(days=200), today=TODAY)
    assert page.before == TODAY - timedelta(days=500)
    assert page.after == TODAY
    assert reads.day_page(alice.user_id, date(1999, 1, 1), today=TODAY) is None


def test_the_profile_page_says_the_latest_change_in_a_line(client, alice):
    account = make_linked_account(alice)
    read(account, ago=1)
    read(account, likes=60)
    html = " ".join(client.get("/@alice/").content.decode().split())
    change = history_of(alice).latest
    assert f"+{change.points} on Nov. 22, 2026" in html
    assert "(since Saturday): posts are liked more on Mastodon" in html
    assert f'<a href="{path_of("alice", 0)}">Why did it change?</a>' in html


def test_a_change_of_long_ago_is_dated(client, alice):
    store_days(alice, {40: 400, 20: 410, 10: 410})
    html = " ".join(client.get("/@alice/history/").content.decode().split())
    assert "+1.0 on Nov. 2, 2026</b> (since Oct. 13, 2026)." in html
