from __future__ import annotations

import pytest

from perks import eligibility as why
from perks.wording import points_away, requirements, sentence
from tests.cast import NOW


@pytest.mark.parametrize(
    ("tenths", "words"),
    [
        (1, "less than 1 point away"),
        (9, "less than 1 point away"),
        (10, "1 point away"),
        (11, "2 points away"),
        (40, "4 points away"),
    ],
)
def test_distance_is_told_in_whole_points(tenths: int, words: str) -> None:
    assert points_away(tenths) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (why.Draft(), "It has not been published."),
        (why.NotOpenYet(NOW), "It opens on Nov. 22, 2026, noon UTC."),
        (why.Over(NOW), "It closed on Nov. 22, 2026, noon UTC."),
        (why.OptedOut(), "You have opted out, so there is no score. Opt in again first."),
        (why.ClaimedBefore(), "You had one before you opted out. It is one per person."),
        (why.NoScore(), "You have no score yet: connect an account first."),
        (why.TooFewPosts(3, 10), "Not enough yet: 3 of 10 posts."),
        (why.PointsShort(33), "You are 4 points away."),
        (why.WrongCountry(("FR", "IT"), "DE"), "Only for people in France or Italy."),
        (
            why.WrongCountry(("IT",), ""),
            "Only for people in Italy, and your profile names no country.",
        ),
        (why.MissingNetwork(("mastodon",)), "Only for people who have connected Mastodon."),
    ],
)
def test_every_reason_is_a_sentence(reason: why.Reason, words: str) -> None:
    assert sentence(reason) == words


def test_a_rule_is_a_phrase_for_each_thing_it_asks() -> None:
    rule = why.Rule(400, ("FR", "IT"), ("mastodon",), NOW, NOW, published=True)
    assert requirements(rule) == ["Score of 40 or more", "In France or Italy", "On Mastodon"]
