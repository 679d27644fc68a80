"""docs/beside.md says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiles.extras import factors as slots
from profiles.extras import moments, posts, ties, what_if
from scoring.formula import activity, factors, styles, subscores

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "beside.md"
WORDS = " ".join(DOCUMENT.read_text().split())
FULL, TENTH, GONE = activity.FRESHNESS


@pytest.mark.parametrize(
    "words",
    [
        f"{activity.AMOUNT:g} x ln(1 + posts of the last {activity.LATELY} days)",
        f"{activity.RHYTHM / activity.WEEKS:g} for each of the last {activity.WEEKS} weeks",
        f"{activity.RESPONSE / 2:g} x what the posts of the last {activity.WEEK} days received",
        f"at most {activity.RESPONSE:g}; usual",
        f"1 up to {FULL[0]} days after the last post, straight down to {TENTH[1]}",
        f"on day {TENTH[0]} and to 0 on day {GONE[0]}",
        f"{activity.PEAK:g} times the usual is a peak",
        f"({subscores.UNKNOWN} x {subscores.TYPICAL:g} + the sum",
        f"| {styles.SHARING_FROM:.0%}: sharing | creating |",
        f"are the {styles.FAVOURITE_TAGS} most used ones? (fewer than {styles.HASHTAGS_NEEDED}",
        f"{styles.FOCUSED_FROM:.0%}: focused ({styles.BROAD_NETWORKS} networks: broad)",
        f"| {styles.CONSISTENT_FROM}: consistent | casual |",
        f"| {styles.PARTICIPATING_FROM:.0%}: participating | listening |",
        f"newest {posts.MOST} posts. With fewer than {styles.POSTS_NEEDED} posts",
        f"from {factors.POSTS_NEEDED} posts on; a slot is named with {slots.POSTS_TO_STAND_OUT}",
        f"of which {slots.SHARE_TO_STAND_OUT:.0%} did",
        f"The {moments.MOST} posts of the last {moments.DAYS} days",
        f"which is {moments.LEAST_USUAL:g} at least",
        f"in {what_if.STEPS} even steps",
    ],
)
def test_the_document_has_the_constants_of_the_code(words):
    assert words in WORDS


def test_ten_is_written_as_a_word():
    assert (ties.MOST, "at most ten on each side" in WORDS) == (10, True)


def test_its_worked_numbers_come_out():
    usual = [activity.Posted(ago, 10) for ago in range(activity.DAYS)]
    after = [activity.Posted(ago, 10) for ago in range(14, activity.DAYS)]
    points = [activity.activity(some).points for some in (usual, after)]
    admired = subscores.relevance(1.0, [90])
    assert admired is not None
    worked = [*map(str, points), f"{admired.points:.1f}"]
    assert worked == ["90", "6", "48.3"]
    assert [f"**{number}**" in WORDS for number in worked] == [True] * 3
