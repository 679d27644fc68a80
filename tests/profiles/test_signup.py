from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from profiles import forms, services
from profiles.models import Profile, User
from tests.cast import make_person

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


def sign_up(client, **changes):
    data = {
        "email": "alice@example.org",
        "password1": PASSWORD,
        "handle": "alice",
        "visibility": "private",
    }
    return client.post(reverse("account_signup"), data | changes)


def test_signing_up_makes_a_login_and_a_profile(client):
    assert sign_up(client).status_code == 302
    assert Profile.objects.get(user__email="alice@example.org").handle == "alice"


def test_a_profile_is_public_only_if_its_owner_says_so(client):
    sign_up(client, visibility="public")
    assert Profile.objects.get().is_public


def test_nothing_is_ticked_beforehand(client):
    html = client.get(reverse("account_signup")).content.decode()
    assert 'name="visibility"' in html
    assert "checked" not in html


def test_it_asks_for_the_login_first_and_then_for_the_page(client):
    asked = client.get(reverse("account_signup")).context["form"].fields
    assert list(asked) == ["email", "password1", "handle", "visibility"]


def test_an_empty_form_says_what_to_do_at_each_field(client):
    errors = client.post(reverse("account_signup"), {}).context["form"].errors
    words = [sentence for (sentence,) in errors.values()]
    assert [word for word in words if word.startswith(("Type", "Choose", "Please"))] == words
    assert len(words) == 4


def test_a_handle_that_is_too_short_is_told_so_once(client):
    errors = sign_up(client, handle="a").context["form"].errors
    assert len(errors["handle"]) == 1


def test_not_choosing_is_an_error_that_says_so(client):
    page = sign_up(client, visibility="")
    assert "Please choose who may see your page." in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("taken", ["alice", "ALICE", "@alice"])
def test_a_taken_handle_is_refused_in_words(client, taken):
    make_person("alice")
    page = sign_up(client, email="another@example.org", handle=taken)
    assert "Somebody already goes by @" in page.content.decode()


@pytest.mark.parametrize(
    "handle",
    [
        "ab",
        "-alice",
        "al ice",
        "alice_",
        "ålice",
        "a" * 31,
        "../x",
        "\u017fam",
        "\u212aate",
        "al\u0131ce",
    ],
)
def test_a_handle_that_can_be_no_address_is_refused(client, handle):
    sign_up(client, handle=handle)
    assert not User.objects.exists()


def test_a_handle_lost_in_a_race_is_asked_for_again(client, monkeypatch):
    make_person("alice")
    monkeypatch.setattr(forms.HandleMixin, "clean_handle", lambda self: "alice")
    sign_up(client, email="another@example.org")
    assert client.get(reverse("me"))["Location"] == reverse("welcome")


def test_what_was_typed_survives_an_error(client):
    html = sign_up(client, visibility="").content.decode()
    assert 'value="alice"' in html
    assert 'value="alice@example.org"' in html


def test_logging_in_leads_to_ones_own_page(client):
    make_person("alice")
    answer = client.post(
        reverse("account_login"), {"login": "alice@example.org", "password": PASSWORD}
    )
    assert answer["Location"] == reverse("me")


def test_a_wrong_password_logs_nobody_in(client):
    make_person("alice")
    client.post(reverse("account_login"), {"login": "alice@example.org", "password": "wrong"})
    assert client.get(reverse("me")).status_code == 302


def test_logging_out_ends_the_session(client):
    client.force_login(make_person("alice").user)
    client.post(reverse("account_logout"))
    assert client.get(reverse("me")).status_code == 302


def test_a_forgotten_password_can_be_reset_by_e_mail(client):
    make_person("alice")
    client.post(reverse("account_reset_password"), {"email": "alice@example.org"})
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_an_update_to_a_taken_handle_is_refused(client):
    make_person("alice")
    bob = make_person("bob")
    with pytest.raises(ValidationError):
        services.update_profile(profile=bob, handle="Alice", display_name="", country="")
