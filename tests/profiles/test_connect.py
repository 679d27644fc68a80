from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from profiles import services
from profiles.views.accounts import pending as views
from scoring.models import Credential, LinkedAccount, Suppression
from scoring.services import leaving, linking, refreshing
from scoring.vault import unseal
from tests.cast import NOW, make_linked_account, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(mastodon, settings):
    settings.LOOPBACK_SERVERS = frozenset({mastodon.host})
    yield mastodon
    mastodon.mend()


@pytest.fixture
def alice(client):
    profile = make_person("alice")
    client.force_login(profile.user)
    return profile


def start(client, server):
    """Types the server's name; returns the state that the network would hand back."""
    answer = client.post(reverse("connect"), {"server": server.host})
    assert answer.status_code == 302, answer.context["named"][0].errors
    return client.session[views.SESSION_KEY]["state"]


def come_back(client, at=None, **query):
    pending = client.session.get(views.SESSION_KEY) or {}
    host = at or pending.get("host", "social.example.org")
    return client.get(reverse("connect_callback", args=[host]), query, follow=True)


def connect(client, server, name="ada"):
    return come_back(client, code=f"mockcode_{name}", state=start(client, server))


def said(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def test_the_person_is_told_what_we_read_before_they_leave(client, alice, server):
    start(client, server)
    page = client.get(reverse("consent"))
    assert f"http://{server.host}/oauth/authorize?" in page.content.decode()


def test_consent_is_asked_with_state_and_pkce(client, alice, server):
    state = start(client, server)
    query = parse_qs(urlsplit(client.session[views.SESSION_KEY]["url"]).query)
    assert query["state"] == [state]
    assert query["code_challenge_method"] == ["S256"]


def test_coming_back_with_a_code_links_the_account(client, alice, server, rings):
    connect(client, server)
    account = LinkedAccount.objects.get(user=alice.user)
    assert account.handle == f"ada@{server.host}"
    assert rings == [account.pk]


def test_the_linked_account_can_be_collected_and_scored(client, alice, server, rings):
    connect(client, server)
    account = LinkedAccount.objects.get()
    assert refreshing.refresh_account(account.pk, at=account.next_refresh_at)
    assert b"ada@" in client.get(reverse("me")).content


def test_a_denied_consent_links_nothing_and_says_so(client, alice, server):
    state = start(client, server)
    answer = come_back(client, error="access_denied", state=state)
    assert "You said no" in said(answer)
    assert not LinkedAccount.objects.exists()


def test_a_state_that_is_not_ours_is_refused(client, alice, server):
    start(client, server)
    answer = come_back(client, code="mockcode_ada", state="forged")
    assert "does not belong to your last request" in said(answer)
    assert not LinkedAccount.objects.exists()


def test_an_answer_that_came_by_way_of_another_server_is_refused(client, alice, server):
    state = start(client, server)
    answer = come_back(client, at="other.example.org", code="mockcode_ada", state=state)
    assert "does not belong to your last request" in said(answer)
    assert not LinkedAccount.objects.exists()


def test_each_server_answers_at_an_address_of_its_own(client, alice, server):
    start(client, server)
    query = parse_qs(urlsplit(client.session[views.SESSION_KEY]["url"]).query)
    assert query["redirect_uri"][0].endswith(f"/settings/accounts/callback/{server.host}/")


def test_a_forged_answer_does_not_end_the_real_sign_in(client, alice, server, rings):
    state = start(client, server)
    come_back(client, code="mockcode_ada", state="forged")
    come_back(client, code="mockcode_ada", state=state)
    assert LinkedAccount.objects.exists()


def test_a_stale_state_is_refused(client, alice, server, monkeypatch):
    state = start(client, server)
    monkeypatch.setattr(views, "STALE_SECONDS", -1)
    assert "expired" in said(come_back(client, code="mockcode_ada", state=state))


def test_an_answer_works_once(client, alice, server, rings):
    state = start(client, server)
    come_back(client, code="mockcode_ada", state=state)
    assert "already used" in said(come_back(client, code="mockcode_ada", state=state))


def test_a_code_that_the_server_refuses_is_said_in_plain_words(client, alice, server):
    answer = come_back(client, code="nonsense", state=start(client, server))
    assert "Start again" in said(answer)


def test_charlie_cannot_link_what_alice_linked(client, alice, server, rings):
    connect(client, server)
    before = unseal(Credential.objects.get().sealed_token)
    client.force_login(make_person("charlie").user)
    answer = connect(client, server)
    assert answer.status_code == 409
    assert unseal(Credential.objects.get().sealed_token) == before


def test_an_identity_that_opted_out_is_not_linked(client, alice, server, rings):
    connect(client, server)
    services.opt_out(profile=alice, at=NOW)
    client.force_login(make_person("charlie").user)
    assert connect(client, server).status_code == 409
    assert Suppression.objects.count() == 1


def test_who_deleted_the_login_can_come_back_with_a_new_one(client, alice, server, rings):
    connect(client, server)
    client.post(reverse("opt_out"), {"delete_login": "yes"})
    client.force_login(make_person("alice_again").user)
    assert connect(client, server).status_code == 409
    client.post(reverse("opt_in"))
    connect(client, server)
    assert LinkedAccount.objects.get().user.profile.handle == "alice_again"


def test_there_is_a_limit_to_accounts(client, alice, server, monkeypatch):
    monkeypatch.setattr(linking, "MOST_ACCOUNTS", 1)
    make_linked_account(alice)
    assert connect(client, server).status_code == 409
    assert LinkedAccount.objects.count() == 1


def test_who_opted_out_cannot_connect(client, alice, server):
    services.opt_out(profile=alice, at=NOW)
    answer = client.post(reverse("connect"), {"server": server.host}, follow=True)
    assert "Opt in again first" in said(answer)


def test_opting_in_again_lets_the_same_identity_come_back(client, alice, server, rings):
    connect(client, server)
    client.post(reverse("opt_out"))
    client.post(reverse("opt_in"))
    connect(client, server)
    assert LinkedAccount.objects.count() == 1


def test_an_opt_out_while_the_consent_page_is_open_wins(client, alice, server, monkeypatch):
    state = start(client, server)
    services.opt_out(profile=alice, at=NOW)
    assert come_back(client, code="mockcode_ada", state=state).status_code == 409
    assert not LinkedAccount.objects.exists()


@pytest.mark.parametrize("typed", ["", "localhost", "127.0.0.1", "10.0.0.1", "not a server"])
def test_a_name_we_cannot_use_is_explained_beside_the_field(client, alice, typed):
    page = client.post(reverse("connect"), {"server": typed})
    assert page.status_code == 422
    assert page.context["named"][0].errors["server"]


def test_what_was_typed_is_still_there_after_an_error(client, alice):
    page = client.post(reverse("connect"), {"server": "not a server"})
    assert 'value="not a server"' in page.content.decode()


@pytest.mark.parametrize("action", ["refresh", "disconnect"])
def test_charlie_cannot_touch_alices_account(client, action):
    account = make_linked_account(make_person("alice"))
    client.force_login(make_person("charlie").user)
    assert client.post(reverse(action, args=[account.pk])).status_code == 404
    assert LinkedAccount.objects.filter(next_refresh_at=NOW).exists()


def test_disconnecting_says_when_the_network_did_not_confirm(client, alice, monkeypatch):
    from scoring.services import linking

    account = make_linked_account(alice)
    monkeypatch.setattr(linking.mastodon, "revoke", lambda app, token: False)
    answer = client.post(reverse("disconnect", args=[account.pk]), follow=True)
    assert "did not confirm" in said(answer)
    assert not LinkedAccount.objects.exists()


def test_the_token_is_dead_at_the_network_after_disconnecting(client, alice, server, rings):
    connect(client, server)
    token = unseal(Credential.objects.get().sealed_token)
    client.post(reverse("disconnect", args=[LinkedAccount.objects.get().pk]))
    assert not is_alive(server, token)


def is_alive(server, token):
    from urllib.error import HTTPError

    from tests.mock_mastodon import Person

    try:
        server.call("GET", "/api/v1/accounts/verify_credentials", by=Person("ada", "", token))
    except HTTPError:
        return False
    return True


def test_an_account_to_reconnect_is_not_refreshed(client, alice, rings):
    account = make_linked_account(alice, needs_reconnect=True, next_refresh_at=None)
    client.post(reverse("refresh", args=[account.pk]))
    assert rings == []


def test_the_progress_page_ends_by_itself(client, alice):
    account = make_linked_account(alice, refreshed_at=NOW)
    answer = client.get(reverse("progress", args=[account.pk]))
    assert answer["HX-Redirect"] == reverse("me")


def test_the_progress_of_others_is_not_shown(client):
    account = make_linked_account(make_person("alice"))
    client.force_login(make_person("charlie").user)
    assert client.get(reverse("progress", args=[account.pk])).status_code == 204


def test_forgetting_leaves_one_hash_per_identity(alice):
    make_linked_account(alice)
    make_linked_account(alice, "alice2")
    leaving.forget(alice.user_id, at=NOW)
    assert Suppression.objects.count() == 2
