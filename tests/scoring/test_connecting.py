from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from scoring.collectors.base import CollectError
from scoring.models import ServerApp
from scoring.services import connecting
from scoring.services.connecting import registration
from tests.cast import NOW, make_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(mastodon, settings):
    settings.LOOPBACK_SERVERS = frozenset({mastodon.host})
    return mastodon


def callback(host):
    return f"http://testserver/settings/accounts/callback/{host}/"


def start(server):
    return connecting.start(server.host, redirect_uri=callback, at=NOW)


def test_a_server_that_we_are_registered_at_is_not_asked_for_another(server):
    assert start(server).app_id == start(server).app_id


def test_a_registration_whose_key_was_taken_away_is_made_anew(server, settings):
    start(server)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    start(server)
    assert registration(ServerApp.objects.get()).client_secret


def test_coming_back_to_a_registration_whose_key_was_taken_away_is_said_so(settings):
    app = make_app()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CollectError, match="connect again"):
        connecting.finish(app_id=app.pk, verifier="v", code="c")
