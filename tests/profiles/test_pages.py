from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles import selectors
from scoring.models import Post, ScoreDay
from scoring.services import linking, storing
from scoring.services.packing import repack
from scoring.services.rescoring import rescore
from tests.cast import NOW, make_linked_account, make_pages, make_person, post_seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


def give_score(owner, *, posts=12, days=1):
    """Readings and scores of the last `days` days, through the services that write them."""
    account = make_linked_account(owner, refreshed_at=NOW)
    seen = [post_seen(n, created_at=NOW - timedelta(days=n + days)) for n in range(posts)]
    for ago in reversed(range(days)):
        at = NOW - timedelta(days=ago)
        pages = make_pages(followers=500 - ago, posts=seen, who=["bob@x", "eve@x"])
        storing.store_observations(account, pages, at=at)
        repack(account, at=at)
        rescore(owner.user_id, at=at)
    return account


def page_of(owner):
    return selectors.profile_page(owner, is_own=True, at=NOW)


def test_the_bars_add_up_to_the_number_shown():
    alice = make_person("alice")
    give_score(alice)
    score = page_of(alice).score
    bars = [part.points for group in score.groups for part in group.parts]
    assert round(sum(bars), 1) == score.points


def test_every_bar_is_on_the_page(client):
    alice = make_person("alice")
    give_score(alice)
    html = client.get(reverse("profile", args=["alice"])).content.decode()
    for group in page_of(alice).score.groups:
        assert all(str(part.term.name) in html for part in group.parts)


def test_an_account_beside_another_says_what_it_would_bring_alone(client):
    alice = make_person("alice")
    give_score(alice)
    alone = page_of(alice).score.points
    second = make_linked_account(alice, "alice2", refreshed_at=NOW)
    storing.store_observations(second, make_pages(posts=[post_seen(1)]), at=NOW)
    repack(second, at=NOW)
    rescore(alice.user_id, at=NOW)
    *groups, base = page_of(alice).score.groups
    assert [group.is_beside_others for group in groups] == [True, True]
    assert not base.is_beside_others
    assert groups[0].points < groups[0].alone == pytest.approx(alone - 1)
    assert (
        f"Alone it would bring {groups[0].alone} points" in client.get("/@alice/").content.decode()
    )


def test_the_strongest_account_lies_open_and_the_others_are_folded(client):
    alice = make_person("alice")
    for name in ("alice", "alice2", "alice3"):
        account = make_linked_account(alice, name, refreshed_at=NOW)
        posts = [post_seen(n) for n in range(12)]
        storing.store_observations(account, make_pages(followers=500, posts=posts), at=NOW)
        repack(account, at=NOW)
    rescore(alice.user_id, at=NOW)
    html = client.get("/@alice/").content.decode()
    assert html.count('<details class="sum__folded">') == 2
    assert html.count('<p class="sum__account">') == 2  # the strongest, and what is for everybody


def test_reach_resonance_and_relevance_stand_on_the_page_and_lead_to_what_they_are(client):
    alice = make_person("alice")
    give_score(alice)
    found = page_of(alice).subscores
    html = " ".join(client.get("/@alice/").content.decode().split())
    for name, points in [("Reach", found.reach.points), ("Resonance", found.resonance.points)]:
        assert f"<dt>{name}</dt><dd><b>{points}</b></dd>" in html
    assert html.count(reverse("factors", args=["alice"])) == 2


def test_the_owner_finds_a_human_beside_the_score_and_nobody_else_is_shown_that(client):
    alice = make_person("alice")
    give_score(alice)
    asks = f'href="{reverse("appeal")}"'
    assert asks not in client.get("/@alice/").content.decode()
    client.force_login(alice.user)
    own = client.get("/me/").content.decode()
    assert asks in own
    assert reverse("appeals") in own


def test_the_chart_has_a_point_for_each_stored_day():
    alice = make_person("alice")
    give_score(alice, days=5)
    assert len(page_of(alice).chart.points) == 5


def test_the_chart_ends_ninety_days_ago():
    alice = make_person("alice")
    give_score(alice)
    ScoreDay.objects.create(
        user=alice.user,
        day=NOW.date() - timedelta(days=90),
        tenths=500,
        low=400,
        high=600,
        formula=2,
    )
    assert len(page_of(alice).chart.points) == 1


