from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import reverse

from scoring.formula.weights import CURVES, FORMULA_VERSION

ROOT = Path(__file__).resolve().parents[2]
FORMULA = (ROOT / "docs/formula.md").read_text()
NAMES = {
    "followers": "followers",
    "reposts": "boosts of a typical post",
    "replies": "replies to a typical post",
    "favourites": "favourites of a typical post",
    "responders": "different people who responded",
}


@pytest.mark.parametrize("key", sorted(CURVES))
def test_the_document_has_the_knots_of_the_code(key):
    row = re.search(rf"^\| {NAMES[key]} \| (0: 0.*) \|$", FORMULA, re.MULTILINE)
    knots = re.findall(r"([\d.,]+): (\d+)", row.group(1))
    written = tuple((float(a.replace(",", "")), float(p)) for a, p in knots)
    assert written == CURVES[key].knots


def test_the_document_is_about_the_formulas_version():
    assert FORMULA.startswith(f"# The formula, version {FORMULA_VERSION}\n")


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(CURVES))
def test_the_page_shows_every_knot(client, key):
    html = client.get(reverse("how_it_works")).content.decode()
    for amount, _ in CURVES[key].knots[1:]:
        assert f"{amount:,}" in html


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
