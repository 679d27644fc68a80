"""Activity: what is going on just now, and nothing of it in the score."""

from __future__ import annotations

from datetime import timedelta

import pytest

from profiles.extras.activity import topics_and_activity
from scoring.formula.activity import Posted, activity
from scoring.models import CurrentScore
from scoring.networks.declaring import Policy
from scoring.services.packing import repack
from scoring.services.rescoring import rescore
from tests.cast import NOW, declare, make_person
from tests.scenes import give_score


def every(days: int, *, since: int = 0, responses: int | None = 10) -> list[Posted]:
    return [Posted(ago, responses) for ago in range(since, 56, days)]


class TestTheFormula:
    def test_a_post_a_day_and_the_usual_responses_make_ninety(self):
        found = activity(every(1))
        assert (found.amount, found.rhythm, found.response) == pytest.approx((39.7, 40, 10), abs=1)
        assert found.points == 90

    def test_nobody_is_above_a_hundred(self):
        wild = [Posted(0, 10_000)] * 500 + every(1)
        assert activity(wild).points == 100

    def test_nothing_posted_is_nothing(self):
        found = activity([Posted(56, 10), Posted(-1, 10)])
        assert (found.points, found.silent_days) == (0, None)

    def test_three_days_are_no_silence_and_four_weeks_are_all_of_it(self):
        fresh = [activity(every(1, since=since)).freshness for since in (3, 14, 28)]
        assert fresh == pytest.approx([1, 0.1, 0])

    def test_a_post_more_never_lowers_it(self):
        posts = every(7)
        before = activity(posts).points
        for ago in range(56):
            assert activity([*posts, Posted(ago, 0)]).points >= before

    def test_where_responses_are_not_told_the_rest_is_taken_as_the_whole(self):
        silent = activity(every(1, responses=None))
        assert (silent.response, silent.points) == (None, 100)

    def test_a_week_of_twice_the_usual_is_a_peak(self):
        posts = [*every(7), Posted(14, 30)]
        assert [week.ago for week in activity(posts).weeks if week.is_peak] == [2]


@pytest.mark.django_db
class TestAHoliday:
    def test_empties_the_ring_and_leaves_the_score_alone(self):
        alice = make_person("alice")
        account = give_score(alice, at=NOW)
        before = CurrentScore.objects.get(user=alice.user)
        later = NOW + timedelta(days=14)
        repack(account, at=later)
        after = rescore(alice.user_id, at=later)
        assert topics_and_activity(alice.user_id, NOW)[1].points > 40
        assert topics_and_activity(alice.user_id, later)[1].points <= 10
        assert after is not None
        assert abs(after.tenths - before.tenths) <= 5

    def test_what_a_network_forbids_to_derive_is_not_in_it(self, monkeypatch):
        alice = make_person("alice")
        give_score(alice, at=NOW)
        declare(monkeypatch, policy=Policy("https://example.net/terms", may_score=False))
        assert topics_and_activity(alice.user_id, NOW)[1].points == 0