@pytest.mark.parametrize(("days", "axis"), [(2, 14), (40, 40)])
def test_a_young_history_is_not_lost_at_the_end_of_ninety_days(days, axis):
    alice = make_person("alice")
    give_score(alice, days=days)
    assert page_of(alice).chart.days == axis


def test_on_the_first_day_words_stand_where_the_chart_will_be(client):
    alice = make_person("alice")
    give_score(alice)
    html = client.get(reverse("profile", args=["alice"])).content.decode()
    assert "The chart begins today" in html
    assert "<polyline" not in html


def test_the_table_says_the_same_as_the_chart(client):
    alice = make_person("alice")
    give_score(alice, days=5)
    html = client.get(reverse("profile", args=["alice"])).content.decode()
    assert html.count("<tr") >= 5


def test_a_hashtag_of_one_post_is_no_topic():
    alice = make_person("alice")
    give_score(alice, posts=1)
    assert page_of(alice).topics == ()


def test_a_topic_shows_its_evidence():
    alice = make_person("alice")
    give_score(alice, posts=3)
    (topic,) = page_of(alice).topics
    assert (topic.tag, topic.posts, topic.responses) == ("gardening", 3, 21)


def test_a_hidden_profile_looks_like_none_to_charlie(client):
    make_person("alice", is_public=False)
    client.force_login(make_person("charlie").user)
    hidden = client.get(reverse("profile", args=["alice"]))
    missing = client.get(reverse("profile", args=["nobody"]))
    assert (hidden.status_code, missing.status_code) == (404, 404)


def test_alice_sees_her_own_hidden_profile(client):
    alice = make_person("alice", is_public=False)
    client.force_login(alice.user)
    assert client.get(reverse("profile", args=["alice"])).status_code == 200


def test_a_handle_is_found_in_any_case(client):
    make_person("alice")
    assert client.get("/@ALICE/").status_code == 200


def test_my_page_needs_a_login(client):
    answer = client.get(reverse("me"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_a_login_without_a_profile_is_asked_for_a_handle(client, django_user_model):
    staff = django_user_model.objects.create_superuser("staff@example.org", "a-long-password")
    client.force_login(staff)
    assert client.get(reverse("me"))["Location"] == reverse("welcome")
    client.post(reverse("welcome"), {"handle": "staff_1", "visibility": "private"})
    assert client.get(reverse("me")).status_code == 200


def test_one_click_makes_a_profile_public_and_hidden_again(client):
    alice = make_person("alice", is_public=False)
    client.force_login(alice.user)
    for choice, expected in [("public", True), ("private", False)]:
        client.post(reverse("visibility"), {"visibility": choice})
        alice.refresh_from_db()
        assert alice.is_public is expected


def test_once_the_last_account_is_gone_there_is_a_history_and_no_score(client):
    alice = make_person("alice")
    linking.disconnect(give_score(alice, days=3), at=NOW)
    page = page_of(alice)
    assert page.score is None
    assert len(page.chart.points) == 2


@pytest.mark.parametrize("path", ["/me/", "/@alice/"])
def test_once_the_last_account_is_gone_the_page_says_so(client, path):
    alice = make_person("alice")
    linking.disconnect(give_score(alice, days=3), at=NOW)
    client.force_login(alice.user)
    assert "No score any more" in client.get(path).content.decode()


def test_a_page_without_accounts_says_what_to_do(client):
    client.force_login(make_person("alice").user)
    assert reverse("accounts") in client.get(reverse("me")).content.decode()


def test_the_page_costs_the_same_with_ten_posts_and_with_forty(client):
    costs = []
    for name, posts in [("alice", 10), ("bob", 40)]:
        give_score(make_person(name), posts=posts, days=posts // 4)
        client.get(reverse("profile", args=[name]))  # from now on the hour's percentiles are kept
        with CaptureQueriesContext(connection) as counted:
            client.get(reverse("profile", args=[name]))
        costs.append(len(counted))
    assert costs[0] == costs[1] <= 15


def test_counts_that_add_up_to_more_than_an_integer_break_no_page(client):
    account = make_linked_account(make_person("alice"), refreshed_at=NOW)
    most = 2**31 - 1
    counts = {"favourites": most, "reposts": most, "replies": most}
    Post.objects.create(account=account, uid="1", created_at=NOW, text="Huge", **counts)
    rescore(account.user_id, at=NOW)
    assert [post.text for post in selectors.scoring.best_posts(account.user_id)] == ["Huge"]
