from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from profiles import selectors
from tests.cast import NOW, make_person
from tests.profiles.test_pages import give_score

pytestmark = pytest.mark.django_db


def explain(*args):
    out = StringIO()
    call_command("explain_score", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def alice():
    profile = make_person("alice")
    give_score(profile)
    return profile


def test_it_prints_the_parts_of_the_page(alice):
    page = selectors.profile_page(alice, is_own=False, at=NOW)
    shown = [(p.key, p.points) for group in page.score.groups for p in group.parts]
    printed = json.loads(explain("alice", "--json"))
    assert [(p["key"], p["points"]) for p in printed["parts"]] == shown
    assert printed["score"] == page.score.points


def test_the_text_ends_with_the_sum(alice):
    printed = json.loads(explain("alice", "--json"))
    assert explain("@alice").splitlines()[-1].split() == ["Sum", str(printed["score"])]


def test_the_text_says_why_it_is_not_higher(alice):
    first = json.loads(explain("alice", "--json"))["limits"][0]
    assert first["why"] in explain("alice")


def test_an_unknown_handle_is_said_so():
    with pytest.raises(CommandError, match="Nobody here goes by @nobody"):
        explain("nobody")


def test_no_score_yet_is_said_so():
    make_person("bob")
    with pytest.raises(CommandError, match="no score yet"):
        explain("bob")


def test_too_few_posts_are_no_number():
    give_score(make_person("bob"), posts=3)
    printed = json.loads(explain("bob", "--json"))
    assert (printed["score"], printed["posts_counted"], printed["posts_needed"]) == (None, 3, 10)
    assert explain("bob").strip() == "@bob: not enough yet, 3 of 10 posts"
