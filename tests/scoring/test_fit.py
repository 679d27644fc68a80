from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from scoring.formula import crossing, fit, load
from scoring.formula.constants import digest, parse
from scoring.formula.crossing import grouped_folds, plain_folds
from scoring.formula.pairs import as_rows, read
from scoring.formula.results import results
from tests.scoring.judgements import HEADER, made_up, written


@pytest.fixture(scope="module", autouse=True)
def _one_round():
    """Of cross-validation; the second and third only make its means steadier."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crossing, "REPEATS", 1)
        yield


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """The command's two files and its report, of made-up pairs."""
    folder = tmp_path_factory.mktemp("fit")
    file = written(folder / "pairs.csv", made_up(pairs=500, people=150))
    out, stored = folder / "7.json", folder / "results.json"
    asked = [str(file), "--version", "7", "--date", "2026-01-02"]
    assert fit.main([*asked, "--out", str(out), "--results", str(stored)]) == 0
    return json.loads(out.read_text()), json.loads(stored.read_text()), read(file)


def reach(said, key):
    return next(term["knots"][-1][1] for term in said["terms"] if term["key"] == key)


def test_what_people_judged_by_gets_the_weight(fitted):
    said, *_ = fitted
    assert reach(said, "lists") > 2 * reach(said, "ratio")
    assert reach(said, "lists") + reach(said, "audience") > 3 * reach(said, "people")


def test_no_term_ever_falls(fitted):
    constants = parse(fitted[0])
    for term in constants.terms:
        assert (np.diff(term.values) >= 0).all()


def test_the_constants_say_where_they_come_from_and_carry_their_hash(fitted):
    said, *_ = fitted
    assert (said["version"], said["date"]) == ("7", "2026-01-02")
    assert (said["source"]["pairs"], said["source"]["people"]) == (500, len(fitted[2].people))
    assert "no redistribution" in said["source"]["licence"]
    assert said["sha256"] == digest(said)


def test_constants_that_somebody_changed_are_refused(fitted):
    said = json.loads(json.dumps(fitted[0]))
    said["terms"][0]["knots"][-1][1] += 0.001
    with pytest.raises(ValueError, match="sha256"):
        parse(said)


def test_the_same_pairs_give_the_same_constants(fitted, tmp_path):
    again = fit.fit(fitted[2], version="7", day=date(2026, 1, 2).isoformat())
    assert again.sha256 == fitted[0]["sha256"]


def test_results_are_sums_that_name_nobody(fitted):
    said, stored, pairs = fitted
    assert stored["constants_sha256"] == said["sha256"]
    assert sum(row["pairs"] for row in stored["calibration"]) == len(pairs)
    for rows in stored["groups"].values():
        assert sum(row["pairs"] for row in rows) == len(pairs)
    for measured in stored["measures"].values():
        low, high = measured["auc"]["within"]
        assert low <= measured["auc"]["value"] <= high


def test_made_up_chances_are_foretold_about_right(fitted):
    for row in fitted[1]["calibration"]:
        if row["pairs"] > 60:
            assert row["foretold"] == pytest.approx(row["picked"], abs=0.15)


def test_in_grouped_folds_nobody_is_on_both_sides(fitted):
    for train, test in grouped_folds(fitted[2]):
        assert not {*train.a, *train.b} & {*test.a, *test.b}


def test_in_plain_folds_every_pair_is_tested_once_a_round(fitted):
    tested = sum(len(test) for _, test in plain_folds(fitted[2]))
    assert tested == crossing.REPEATS * len(fitted[2])


def test_two_judgements_of_the_same_people_are_one_pair_of_people(tmp_path):
    one = made_up(pairs=1)[0]
    turned = [1 - one[0], *one[9:], *one[1:9]]
    pairs = read(written(tmp_path / "pairs.csv", [one, turned]))
    assert len(pairs) == len(pairs.people) == len(as_rows(pairs)) == 2


@pytest.mark.parametrize("pairs", [2, 9])
def test_a_handful_of_pairs_is_fitted_and_claims_no_auc_it_can_not_have(tmp_path, capsys, pairs):
    rows = made_up(pairs=pairs)
    rows[0][0], rows[1][0] = 0, 1
    assert fit.main([str(written(tmp_path / "pairs.csv", rows))]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["pairs"] == pairs
    assert found["grouped"]["auc"] is None or 0 <= found["grouped"]["auc"] <= 1


def test_people_who_do_not_differ_are_no_error(tmp_path, capsys):
    rows = [[choice, *([5] * 16)] for choice in (0, 1, 1, 0)]
    assert fit.main([str(written(tmp_path / "pairs.csv", rows))]) == 0
    assert json.loads(capsys.readouterr().out)["people"] == 1


@pytest.mark.parametrize("name", ["pairs.csv", "nowhere.csv"])
def test_what_can_not_be_read_is_refused_in_words(tmp_path, capsys, name):
    written(tmp_path / "pairs.csv", [], header=HEADER[1:])
    assert fit.main([str(tmp_path / name)]) == 2
    assert name in capsys.readouterr().err


def test_a_place_that_can_not_be_written_to_is_an_error_in_words(tmp_path, capsys):
    file = written(tmp_path / "pairs.csv", made_up(pairs=10))
    assert fit.main([str(file), "--out", str(tmp_path / "no" / "where.json")]) == 2
    assert "where.json" in capsys.readouterr().err


def test_the_published_results_are_those_of_the_constants_in_use():
    assert results()["constants_sha256"] == load().sha256


def test_what_was_asked_of_the_formula_is_what_was_published():
    found = results()
    assert found["plain"]["auc"] >= 0.865
    assert found["ahead_of_followers"]["value"] >= 0.02
    assert found["cost_of_no_activity"] <= 0.002
