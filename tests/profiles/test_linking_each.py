"""What is particular about a network's way: each links, and what it says becomes an identity."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from profiles import services
from profiles.views.accounts import SESSION_KEY
from scoring.models import Credential, LinkedAccount
from scoring.networks import NETWORKS
from scoring.vault import mark, unseal
from tests.fakeserver import drop, page, says
from tests.profiles.ways import come_back, leave, link, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

LINKEDIN = "https://www.linkedin.com/oauth"
CONFIG = {
    "issuer": LINKEDIN,
    "authorization_endpoint": f"{LINKEDIN}/v2/authorization",
    "token_endpoint": f"{LINKEDIN}/v2/accessToken",
    "userinfo_endpoint": "https://api.linkedin.com/v2/userinfo",
    "jwks_uri": f"{LINKEDIN}/openid/jwks",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}
DISCOVERY = "/oauth/.well-known/openid-configuration"


def scopes(network, join=" "):
    return join.join(scope.name for scope in NETWORKS[network].scopes)


def token(network, join=" ", **more):
    return says({"access_token": f"{network}-1", "scope": scopes(network, join), **more})


def id_token(**claims):
    said = {"iss": "https://accounts.google.com", "aud": "our-id", "exp": 4_000_000_000, **claims}
    parts = [{"alg": "RS256", "kid": "1"}, said]
    halves = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*halves, "c2ln"])


@pytest.fixture
def youtube(back):
    known = id_token(sub="g-1", iat=1, email="ann@example.org", email_verified=True)
    back.answer("/token", token("youtube", id_token=known, refresh_token="r", expires_in=3599))
    snippet = {"title": "Ann cooks", "customUrl": "@anncooks"}
    back.answer("/youtube/v3/channels", says({"items": [{"id": "UCabc", "snippet": snippet}]}))
    back.answer("/revoke", says({}))
    return back


@pytest.fixture
def linkedin(back):
    back.answer(DISCOVERY, says(CONFIG))
    back.answer("/oauth/v2/accessToken", token("linkedin", ",", expires_in=5_184_000))
    me = {"sub": "li-1", "name": "Ann Lee", "email": "ann@example.org", "email_verified": True}
    back.answer("/v2/userinfo", says(me))
    return back


@pytest.fixture
def facebook(back):
    def granted(names):
        rows = [{"permission": name, "status": "granted"} for name in names]
        return says({"data": rows})

    back.granted = granted
    first = says({"access_token": "short", "expires_in": 3600})
    long = says({"access_token": "long", "expires_in": 5_184_000})
    back.answer("/v26.0/oauth/access_token", first, long)
    back.answer("/v26.0/me", says({"id": "77"}))
    back.answer("/v26.0/me/permissions", granted(scopes("facebook").split()))
    back.answer("/v26.0/me/accounts", pages("bakery"))
    return back


def pages(*names):
    rows = [{"id": f"id-{n}", "name": n.title(), "access_token": f"page-{n}"} for n in names]
    return says({"data": rows})


def the_account():
    account = LinkedAccount.objects.get()
    return account.network, account.host, account.uid, account.handle


def the_token():
    return unseal(Credential.objects.get().sealed_token)


def test_youtube_links_the_channel_and_not_just_the_person(client, alice, youtube, rings):
    link(client, "youtube")
    assert the_account() == ("youtube", "youtube.com", "g-1", "@anncooks")
    account = LinkedAccount.objects.get()
    assert mark("youtube", "channel:ucabc") in account.proofs
    assert mark("youtube", "email:ann@example.org") in account.proofs


def test_google_is_asked_for_a_token_that_lasts(client, alice):
    asked = leave(client, "youtube")
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    assert asked["code_challenge_method"] == "S256"


def test_a_google_account_without_a_channel_is_told_so(client, alice, youtube):
    youtube.answer("/youtube/v3/channels", says({"items": []}))
    assert "has no YouTube channel" in said(link(client, "youtube"))


def test_who_unticks_youtube_at_google_is_told_so(client, alice, youtube):
    youtube.answer(
        "/token",
        says({"access_token": "t", "scope": "openid", "id_token": id_token(sub="g-1", iat=1)}),
    )
    assert "You allowed less than we need" in said(link(client, "youtube"))
    assert "/revoke" in youtube.requests_by_path()


def test_a_token_for_another_site_proves_nothing(client, alice, youtube):
    other = id_token(sub="g-1", iat=1, aud="another-site")
    youtube.answer("/token", token("youtube", id_token=other))
    assert said(link(client, "youtube"))
    assert not LinkedAccount.objects.exists()


def test_linkedin_links_by_openid(client, alice, linkedin, rings):
    link(client, "linkedin")
    assert the_account() == ("linkedin", "linkedin.com", "li-1", "Ann Lee")
    assert mark("linkedin", "email:ann@example.org") in LinkedAccount.objects.get().proofs


def test_linkedin_is_asked_without_pkce_which_it_refuses(client, alice, linkedin, rings):
    assert "code_challenge" not in leave(client, "linkedin")
    link(client, "linkedin")
    [seen] = linkedin.requests_by_path()["/oauth/v2/accessToken"]
    assert "code_verifier" not in seen.form


TROUBLE = [drop, page(status=503), page(), says([]), says({}), says("x"), says({}, 302)]
TROUBLE += [says({**CONFIG, "authorization_endpoint": "javascript:alert(1)"})]


@pytest.mark.parametrize("reply", TROUBLE)
def test_a_discovery_in_trouble_is_said_before_anybody_leaves(client, alice, linkedin, reply):
    linkedin.answer(DISCOVERY, reply)
    answer = client.post(reverse("connect_network", args=["linkedin"]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("accounts")
    assert said(answer)


@pytest.mark.parametrize("reply", TROUBLE)
def test_a_discovery_in_trouble_is_said_to_who_comes_back(client, alice, linkedin, reply):
    state = leave(client, "linkedin")["state"]
    linkedin.answer(DISCOVERY, reply)
    assert said(come_back(client, "linkedin", code="c", state=state))
    assert not LinkedAccount.objects.exists()


def test_facebook_links_the_one_page_with_its_own_token(client, alice, facebook, rings):
    link(client, "facebook")
    assert the_account() == ("facebook", "facebook.com", "id-bakery", "Bakery")
    assert the_token() == "page-bakery"
    extra = json.loads(unseal(Credential.objects.get().sealed_extra))
    assert extra == {"user_token": "long"}


def test_of_several_pages_the_person_chooses_one(client, alice, facebook, rings):
    facebook.answer("/v26.0/me/accounts", pages("bakery", "cinema"))
    assert b"Cinema" in link(client, "facebook").content
    assert not LinkedAccount.objects.exists()
    client.post(reverse("choose_account"), {"account": "id-cinema"})
    assert the_token() == "page-cinema"


def test_tokens_wait_sealed_for_the_choice(client, alice, facebook):
    facebook.answer("/v26.0/me/accounts", pages("bakery", "cinema"))
    link(client, "facebook")
    assert "page-bakery" not in json.dumps(dict(client.session))


def test_leaving_with_one_page_does_not_cut_off_the_other(client, alice, facebook, rings):
    for name in ("bakery", "cinema"):
        facebook.answer("/v26.0/me/accounts", pages(name))
        link(client, "facebook")
    first, second = LinkedAccount.objects.order_by("pk")
    client.post(reverse("disconnect", args=[first.pk]))
    assert "DELETE" not in {seen.method for seen in facebook.seen}
    client.post(reverse("disconnect", args=[second.pk]))
    assert "DELETE" in {seen.method for seen in facebook.seen}


@pytest.mark.parametrize("chosen", ["", "id-of-somebody-else"])
def test_only_what_was_offered_can_be_chosen(client, alice, facebook, chosen):
    facebook.answer("/v26.0/me/accounts", pages("bakery", "cinema"))
    link(client, "facebook")
    assert client.post(reverse("choose_account"), {"account": chosen}).status_code == 422
    assert not LinkedAccount.objects.exists()


def test_without_an_offer_there_is_nothing_to_choose(client, alice):
    answer = client.post(reverse("choose_account"), {"account": "id-bakery"}, follow=True)
    assert "expired or was already used" in said(answer)


@pytest.mark.parametrize("token", [None, "", 7, "é"])
def test_a_page_without_a_key_to_it_is_not_linked(client, alice, facebook, token):
    rows = [{"id": "id-bakery", "name": "Bakery", "access_token": token}]
    facebook.answer("/v26.0/me/accounts", says({"data": rows}))
    assert "did not finish the sign-in" in said(link(client, "facebook"))
    assert not LinkedAccount.objects.exists()


def test_an_opt_out_elsewhere_ends_the_choice(client, alice, facebook):
    facebook.answer("/v26.0/me/accounts", pages("bakery", "cinema"))
    link(client, "facebook")
    services.opt_out(profile=alice, at=timezone.now())
    assert client.post(reverse("choose_account"), {"account": "id-bakery"}).status_code == 409
    assert SESSION_KEY not in client.session
    assert not LinkedAccount.objects.exists()


@pytest.mark.parametrize("said_first", [None, 5, "x", {"data": [5]}])
def test_an_answer_of_instagram_that_is_none_is_said_in_words(client, alice, back, said_first):
    back.answer("/oauth/access_token", says(said_first))
    assert said(link(client, "instagram"))
    assert not LinkedAccount.objects.exists()


def test_who_runs_no_page_is_told_so(client, alice, facebook):
    facebook.answer("/v26.0/me/accounts", pages())
    assert "Only Pages can be read" in said(link(client, "facebook"))


def test_a_permission_left_out_at_facebook_is_told(client, alice, facebook):
    facebook.answer("/v26.0/me/permissions", facebook.granted(["pages_show_list"]))
    assert "You allowed less than we need" in said(link(client, "facebook"))
    assert not LinkedAccount.objects.exists()


@pytest.mark.parametrize("in_a_list", [True, False])
def test_instagram_links_with_the_long_lived_token(client, alice, back, rings, in_a_list):
    first = {"access_token": "short", "user_id": 9, "permissions": scopes("instagram", ",")}
    back.answer("/oauth/access_token", says({"data": [first]} if in_a_list else first))
    back.answer("/access_token", says({"access_token": "long", "expires_in": 5_184_000}))
    me = {"user_id": "17841", "id": "9", "username": "ann", "name": "Ann"}
    back.answer("/v26.0/me", says(me))
    link(client, "instagram")
    assert the_account() == ("instagram", "instagram.com", "17841", "ann")
    assert the_token() == "long"
    left = Credential.objects.get().expires_at - timezone.now()
    assert timedelta(days=59) < left <= timedelta(days=60)


def test_threads_links_with_the_long_lived_token(client, alice, back, rings):
    back.answer("/oauth/access_token", says({"access_token": "short", "user_id": 5}))
    back.answer("/access_token", says({"access_token": "long", "expires_in": 5_184_000}))
    back.answer("/v1.0/me", says({"id": "5", "username": "ann", "name": "Ann"}))
    link(client, "threads")
    assert the_account() == ("threads", "threads.net", "5", "ann")
    assert the_token() == "long"


def test_twitch_links(client, alice, back, rings):
    back.answer("/oauth2/token", says({"access_token": "t", "scope": scopes("twitch").split()}))
    me = {"id": "3", "login": "ann", "display_name": "Ann"}
    back.answer("/helix/users", says({"data": [me]}))
    link(client, "twitch")
    assert the_account() == ("twitch", "twitch.tv", "3", "ann")


def test_tiktok_links(client, alice, back, rings):
    back.answer("/v2/oauth/token/", token("tiktok", ",", open_id="o-1", expires_in=86400))
    me = {"open_id": "o-1", "username": "ann", "display_name": "Ann"}
    back.answer("/v2/user/info/", says({"data": {"user": me}}))
    link(client, "tiktok")
    assert the_account() == ("tiktok", "tiktok.com", "o-1", "ann")
    assert back.seen[0].form["client_key"] == "our-id"


def test_tiktok_is_not_asked_for_what_the_person_left_out(client, alice, back):
    back.answer("/v2/oauth/token/", says({"access_token": "t", "scope": "user.info.basic"}))
    back.answer("/v2/user/info/", says({"data": {"user": {"open_id": "o-1"}}}))
    assert "You allowed less than we need" in said(link(client, "tiktok"))
    assert "username" not in back.requests_by_path()["/v2/user/info/"][0].query["fields"]


def test_pinterest_links(client, alice, back, rings):
    back.answer("/v5/oauth/token", token("pinterest", expires_in=2_592_000))
    back.answer("/v5/user_account", says({"id": "8", "username": "ann"}))
    link(client, "pinterest")
    assert the_account() == ("pinterest", "pinterest.com", "8", "ann")


def test_foursquare_links_also_without_contacts(client, alice, back, rings):
    back.answer("/oauth2/access_token", says({"access_token": "t"}))
    me = {"id": "4", "firstName": "Ann", "lastName": "Lee"}
    back.answer("/v2/users/self", says({"response": {"user": me}}))
    link(client, "foursquare")
    assert the_account() == ("foursquare", "foursquare.com", "4", "Ann Lee")
