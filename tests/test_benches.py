"""The arithmetic of `make bench`. What it measures is measured by running it."""

from __future__ import annotations

import json

import pytest

from benches.harness import Bench, Result, chosen, measure, summary, table, write


def bench(unit):
    return Bench("thing", unit, ours=lambda: 1.0, floor=lambda: 1.0)


def test_twice_the_time_is_twice_the_cost():
    assert summary(bench("ms"), [(4.0, 2.0)]) == Result("thing", 4.0, "ms", 2.0, 2.0)


def test_half_the_rate_is_twice_the_cost():
    assert summary(bench("claims/s"), [(50.0, 100.0)]).ratio == 2.0


def test_a_round_that_the_machine_disturbed_counts_for_nothing():
    result = summary(bench("ms"), [(2.0, 1.0), (90.0, 1.0), (2.2, 1.1)])
    assert (result.value, result.floor, result.ratio) == (2.2, 1.0, 2.0)


def test_ours_and_the_floor_take_turns():
    turns = []
    ours, floor = (lambda who=who: turns.append(who) or 1.0 for who in ("ours", "floor"))
    measure(Bench("thing", "ms", ours, floor, rounds=2))
    assert turns == ["floor", "ours"] + ["ours", "floor"] * 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [([], ["home_page", "claims_per_s"]), (["claims"], ["claims_per_s"]), (["page"], [])],
)
def test_benches_are_chosen_by_how_they_begin(wanted, found):
    assert chosen(["home_page", "claims_per_s"], wanted) == found


def test_what_was_not_measured_this_time_is_kept(tmp_path):
    file = tmp_path / "results.json"
    write(file, [Result("a", 1.0, "ms", 1.0, 1.0), Result("b", 1.0, "ms", 1.0, 1.0)])
    write(file, [Result("b", 3.0, "ms", 1.0, 3.0)])
    rows = json.loads(file.read_text())
    assert rows[1] == {"name": "b", "value": 3.0, "unit": "ms", "floor": 1.0, "ratio": 3.0}
    assert [row["name"] for row in rows] == ["a", "b"]


def test_the_table_has_a_line_for_each():
    line = table([Result("home_page", 2.5, "ms", 0.5, 5.0)]).splitlines()[1]
    assert line.split() == ["home_page", "2.50", "0.50", "ms", "5.00"]
