from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import make_person

pytestmark = pytest.mark.django_db


def log_in(client, name):
    typed = {"login": f"{name}@example.org", "password": "correct-horse-battery"}
    client.post(reverse("account_login"), typed)
    return client.get(reverse("me")).status_code


def test_everybody_logs_in_with_their_password(client):
    make_person("alice", is_demo=True)
    assert log_in(client, "alice") == 200


def test_a_demo_person_has_no_way_into_a_site_in_production(client, settings):
    make_person("alice", is_demo=True, is_staff=True, is_superuser=True)
    settings.PRODUCTION = True
    assert log_in(client, "alice") == 302


def test_a_demo_session_ends_with_production(client, settings):
    client.force_login(make_person("alice", is_demo=True).user)
    settings.PRODUCTION = True
    assert client.get(reverse("me")).status_code == 302


def test_real_people_log_in_to_production(client, settings):
    make_person("alice")
    settings.PRODUCTION = True
    assert log_in(client, "alice") == 200


@pytest.fixture
def no_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def test_a_mail_server_that_is_down_stops_nobody_from_signing_up(client, no_mail_server):
    typed = {"email": "alice@example.org", "password1": "correct-horse-battery"}
    typed |= {"handle": "alice", "visibility": "private"}
    page = client.post(reverse("account_signup"), typed, follow=True)
    assert page.context["user"].is_authenticated
    assert "We could not send an e-mail just now" in page.content.decode()


def test_a_mail_server_that_is_down_is_said_so_to_who_forgot_the_password(client, no_mail_server):
    make_person("alice")
    page = client.post(
        reverse("account_reset_password"), {"email": "alice@example.org"}, follow=True
    )
    assert "We could not send an e-mail just now" in page.content.decode()


def test_the_log_says_that_mail_fails_and_not_to_whom(client, no_mail_server, caplog):
    client.post(reverse("account_reset_password"), {"email": "alice@example.org"})
    assert "The mail server took no e-mail" in caplog.text
    assert "alice" not in caplog.text
