"""Klout's sixteen styles, and the timing of posts: games with rules that can be read."""

from __future__ import annotations

import pytest

from scoring.formula.factors import Sent, timing
from scoring.formula.styles import GRID, StylePost, style


def posts(many=12, *, away=False, tags=("a", "b"), replies=1):
    return [StylePost(away, tags, replies)] * many


class TestStyles:
    def test_all_sixteen_can_be_reached_and_each_in_one_way(self):
        scattered = [StylePost(False, (f"t{n}",), 0) for n in range(12)]
        found = set()
        for away in (False, True):
            for replies in (0, 1):
                for weeks in (0, 8):
                    for tags in ([("a",)] * 12, [post.hashtags for post in scattered]):
                        some = [StylePost(away, tag, replies) for tag in tags]
                        found.add(style(some, networks=1, weeks_posted=weeks).name)
        assert found == {name for row in GRID for name in row}

    def test_who_makes_one_thing_steadily_without_talk_is_a_specialist(self):
        found = style(posts(replies=0), networks=1, weeks_posted=8)
        assert found.name == "specialist"
        assert [trait.name for trait in found.traits] == [
            *("creating", "focused", "consistent", "listening")
        ]

    def test_its_place_is_where_its_name_stands(self):
        found = style(posts(away=True), networks=1, weeks_posted=2)
        assert GRID[found.row][found.column] == found.name == "syndicator"

    @pytest.mark.parametrize("some", [posts(9), posts(replies=None)])
    def test_thin_data_place_nobody(self, some):
        assert style(some, networks=1, weeks_posted=8) is None

    def test_without_hashtags_the_number_of_networks_tells(self):
        few = posts(tags=())
        names = [style(few, networks=many, weeks_posted=8).traits[1].name for many in (2, 3)]
        assert names == ["focused", "broad"]


class TestTiming:
    def test_the_hour_whose_posts_beat_the_median_stands_out(self):
        early = [Sent(1, 0, 7, 9)] * 10
        late = [Sent(1, 4, 22, 1)] * 11
        found = timing([*early, *late])
        assert (found.hours[7].share, found.hours[22].share) == (1, 0)
        assert (found.weekdays[0].above, found.weekdays[4].posts) == (10, 11)

    def test_a_small_network_is_no_bad_hour(self):
        loud = [Sent(1, 0, 7, 900 + n) for n in range(10)]
        quiet = [Sent(2, 0, 9, n) for n in range(10)]
        found = timing([*loud, *quiet])
        assert found.hours[7].share == found.hours[9].share == 0.5

    def test_nineteen_posts_say_nothing(self):
        assert timing([Sent(1, 0, 7, 9)] * 19) is None
