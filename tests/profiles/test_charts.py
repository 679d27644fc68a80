from __future__ import annotations

from datetime import date, timedelta

from profiles import charts
from profiles.charts import Day, Mark, draw, draw_pair, thin

TODAY = date(2026, 11, 22)


def days(count, *, every=1):
    start = TODAY - timedelta(days=(count - 1) * every)
    return [Day(start + timedelta(days=n * every), 400 + n % 7, 380, 430) for n in range(count)]


def chart(some, marks=()):
    return draw(some, first=some[0].day, last=some[-1].day, marks=marks)


def test_two_years_are_at_most_two_hundred_points():
    drawn = chart(days(730))
    assert len(drawn.points) <= 200
    assert len(drawn.days_shown) == 730


def test_a_short_history_keeps_every_day():
    assert thin(days(90)) == tuple(days(90))


def test_the_best_and_the_worst_day_are_not_thinned_away():
    some = days(730)
    some[101], some[333] = Day(some[101].day, 900), Day(some[333].day, 20)
    assert {some[101], some[333], some[0], some[-1]} <= set(thin(some))


def test_of_equal_days_the_newest_is_the_best():
    some = [Day(TODAY - timedelta(days=n), 400) for n in (2, 1, 0)]
    assert (charts.best(some).day, charts.worst(some).day) == (TODAY, TODAY)


def test_nothing_is_drawn_over_a_long_gap():
    some = [*days(3), *(Day(d.day + timedelta(days=60), d.tenths) for d in days(3))]
    assert chart(some).line.count("M") == 2


def test_everything_lies_inside_the_drawing():
    drawn = chart([Day(TODAY - timedelta(days=1), 10, 10, 990), Day(TODAY, 1000, 900, 1000)])
    assert all(0 <= p.x <= drawn.width and 0 <= p.y <= drawn.height for p in drawn.points)


def test_a_band_goes_around_each_stretch():
    band = chart(days(5)).band
    assert (band[0], band[-1], band.count("L")) == ("M", "z", 9)


def test_events_near_each_other_share_a_flag():
    some = days(90)
    marks = [Mark(TODAY - timedelta(days=n), f"thing {n}") for n in (1, 60, 61)]
    first, second = chart(some, marks).flags
    assert [mark.label for mark in first.marks] == ["thing 61", "thing 60"]
    assert (second.number, second.marks[0].label) == (2, "thing 1")


def test_what_happened_before_the_chart_is_not_flagged():
    assert chart(days(5), [Mark(TODAY - timedelta(days=9), "long ago")]).flags == ()


def test_names_at_the_ends_of_two_lines_do_not_lie_over_each_other():
    pair = draw_pair(days(20), days(20), first=days(20)[0].day, last=TODAY)
    one, other = pair.lines
    assert abs(one.label_y - other.label_y) == charts.LABEL_HEIGHT


def test_somebody_without_days_has_no_line():
    assert draw_pair(days(3), [], first=TODAY - timedelta(days=3), last=TODAY).lines[1] is None
