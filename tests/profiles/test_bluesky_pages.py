"""What Bluesky's servers read about this site."""

from __future__ import annotations

import pytest
from django.urls import reverse

from scoring.networks.bluesky import dpop
from tests.cast import make_person

METADATA = "/oauth/bluesky/client-metadata.json"
JWKS = "/oauth/bluesky/jwks.json"


@pytest.fixture
def with_key(settings) -> None:
    settings.SITE_URL = "https://klout.example.org"
    settings.BLUESKY_PRIVATE_KEY = dpop.new_key()


def test_the_metadata_name_themselves_and_the_way_back(client, with_key):
    told = client.get(METADATA).json()
    assert told["client_id"] == f"https://klout.example.org{METADATA}"
    assert told["redirect_uris"] == [
        "https://klout.example.org/settings/accounts/callback/atproto/"
    ]
    assert told["jwks_uri"] == f"https://klout.example.org{JWKS}"
    assert told["dpop_bound_access_tokens"] is True
    assert (told["application_type"], told["token_endpoint_auth_method"]) == (
        "web",
        "private_key_jwt",
    )
    assert "atproto" in told["scope"].split()


def test_the_key_is_public_and_only_its_public_half(client, with_key):
    (jwk,) = client.get(JWKS).json()["keys"]
    assert jwk["alg"] == "ES256"
    assert "d" not in jwk


@pytest.mark.parametrize("path", [METADATA, JWKS])
def test_a_site_without_a_key_says_nothing(client, settings, path):
    settings.BLUESKY_PRIVATE_KEY = ""
    assert client.get(path).status_code == 404


def test_a_developer_is_led_back_to_localhost(client):
    answer = client.get("/oauth/bluesky/loopback/?state=s&code=c%26d", SERVER_PORT="8000")
    assert answer.status_code == 302
    assert answer.url == (
        "http://localhost:8000/settings/accounts/callback/atproto/?state=s&code=c%26d"
    )


def test_production_knows_no_localhost(client, settings):
    settings.PRODUCTION = True
    assert client.get("/oauth/bluesky/loopback/?state=s").status_code == 404


@pytest.mark.django_db
def test_production_without_a_key_does_not_offer_it(client, settings):
    settings.PRODUCTION, settings.BLUESKY_PRIVATE_KEY = True, ""
    client.force_login(make_person("alice").user)
    page = client.get(reverse("accounts")).content.decode()
    there = reverse("connect_network", args=["bluesky"])
    assert there not in page
    assert client.post(there, {"server": "ann.test"}).status_code == 404
