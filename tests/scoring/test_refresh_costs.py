"""One person's refresh, once the network has answered: what it asks of the database."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.models import BusyResponder, CurrentScore, LinkedAccount, Post
from scoring.services import refreshing
from scoring.services.refreshing import Collected
from tests.cast import NOW, make_linked_account, make_pages, make_person, post_seen

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def stored(account, pages):
    """The statements from the first to the last of storing them, the begin and end of a
    transaction (here: savepoints) left out."""
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as seen:
        assert refreshing.store(account, Collected(pages=pages))
    return [q["sql"] for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]


@pytest.fixture
def account():
    account = make_linked_account(make_person("alice"))
    seen = [post_seen(n) for n in range(100)]
    stored(account, make_pages(posts=seen, who=[f"fan{n}@x" for n in range(10)]))
    BusyResponder.objects.create(number=Post.objects.first().responders[0], responses=100)
    return LinkedAccount.objects.get()


def test_a_refresh_in_which_every_post_has_changed_asks_at_most_twelve_times(account):
    before = CurrentScore.objects.get().tenths
    louder = [post_seen(n, received=(90, 40, 20)) for n in range(1, 101)]
    statements = stored(account, make_pages(posts=louder, who=[f"new{n}@x" for n in range(40)]))
    assert len(statements) <= MOST_QUERIES, "\n".join(one[:90] for one in statements)
    assert CurrentScore.objects.get().tenths > before
    assert set(Post.objects.values_list("favourites", flat=True)) == {90}


def test_further_accounts_of_the_person_cost_no_further_question(account):
    for name in ("alice2", "alice3", "alice4"):
        further = make_linked_account(LinkedAccount.objects.first().user.profile, name)
        stored(further, make_pages(posts=[post_seen(n) for n in range(12)]))
    louder = [post_seen(n, received=(90, 40, 20)) for n in range(1, 101)]
    assert len(stored(account, make_pages(posts=louder, who=["new@x"]))) <= MOST_QUERIES
