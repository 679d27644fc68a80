"""Who influences whom: among people who agreed to it, and nobody else anywhere."""

from __future__ import annotations

import pytest
from django.urls import reverse

from profiles import services
from profiles.extras.people import responded_to
from profiles.extras.subscores import subscores_of
from profiles.extras.ties import ties
from profiles.models import Profile
from scoring import selectors as scoring
from scoring.models import CurrentScore, Post
from scoring.networks.declaring import Policy
from tests.cast import NOW, declare, make_linked_account, make_person
from tests.scenes import give_score

pytestmark = pytest.mark.django_db
NUMBERS = {"alice": 11, "bob": 22, "charlie": 33}


@pytest.fixture(autouse=True)
def cast():
    """All three are public; alice and bob agreed to be shown, charlie did not."""
    for name, number in NUMBERS.items():
        owner = make_person(name)
        make_linked_account(owner, person_number=number)
        Profile.objects.filter(pk=owner.pk).update(shows_ties=name != "charlie")


def person(name):
    return Profile.objects.get(handle=name)


def posts(owner, *responders):
    """One post of that person for each set of names."""
    account = person(owner).user.linked_accounts.first()
    return [
        Post.objects.create(
            account=account,
            uid=f"{owner}-{number}",
            created_at=NOW,
            responders=[NUMBERS.get(name, 99) for name in names],
        )
        for number, names in enumerate(responders)
    ]


def read(client, path="/@alice/ties/", who=""):
    if who:
        client.force_login(person(who).user)
    return client.get(path).content.decode()


def test_only_the_newest_posts_are_looked_at_where_it_is_asked_for():
    posts("alice", *[["bob"]] * 3)
    who = {"limit": 10, "user_id": person("alice").user_id}
    assert responded_to(**who) == {person("bob").user_id: 3}
    assert responded_to(**who, newest=2) == {person("bob").user_id: 2}


class TestWhoIsShown:
    def test_who_responds_to_alice_is_influenced_by_her(self):
        posts("alice", ["bob", "stranger"], ["bob"], [], ["stranger"])
        [bob] = ties(person("alice")).influencees
        assert (bob.profile.handle, bob.posts, bob.of, bob.percent) == ("bob", 2, 4, 50)

    def test_and_for_him_she_is_an_influencer(self):
        posts("alice", ["bob", "stranger"], ["bob"], [], ["stranger"])
        found = ties(person("bob"))
        [alice] = found.influencers
        assert (alice.profile.handle, alice.posts, alice.of) == ("alice", 2, 4)
        assert found.influencees == ()

    def test_who_responds_to_himself_influences_nobody(self):
        posts("alice", ["alice"])
        assert ties(person("alice")) == ties(person("bob"))

    def test_the_one_who_responded_most_comes_first_and_ten_are_enough(self):
        for number in range(100, 112):
            other = make_person(f"fan{number}")
            make_linked_account(other, person_number=number)
            NUMBERS[other.handle] = number
        Profile.objects.update(shows_ties=True)
        fans = [name for name in NUMBERS if name.startswith("fan")]
        posts("alice", fans, fans[5:6])
        found = [tie.profile.handle for tie in ties(person("alice")).influencees]
        assert (found[0], len(found)) == ("fan105", 10)
        for name in fans:
            del NUMBERS[name]

    def test_the_page_says_so_in_words_with_a_link(self, client):
        posts("alice", ["bob"], [])
        html = read(client)
        assert "responded to 1 of 2 posts of @alice (50%)" in html
        assert 'href="/@bob/"' in html


class TestConsent:
    @pytest.fixture(autouse=True)
    def _responses(self):
        posts("alice", ["bob", "charlie"])
        posts("bob", ["alice", "charlie"])
        posts("charlie", ["alice", "bob"])

    @pytest.mark.parametrize("who", ["", "alice", "bob"])
    @pytest.mark.parametrize("page", ["ties", "moments", "factors"])
    def test_charlie_appears_nowhere(self, client, page, who):
        for name in ("alice", "bob"):
            assert "charlie" not in read(client, f"/@{name}/{page}/", who).lower()

    def test_nor_does_anybody_on_his_page(self, client):
        html = read(client, "/@charlie/ties/")
        assert "/@alice/" not in html
        assert "/@bob/" not in html
        assert ties(person("charlie")).influencers == ()

    def test_he_is_told_what_to_do_about_it(self, client):
        html = read(client, "/@charlie/ties/", "charlie")
        assert "You have not agreed" in html
        assert reverse("profile_settings") in html

    def test_a_score_counts_among_the_responders_only_of_who_agreed(self):
        dora = give_score(make_person("dora"), at=NOW)
        for name in ("bob", "charlie"):
            CurrentScore.objects.create(
                user=person(name).user, tenths=600, low=500, high=700, posts=20, day=NOW, formula=2
            )
        dora.posts.update(responders=[NUMBERS["charlie"], NUMBERS["bob"]])
        found = subscores_of(
            dora.user_id,
            scoring.explained(dora.user_id),
            rows=scoring.signals_of(dora.user_id),
            accounts=scoring.accounts_of(dora.user_id),
        ).relevance
        assert (found.known, found.mean) == (1, 60)

    @pytest.mark.parametrize(
        "change",
        [{"shows_ties": False}, {"is_public": False}],
        ids=["shows_no_ties_any_more", "hides_the_page"],
    )
    def test_who_takes_the_yes_back_is_gone_at_once(self, client, change):
        Profile.objects.filter(handle="bob").update(**change)
        for page in ("ties", "moments"):
            assert "bob" not in read(client, f"/@alice/{page}/").lower()
        assert ties(person("bob")).influencers == ()

    def test_who_opts_out_is_gone_and_not_back_after_opting_in(self, client):
        services.opt_out(profile=person("bob"), at=NOW)
        assert "bob" not in read(client).lower()
        services.opt_in(profile=person("bob"), at=NOW)
        assert not person("bob").shows_ties

    def test_a_log_in_that_is_closed_shows_nobody(self, client):
        user = person("bob").user
        user.is_active = False
        user.save()
        assert "bob" not in read(client).lower()

    def test_a_network_that_may_not_be_shown_gives_nothing_away(self, client, monkeypatch):
        declare(monkeypatch, policy=Policy("https://example.net/terms", may_show=False))
        for who in ("", "alice"):
            assert "/@bob/" not in read(client, who=who)

    @pytest.mark.parametrize("page", ["ties", "moments", "factors"])
    def test_a_hidden_profile_is_not_there(self, client, page):
        Profile.objects.filter(handle="alice").update(is_public=False)
        path = f"/@alice/{page}/"
        assert client.get(path).status_code == 404
        client.force_login(person("charlie").user)
        assert client.get(path).status_code == 404
        client.force_login(person("alice").user)
        assert client.get(path).status_code == 200


class TestTheSetting:
    def save(self, client, **fields):
        client.force_login(person("charlie").user)
        client.post(reverse("profile_settings"), {"handle": "charlie", **fields})
        return person("charlie").shows_ties

    def test_nobody_is_shown_who_did_not_tick_it(self):
        assert make_person("dora").shows_ties is False

    def test_one_tick_agrees_and_one_takes_it_back(self, client):
        assert self.save(client, shows_ties="on") is True
        assert self.save(client) is False


def test_many_posts_cost_no_more_queries(django_assert_num_queries):
    posts("alice", ["bob"])
    posts("bob", ["alice"])
    alice = person("alice")
    with django_assert_num_queries(6):
        ties(alice)
