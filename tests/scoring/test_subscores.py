"""Reach, resonance and relevance: from the parts of the score, and rising with what they count."""

from __future__ import annotations

import pytest

from scoring.formula import Facts, PostCounts, explain, summarise
from scoring.formula.explain import what_if
from scoring.formula.subscores import TYPICAL, reach, relevance, resonance

FACTS = Facts(
    followers=800,
    following=400,
    listed=12,
    responders=60,
    selectivity=1.0,
    posts=[PostCounts(9, 3, 2)] * 30,
    newest=20_000,
)
MORE = {
    "followers": 3_000_000,
    "listed": 400,
    "responders": 5_000,
    "reposts": 80,
    "replies": 40,
    "reactions": 300,
    "h_index": 60,
}


def explained(*rows, version="2"):
    return explain(dict(enumerate(rows, 1)), version=version, day=20_000)


class TestReachAndResonance:
    def test_each_is_what_its_terms_bring_of_what_they_can(self):
        whole = explained(summarise(FACTS))
        for found, keys in [
            (reach(whole), {"audience", "lists"}),
            (resonance(whole), {"people", "reposts", "replies", "likes", "steady"}),
        ]:
            assert {piece.key for piece in found.pieces} == keys
            brought = sum(piece.value for piece in found.pieces)
            assert found.points == pytest.approx(
                100 * brought / sum(piece.cap for piece in found.pieces)
            )

    @pytest.mark.parametrize("version", ["1", "2"])
    @pytest.mark.parametrize("signal", MORE)
    def test_they_never_fall_when_more_is_received(self, version, signal):
        row = summarise(FACTS)
        before = explained(row, version=version)
        after = explained(what_if(row, {signal: MORE[signal]}), version=version)
        assert reach(after).points >= reach(before).points
        assert resonance(after).points >= resonance(before).points

    def test_a_further_account_adds(self):
        one, other = summarise(FACTS), what_if(summarise(FACTS), {"listed": 90})
        assert reach(explained(one, other)).points > reach(explained(other)).points

    def test_nobody_is_above_a_hundred(self):
        row = what_if(summarise(FACTS), dict.fromkeys(MORE, 1e9))
        whole = explained(*[row] * 15)
        assert (reach(whole).points, resonance(whole).points) == (100, 100)


class TestRelevance:
    def test_where_nobody_tells_who_responded_there_is_none(self):
        assert relevance(None, [90]) is None

    def test_strangers_are_ordinary_people(self):
        assert relevance(1.0, []).points == TYPICAL

    def test_one_admirer_of_score_90_does_not_make_it_90(self):
        assert relevance(1.0, [90]).points == pytest.approx((5 * 40 + 90) / 6)

    def test_it_rises_with_each_score_and_with_selectivity(self):
        assert relevance(1.0, [50, 61]).points > relevance(1.0, [50, 60]).points
        assert relevance(0.9, [50]).points > relevance(0.8, [50]).points

    def test_it_says_what_it_is_made_of(self):
        found = relevance(0.5, [40, 60])
        assert (found.known, found.mean, found.selectivity) == (2, 50, 0.5)
