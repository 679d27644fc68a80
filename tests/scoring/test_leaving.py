"""Whoever goes takes all of it along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin.utils import NestedObjects
from django.db import connection

from profiles.models import User
from scoring.models import LinkedAccount, ScoreMonth, SignalsDay
from scoring.services import leaving, linking
from tests.cast import NOW, make_linked_account, make_person, make_score

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def tables_with_people():
    """Of the scoring app: every table that says whose a row is."""
    models = apps.get_app_config("scoring").get_models()
    return [model for model in models if any(field.name == "user" for field in model._meta.fields)]


def rows_of(user_id):
    return {
        model.__name__: count
        for model in tables_with_people()
        if (count := model.objects.filter(user_id=user_id).count())
    }


@pytest.fixture
def alice():
    """With a month that is closed, and an account that she has disconnected."""
    owner = make_person("alice")
    gone = make_linked_account(owner, "gone")
    make_score(owner)
    linking.disconnect(gone, at=NOW)
    make_score(owner)
    array = [500] * 30
    month = {"month": NOW.date().replace(day=1), "formula": [2] * 30}
    ScoreMonth.objects.create(user=owner.user, tenths=array, low=array, high=array, **month)
    return owner


def test_there_is_something_to_take_along(alice):
    tables = {"AccountSignals", "CurrentScore", "LinkedAccount", "ScoreDay", "ScoreMonth"}
    assert rows_of(alice.user_id).keys() == tables | {"SignalsDay"}
    assert SignalsDay.objects.values("account_number").distinct().count() == 2


def test_opting_out_leaves_no_row_of_the_person(alice):
    leaving.forget(alice.user_id, at=NOW)
    assert rows_of(alice.user_id) == {}


def test_deleting_the_log_in_leaves_no_row_either(alice):
    make_score(make_person("bob"))
    number = alice.user_id
    User.objects.get(pk=number).delete()
    assert rows_of(number) == {}
    assert LinkedAccount.objects.count() == 1  # bob's


def test_staff_are_shown_what_goes_with_a_log_in_before_they_delete_it(alice):
    found = NestedObjects(using=connection.alias)
    found.collect([User.objects.get(pk=alice.user_id)])
    shown = {type(row).__name__ for row in found.nested()[1]}
    assert {"CurrentScore", "ScoreDay", "ScoreMonth", "SignalsDay"} <= shown
