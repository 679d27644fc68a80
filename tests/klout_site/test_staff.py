from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from profiles.models import User
from tests.cast import make_linked_account, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_person("staff", is_staff=True, is_superuser=True).user)
    return client


@pytest.mark.parametrize("model", admin.site._registry)
def test_every_list_of_the_staff_opens(staff, model):
    make_linked_account(make_person("alice"))
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert staff.get(url).status_code == 200


def test_staff_can_make_a_login(staff):
    url = reverse("admin:profiles_user_add")
    password = "correct-horse-battery"
    staff.post(
        url,
        {
            "email": "new@example.org",
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )
    assert User.objects.get(email="new@example.org").check_password(password)


def test_staff_never_see_a_token(staff):
    account = make_linked_account(make_person("alice"))
    url = reverse("admin:scoring_linkedaccount_change", args=[account.pk])
    page = staff.get(url).content
    assert b"alice@social.example.org" in page
    assert bytes(account.credential.sealed_token) not in page


def test_to_alice_there_is_no_staff_site(client):
    client.force_login(make_person("alice").user)
    assert client.get(reverse("admin:index"), follow=True).status_code == 404


def test_staff_log_in_where_everybody_does(client):
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.resolver_match.url_name == "account_login"
