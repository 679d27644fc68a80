from __future__ import annotations

import pytest
from django.urls import reverse

from klout_site import ratelimit
from klout_site.ratelimit import LIMITS, Rate, seconds_to_wait
from tests.cast import make_person

pytestmark = pytest.mark.django_db


def test_the_last_allowed_time_goes_through_and_the_next_waits():
    rate = Rate(3, 60)
    waits = [seconds_to_wait("ip:1", "form", rate, now=30.0) for _ in range(4)]
    assert waits == [0, 0, 0, 30]


def test_the_next_minute_is_a_new_one():
    rate = Rate(1, 60)
    seconds_to_wait("ip:1", "form", rate, now=30.0)
    assert seconds_to_wait("ip:1", "form", rate, now=61.0) == 0


def test_one_persons_haste_is_not_anothers():
    rate = Rate(1, 60)
    seconds_to_wait("user:1", "form", rate, now=30.0)
    assert seconds_to_wait("user:2", "form", rate, now=30.0) == 0


def test_a_form_sent_too_often_says_when_to_come_back(client, monkeypatch):
    monkeypatch.setitem(ratelimit.LIMITS, "visibility", Rate(1, 60))
    client.force_login(make_person("alice").user)
    client.post(reverse("visibility"), {"visibility": "public"})
    answer = client.post(reverse("visibility"), {"visibility": "public"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60


def test_reading_pages_is_not_counted(client, monkeypatch):
    monkeypatch.setattr(ratelimit, "OTHER_WRITES", Rate(0, 60))
    assert client.get(reverse("how_it_works")).status_code == 200


def test_a_page_that_reads_years_is_counted_by_who_asks(client, monkeypatch):
    make_person("alice")
    monkeypatch.setitem(ratelimit.LIMITS, "history", Rate(1, 60))
    answers = [client.get("/@alice/history/").status_code for _ in range(2)]
    assert answers == [200, 429]


def test_every_limit_names_a_page_that_exists():
    from django.urls import get_resolver

    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert set(LIMITS) <= names
