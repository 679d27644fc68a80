"""The made-up people as they lie in the database, once for all tests here: these only look."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Min
from django.test import override_settings

from klout_site.demo import LOGINS, fill
from perks.eligibility import Phase, verdict
from perks.models import Brand, BrandMember, Perk, Unit
from perks.services import claim_perk
from profiles import selectors as profiles
from profiles.models import Profile, User
from scoring import selectors as scoring
from scoring.formula import explain
from scoring.models import AccountSignals, CurrentScore, LinkedAccount, Post, ScoreDay, SignalsDay
from scoring.services import packing, storing
from scoring.services.rescoring import rescore
from tests import cast

NOW = cast.NOW + timedelta(days=30)  # by then formula 2 counts
COLUMNS = ("tenths", "low", "high", "posts", "day", "formula")

pytestmark = pytest.mark.usefixtures("_filled", "db")


@pytest.fixture(scope="module")
def _filled(django_db_setup, django_db_blocker, tmp_path_factory):
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with media, django_db_blocker.unblock(), transaction.atomic():
        fill.fill(seed=1, at=NOW)
        yield
        transaction.set_rollback(True)


def tenths_now():
    scores = CurrentScore.objects.filter(tenths__isnull=False)
    return list(scores.values_list("tenths", flat=True))


def test_three_hundred_people_are_there_and_all_marked():
    assert User.objects.filter(is_demo=True).count() == User.objects.count() == 300
    for model in (LinkedAccount, Brand, Perk):
        assert model.objects.exists()
        assert not model.objects.filter(is_demo=False).exists()


def test_their_addresses_are_verified_and_lead_nowhere():
    addresses = EmailAddress.objects.filter(verified=True, primary=True)
    assert addresses.filter(email__endswith="@demo.example").count() == 300


@pytest.mark.parametrize("login", LOGINS)
def test_the_printed_log_ins_work(client, login):
    assert client.login(email=login.email, password=login.password)


def test_nobody_else_can_log_in():
    others = User.objects.exclude(email__in=[login.email for login in LOGINS])
    assert not any(user.has_usable_password() for user in others)


def test_ordinary_people_have_ordinary_scores():
    assert 300 <= median(tenths_now()) <= 450


def test_only_a_few_are_stars():
    assert 3 <= sum(tenths > 700 for tenths in tenths_now()) <= 15


def test_some_have_not_posted_enough_for_a_number():
    without = CurrentScore.objects.filter(tenths=None)
    assert 10 < without.count() < 60
    assert max(without.values_list("posts", flat=True)) < 10


def test_the_parts_of_a_score_add_up_to_it():
    for now in CurrentScore.objects.filter(tenths__isnull=False)[::15]:
        explained = scoring.explained(now.user_id)
        assert sum(part.tenths for part in explained.parts) == now.tenths


def test_a_score_of_the_past_follows_from_the_signals_of_that_day():
    alice = User.objects.get(email="alice@demo.example").pk
    for day in scoring.score_history(alice, until=NOW.date(), days=600)[::50]:
        rows, number = scoring.signals_on(alice, day.day), scoring.days_since_1970(day.day)
        again = explain(rows, version=day.formula, day=number)
        assert (again.tenths, again.low, again.high) == (day.tenths, day.low, day.high)


def test_the_site_itself_comes_to_the_same_signals():
    for signals in AccountSignals.objects.select_related("account")[::40]:
        packing.repack(signals.account, at=NOW)
        assert bytes(AccountSignals.objects.get(pk=signals.pk).packed) == bytes(signals.packed)


def test_the_site_itself_comes_to_the_same_score():
    for before in CurrentScore.objects.all()[::40]:
        again = rescore(before.user_id, at=NOW)
        assert [getattr(again, name) for name in COLUMNS] == [
            getattr(before, name) for name in COLUMNS
        ]


def test_posts_say_what_the_newest_reading_says():
    for account in LinkedAccount.objects.all()[::40]:
        newest, posts = account.readings.first(), list(account.posts.all())
        assert newest.posts == [[p.favourites, p.reposts, p.replies] for p in posts]
        assert newest.responders == (storing._distinct(account, posts) or 0)


def test_scores_move_over_the_days():
    days = ScoreDay.objects.filter(user__email="alice@demo.example")
    assert len(set(days.values_list("tenths", flat=True))) > 20


def test_alices_accounts_came_one_after_another():
    alice = SignalsDay.objects.filter(user__email="alice@demo.example").values("account_number")
    days = alice.annotate(first=Min("day")).values_list("first", flat=True)
    assert [(NOW.date() - day).days for day in sorted(days)] == [499, 60, 20]


def test_alice_was_away_for_two_weeks_and_one_of_her_posts_flew():
    account = LinkedAccount.objects.get(handle="alice@town.example")
    first, last = (NOW - timedelta(days=ago) for ago in (47, 33))
    assert not account.posts.filter(created_at__gt=first, created_at__lte=last).exists()
    received = sorted(account.posts.values_list("favourites", flat=True))
    assert received[-1] > 5 * received[-2]


def test_members_who_show_it_respond_to_each_other():
    shown = LinkedAccount.objects.filter(user__profile__shows_ties=True, network="mastodon")
    alice = shown.get(user__profile__handle="alice")
    others = set(shown.exclude(pk=alice.pk).values_list("person_number", flat=True))
    to_her = alice.posts.filter(responders__isnull=False).values_list("responders", flat=True)
    assert others & {number for people in to_her for number in people}
    by_her = Post.objects.filter(responders__contains=[alice.person_number])
    assert by_her.filter(account__in=shown).exists()


def test_alice_has_a_middling_score_and_all_that_a_profile_shows():
    page = profiles.profile_page(Profile.objects.get(handle="alice"), is_own=True, at=NOW)
    assert 35 <= page.score.points <= 60
    assert page.chart
    assert [row.network.key for row in page.networks] == ["mastodon", "bluesky", "github"]
    assert page.topics
    assert page.best_posts
    assert not page.collecting


def test_some_people_are_public_and_some_are_not():
    assert 100 < Profile.objects.filter(is_public=True).count() < 280


def test_no_network_is_ever_asked_about_them():
    assert not LinkedAccount.objects.filter(next_refresh_at__isnull=False).exists()
    assert not LinkedAccount.objects.filter(needs_reconnect=True).exists()


def test_bob_belongs_to_one_brand():
    brand = BrandMember.objects.get(user__email="bob@demo.example").brand
    assert brand.perks.count() >= 3


def test_there_is_a_perk_of_every_kind():
    perks = list(Perk.objects.with_stock())
    assert {p.phase(NOW) for p in perks} == {Phase.DRAFT, Phase.SCHEDULED, Phase.OPEN}
    left = [p.total - p.claimed for p in perks]
    assert 0 in left
    assert any(0 < rest <= 3 for rest in left)
    assert any(p.countries for p in perks)
    assert any(p.networks for p in perks)
    assert any(p.picture for p in perks)


def test_only_people_who_qualify_have_claimed():
    for unit in Unit.objects.filter(user__isnull=False).select_related("perk", "user"):
        assert verdict(unit.perk.rule, profiles.standing(unit.user), at=NOW).ok
        assert unit.perk.opens_at <= unit.claimed_at <= NOW


def test_alice_has_a_perk_and_can_have_another():
    alice = User.objects.get(email="alice@demo.example")
    assert alice.claimed_units.count() == 1
    open_to_her = Perk.objects.get(title__startswith="A tin of")
    assert claim_perk(user=alice, perk_id=open_to_her.pk, at=NOW).is_new
