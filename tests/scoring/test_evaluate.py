from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scoring.formula import evaluate
from scoring.formula.measures import accuracy, auc
from tests.scoring.judgements import HEADER, made_up, written

ROOT = Path(__file__).parents[2]
PAIRS = made_up()


def said(capsys, *arguments) -> dict:
    assert evaluate.main([str(argument) for argument in arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_prints_exactly_this_json(tmp_path):
    file = written(tmp_path / "pairs.csv", PAIRS)
    command = [sys.executable, "-m", "scoring.formula.evaluate", str(file), "--json"]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    names = {"score", "followers", "lists"}
    assert set(found) == {"pairs", "auc", "accuracy"}
    assert found["pairs"] == len(PAIRS)
    assert set(found["auc"]) == set(found["accuracy"]) == names
    assert all(0 <= found[measure][name] <= 1 for measure in ("auc", "accuracy") for name in names)


def test_a_score_of_what_people_judge_by_does_better_than_noise(tmp_path, capsys):
    found = said(capsys, written(tmp_path / "pairs.csv", PAIRS), "--json")
    assert found["auc"]["score"] > 0.7


def test_without_json_it_is_a_table_for_people(tmp_path, capsys):
    assert evaluate.main([str(written(tmp_path / "pairs.csv", PAIRS))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "300 pairs"
    assert [line.split()[0] for line in lines[1:]] == ["AUC", "score", "followers", "lists"]


@pytest.mark.parametrize(
    "shape",
    [
        {"encoding": "utf-8-sig"},
        {"end": "\r\n"},
        {"header": [*HEADER, "A_network_feature_1"]},
    ],
    ids=["BOM", "CRLF", "further columns"],
)
def test_the_same_pairs_in_another_dress_give_the_same(tmp_path, capsys, shape):
    rows = [[*row, 7] for row in PAIRS] if "header" in shape else PAIRS
    plain = said(capsys, written(tmp_path / "plain.csv", PAIRS), "--json")
    assert said(capsys, written(tmp_path / "dressed.csv", rows, **shape), "--json") == plain


def test_the_order_of_columns_is_free(tmp_path, capsys):
    plain = said(capsys, written(tmp_path / "plain.csv", PAIRS), "--json")
    turned = written(tmp_path / "turned.csv", [row[::-1] for row in PAIRS], header=HEADER[::-1])
    assert said(capsys, turned, "--json") == plain


def row(**changed):
    values = dict(zip(HEADER, PAIRS[0], strict=True)) | changed
    return list(values.values())


WRONG = {
    "a count below 0": ([row(A_posts=-1)], "line 2: a count is a number from 0 on"),
    "not a number": ([PAIRS[0], row(B_posts="nan")], "line 3: a count is a number from 0 on"),
    "endless": ([row(B_posts="1e999")], "a count is a number from 0 on"),
    "words": ([row(A_follower_count="many")], "line 2: could not convert string to float: 'many'"),
    "a third choice": ([row(Choice=2)], "Choice is 0 or 1"),
    "a short line": ([PAIRS[0][:5]], "line 2: it is shorter than the first line"),
    "no pairs": ([], "has no pairs"),
    "all picked alike": ([row(Choice=1)] * 3, "In every pair A was picked"),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["text", "json"])
def test_a_file_that_makes_no_sense_is_refused_in_words(tmp_path, capsys, wrong, arguments):
    rows, words = WRONG[wrong]
    assert evaluate.main([str(written(tmp_path / "pairs.csv", rows)), *arguments]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def test_a_file_with_other_columns_says_which_it_lacks(tmp_path, capsys):
    file = written(tmp_path / "pairs.csv", [], header=HEADER[:-1])
    assert evaluate.main([str(file)]) == 2
    assert "lacks these columns: B_posts." in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x80"], ids=["empty", "no text"])
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path, capsys, content):
    file = tmp_path / "pairs.csv"
    file.write_bytes(content)
    assert evaluate.main([str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert evaluate.main([str(tmp_path / "nowhere.csv")]) == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_a_version_that_is_not_there_is_named(tmp_path, capsys):
    file = written(tmp_path / "pairs.csv", PAIRS)
    assert evaluate.main([str(file), "--formula", "99"]) == 2
    assert "no formula 99" in capsys.readouterr().err


def test_auc_is_the_share_of_rightly_ordered_twos_and_ties_count_half():
    picked = np.array([1.0, 1.0, 0.0, 0.0])
    assert auc(np.array([3.0, 2.0, 1.0, 0.0]), picked) == 1
    assert auc(np.array([0.0, 1.0, 2.0, 3.0]), picked) == 0
    assert auc(np.array([1.0, 0.0, 0.0, -1.0]), picked) == (3 + 0.5) / 4


def test_accuracy_counts_a_tie_half():
    assert accuracy(np.array([1.0, -1.0, 0.0, -2.0]), np.array([1.0, 1.0, 1.0, 0.0])) == 2.5 / 4
