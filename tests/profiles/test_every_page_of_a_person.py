"""All pages under somebody's handle, taken from the urls themselves: a new one comes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from profiles.models import Profile
from profiles.urls import urlpatterns
from scoring.models import CurrentScore, Post
from scoring.networks import NETWORKS
from tests.cast import NOW, make_linked_account, make_person
from tests.profiles.past import disconnect, read, store_days

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock_stands", "newest_formula_only"),
]
TODAY = NOW.date().isoformat()
PATHS = [str(one.pattern) for one in urlpatterns if "<str:handle>" in str(one.pattern)]
SPOILT = "\"><img src=x onerror=alert(1)>'</title>"


def pages_of(handle, *, other="bob", account=0):
    values = {
        "<str:handle>": handle,
        "<str:day>": TODAY,
        "<str:other>": other,
        "<int:account_id>": str(account),
        "<str:key>": "audience",
    }
    for path in PATHS:
        for name, value in values.items():
            path = path.replace(name, value)
        yield f"/{path}"


@pytest.fixture
def alice():
    alice = make_person("alice")
    read(make_linked_account(alice))
    return alice


@pytest.fixture
def bob():
    bob = make_person("bob")
    read(make_linked_account(bob))
    return bob


def statuses(client, owner, **told):
    account = owner.user.linked_accounts.order_by("pk").first()
    paths = pages_of(owner.handle, account=account.pk if account else 0, **told)
    return {path: client.get(path).status_code for path in paths}


def test_everybody_sees_all_pages_of_who_is_public(alice, bob, client):
    assert set(statuses(client, alice).values()) == {200}


@pytest.mark.parametrize("why", ["is_public", "is_active"])
def test_of_who_is_hidden_or_shut_out_nobody_else_finds_any(alice, bob, client, why):
    rows = alice.user if why == "is_active" else alice
    type(rows).objects.filter(pk=rows.pk).update(**{why: False})
    client.force_login(bob.user)
    assert set(statuses(client, alice).values()) == {404}
    assert client.get("/@bob/compare/alice/").status_code == 404


def test_what_people_and_networks_write_stays_text_on_every_page(alice, bob, client):
    account = alice.user.linked_accounts.get()
    Profile.objects.filter(pk=alice.pk).update(display_name=SPOILT)
    type(account).objects.filter(pk=account.pk).update(handle=SPOILT)
    for n in range(3):
        Post.objects.create(
            account=account,
            uid=str(n),
            created_at=NOW - timedelta(days=1),
            text=SPOILT,
            hashtags=[SPOILT],
            favourites=9 + n,
        )
    client.force_login(alice.user)
    for path in [*pages_of("alice", account=account.pk), "/me/", "/me/what-if/", "/me/appeal/"]:
        html = client.get(path).content.decode()
        assert "<img src=x" not in html, path
        assert "'</title>" not in html, path


def test_one_account_at_every_network(alice, bob, client):
    for key in NETWORKS:
        read(make_linked_account(alice, key, network=key, host=f"{key}.example.org"))
    client.force_login(alice.user)
    assert set(statuses(client, alice).values()) == {200}
    assert client.get("/me/what-if/").status_code == 200
    assert "reddit@" in client.get("/me/").content.decode()
    client.logout()
    told = "".join(client.get(path).content.decode() for path in pages_of("alice"))
    assert "bluesky@" in told
    assert "reddit@" not in told


@pytest.mark.parametrize("formula", [1, 2])
def test_a_stored_score_of_which_nothing_else_is_kept(bob, client, formula):
    alice = make_person("alice")
    make_linked_account(alice)
    CurrentScore.objects.create(
        user=alice.user, tenths=400, low=400, high=400, posts=12, day=NOW.date(), formula=formula
    )
    store_days(alice, dict.fromkeys(range(5), 400), formula=formula)
    found = statuses(client, alice)
    missing = {path for path, status in found.items() if status == 404}
    assert all("/parts/" in path for path in missing)
    assert set(found.values()) == {200, 404}
    client.force_login(alice.user)
    assert {client.get(path).status_code for path in ("/me/what-if/", "/me/appeal/")} == {200}


def test_the_day_after_the_last_account_has_gone(alice, bob, client):
    read(alice.user.linked_accounts.get(), ago=3)
    disconnect(alice.user.linked_accounts.get())
    found = statuses(client, alice)
    assert {path for path, status in found.items() if status == 404} <= {
        f"/@alice/history/{TODAY}/",
        "/@alice/parts/0/audience/",
    }
    assert "alice@" not in "".join(client.get(path).content.decode() for path in found)


@pytest.mark.parametrize("told", [{"posts": 0}, {"posts": 10, "likes": 0, "followers": 0}])
def test_thin_and_even_data_break_nothing(bob, client, told):
    alice = make_person("alice")
    for name in ("alice", "alice2"):
        read(make_linked_account(alice, name), **told)
    assert set(statuses(client, alice).values()) <= {200, 404}
