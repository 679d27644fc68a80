"""Staff announce a formula, and what people have been told is not taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from scoring import selectors
from scoring.models import FormulaRelease
from scoring.services import releasing
from tests.cast import make_person
from tests.profiles.formulas import MONTH, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_person("staff", is_staff=True, is_superuser=True).user)
    return client


def form(today: date, **changes):
    values = {name: getattr(plan(today), name) for name in releasing.Plan.__slots__}
    return values | changes


def test_staff_announce_a_formula(staff, first_only, now):
    staff.post(reverse("admin:scoring_formularelease_add"), form(now.date()))
    release = FormulaRelease.objects.get(version=2)
    assert release.effective_on == now.date() + MONTH
    assert selectors.formula_on(now.date()) == "1"


def test_before_the_first_formula_that_one_counts_already(staff, first_only, now):
    staff.post(reverse("admin:scoring_formularelease_add"), form(now.date()))
    assert selectors.formula_on(date(1999, 1, 1)) == "1"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("version", {"version": 99}),
        ("version", {"version": 1}),
        ("announced_on", {"announced_on": -1}),
        ("effective_on", {"effective_on": 29}),
        ("side_by_side_until", {"side_by_side_until": 29}),
    ],
)
def test_staff_cant_announce(staff, first_only, now, field, changes):
    today = now.date()
    days = {k: v if k == "version" else today + timedelta(days=v) for k, v in changes.items()}
    page = staff.post(reverse("admin:scoring_formularelease_add"), form(today, **days))
    assert field in page.context["adminform"].form.errors
    assert FormulaRelease.objects.count() == 1


def test_the_notice_is_as_long_as_the_setting_says(first_only, settings, now):
    settings.FORMULA_NOTICE_DAYS = 0
    today = now.date()
    assert releasing.announce(plan(today, effective_on=today), today=today).pk


def test_what_people_were_told_can_be_put_off_but_not_be_taken_back(staff, announced, now):
    url = reverse("admin:scoring_formularelease_change", args=[announced.pk])
    sooner, later = now.date() + timedelta(days=9), now.date() + timedelta(days=45)
    staff.post(url, form(now.date(), effective_on=sooner))
    assert FormulaRelease.objects.get(version=2).effective_on == now.date() + MONTH
    staff.post(url, form(now.date(), effective_on=later))
    assert FormulaRelease.objects.get(version=2).effective_on == later
    delete = reverse("admin:scoring_formularelease_delete", args=[announced.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403


def test_once_it_counts_only_its_words_and_its_last_day_change(staff, announced, now):
    today = now.date()
    days = {"announced_on": today - MONTH, "effective_on": today}
    FormulaRelease.objects.filter(version=2).update(**days)
    url = reverse("admin:scoring_formularelease_change", args=[announced.pk])
    moved = form(today, effective_on=today + 3 * MONTH, side_by_side_until=today + MONTH)
    staff.post(url, moved | {"notes": "Said better."})
    release = FormulaRelease.objects.get(version=2)
    assert (release.effective_on, release.notes) == (today, "Said better.")
    assert release.side_by_side_until == today + MONTH


def test_a_release_that_nobody_heard_of_yet_can_be_withdrawn(staff, first_only, now):
    tomorrow = now.date() + timedelta(days=1)
    release = releasing.announce(plan(tomorrow), today=now.date())
    delete = reverse("admin:scoring_formularelease_delete", args=[release.pk])
    staff.post(delete, {"post": "yes"})
    assert not FormulaRelease.objects.filter(version=2).exists()


def test_the_database_wants_the_days_in_order(announced, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        FormulaRelease.objects.filter(version=2).update(side_by_side_until=now.date())
