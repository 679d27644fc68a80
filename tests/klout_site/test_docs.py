from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.template.defaultfilters import floatformat
from django.urls import reverse

from scoring.formula import explain, load, summarise
from scoring.formula.results import results
from tests.scoring.formula_cast import DAY, GAMING, ORDINARY, TERSE, tenths

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/formula.md").read_text()
# A paragraph is read as one line.
WORDS = " ".join(DOCUMENT.split())
FORMULA = load()
TERMS = {term.key: term for term in FORMULA.terms}


def row(start: str) -> list[str]:
    """The further cells of the table row that starts so."""
    found = re.search(rf"^\| {re.escape(start)} \| (.*) \|$", DOCUMENT, re.MULTILINE)
    assert found, f"docs/formula.md has no row {start!r}"
    return found[1].split(" | ")


@pytest.mark.parametrize("key", sorted(TERMS))
def test_the_document_has_the_knots_of_the_code(key):
    (knots,) = row(f"{key} | {'fitted' if TERMS[key].fitted else 'by hand'}")
    written = tuple((float(a), float(v)) for a, v in re.findall(r"([\d.]+): ([\d.]+)", knots))
    assert written == TERMS[key].knots


def test_the_document_has_the_guesses_of_the_code():
    for guess in FORMULA.guesses:
        numbers = row(f"{guess.signal} | {guess.source}")
        assert [float(number) for number in numbers] == [guess.a, guess.b, guess.sd]


def test_the_document_says_every_other_constant():
    (_, start), (most, hundred) = FORMULA.points
    for words in (
        f"`points = {start:g} + {(hundred - start) / most:g} * S`: {most:g} of S is {hundred:g}",
        f"followers count up to {FORMULA.followers_per_response:g} * (1 + people / 10)",
        f"lists count up to {FORMULA.lists_per_response:g} * (1 + people / 10)",
        "People, where they are told, are at least as many as likes of a typical post",
        f"On fewer than {FORMULA.posts_needed} posts",
        f"S of such an account is {FORMULA.archive_cap:g} at most",
        f"moves S of a typical person by {FORMULA.model_sd:g} (one sd)",
        f"From {FORMULA.silence[0]} days of silence on",
        f"up to twice as wide after {FORMULA.silence[1]}",
    ):
        assert words in WORDS


def test_the_document_is_about_the_newest_version():
    assert DOCUMENT.startswith(f"# The formula, version {FORMULA.version}\n")


@pytest.mark.parametrize("key", sorted(TERMS))
def test_the_worked_example_is_what_the_formula_computes(key):
    part = explain({1: summarise(ORDINARY)}, version="2", day=DAY).part(1, key)
    amount, value, points = re.search(
        rf"^\| {key} \| ([\d.]+) \| .*?([\d.]+) \| ([\d.]+) \|$", DOCUMENT, re.MULTILINE
    ).groups()
    assert (f"{part.amount:.3f}", f"{part.value:.3f}") == (f"{float(amount):.3f}", value)
    assert part.tenths == round(10 * float(points))


@pytest.mark.parametrize("key", sorted(TERMS))
def test_the_worked_example_of_a_missing_signal_is_what_the_formula_computes(key):
    part = explain({1: summarise(TERSE)}, version="2", day=DAY).part(1, key)
    amount, value, points = row(f"second {key}")
    assert f"{part.value:.3f}" == value
    assert f"{part.alone:.1f}" == points
    assert part.amount is None or part.amount == pytest.approx(float(amount), abs=0.0005)


def test_the_worked_scores_are_those_of_the_formula():
    archived = replace(ORDINARY, from_archive=True)
    for score in (tenths(ORDINARY), tenths(ORDINARY, TERSE), tenths(archived)):
        assert f"**{score / 10}**" in WORDS
    assert abs(tenths(ORDINARY, archived) - tenths(ORDINARY)) < 1
    found = explain({1: summarise(ORDINARY)}, version="2", day=DAY)
    assert f"**{found.low / 10} to {found.high / 10}**" in WORDS


def test_the_document_has_the_published_results():
    found = results()
    assert [float(cell) for cell in row("judged")] == [p for _, p in found["points"]["percentiles"]]
    for start, key in (
        ("score, cross-validated 3 x 5-fold", "plain"),
        ("the same, nobody on both sides", "grouped"),
        ("with activity", "with_activity"),
    ):
        assert [float(cell) for cell in row(start)] == [found[key]["auc"], found[key]["accuracy"]]
    for start, key in (("followers alone", "followers"), ("lists alone", "lists")):
        measured = found["measures"][key]
        values = [measured["auc"]["value"], measured["accuracy"]["value"]]
        assert [float(cell) for cell in row(start)] == values
    assert f"costs {found['cost_of_no_activity']} of AUC" in WORDS


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(TERMS))
def test_the_page_shows_every_knot(client, key):
    html = client.get(reverse("how_it_works")).content.decode()
    card = html[html.index(f'id="{key}"') :].split("</article>")[0]
    for amount, value in TERMS[key].knots[1:]:
        assert f"<td>{amount:,}" in card
        assert f"<td>{value:.3f}</td>" in card


@pytest.mark.django_db
def test_the_page_says_what_ten_points_mean(client):
    assert "the odds are 2.4 to 1" in client.get(reverse("how_it_works")).content.decode()


@pytest.mark.django_db
def test_the_evaluation_has_the_stored_numbers(client):
    html = client.get(reverse("evaluation")).content.decode()
    found = results()
    for measured in found["measures"].values():
        assert f">{floatformat(measured['auc']['value'], 3)}<" in html
    assert html.count("<circle") == len(found["calibration"])
    assert found["constants_sha256"] in html
    for quarters in found["groups"].values():
        for quarter in quarters:
            assert f">{floatformat(quarter['score']['auc'], 3)}<" in html


@pytest.mark.django_db
def test_the_evaluation_names_what_tricks_bring(client):
    html = client.get(reverse("evaluation")).content.decode()
    for trick in (
        "10,000 bought followers, ordinary",
        "that pod, seen at this account only",
        "that pod, at a network that names nobody",
    ):
        before, after = (tenths(facts) for facts in GAMING[trick])
        assert f"up to {(after - before) / 10} " in html


def test_no_number_of_the_results_is_about_a_single_person():
    stored = json.dumps(results())
    assert "follower_count" not in stored
    assert min(row["pairs"] for row in results()["calibration"]) > 100


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("docs/*.md")) + [ROOT / "README.md"], ids=lambda p: p.name
)
def test_files_that_are_named_exist(page):
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize(
    "command", re.findall(r"manage\.py (\w+)", (ROOT / "README.md").read_text())
)
def test_commands_that_the_readme_names_exist(command):
    assert command in get_commands()


@pytest.mark.parametrize(
    "target", re.findall(r"^ *make (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
)
def test_targets_that_the_readme_names_exist(target):
    assert f"\n{target}:" in (ROOT / "Makefile").read_text()
