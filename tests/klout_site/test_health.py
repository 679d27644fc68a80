from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.urls import reverse
from redis import Redis
from redis.exceptions import ResponseError

from klout_site.views import health
from tests.cast import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everybody_is_alive():
    cache.set_many({"alive:worker": 1, "alive:beat": 1})


def ask(client):
    answer = client.get(reverse("healthz"))
    return answer.status_code, answer.json()


def test_all_is_well(client):
    status, parts = ask(client)
    assert status == 200
    assert parts == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "worker": "ok",
        "beat": "ok",
    }


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_who_gives_no_sign_of_life_is_down(client, part):
    cache.delete(f"alive:{part}")
    status, parts = ask(client)
    assert status == 503
    assert parts[part] == "down"


def test_a_broker_that_is_gone_is_down(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, parts = ask(client)
    assert (status, parts["broker"]) == (503, "down")


def test_a_database_that_is_gone_is_down(client, monkeypatch):
    def no_cursor():
        raise OperationalError

    monkeypatch.setattr(health.connection, "cursor", no_cursor)
    status, parts = ask(client)
    assert (status, parts["database"]) == (503, "down")


def test_without_redis_pages_still_come(client, settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert client.get(reverse("how_it_works")).status_code == 200
    assert client.post(reverse("account_login"), {"login": "a@b.example"}).status_code == 200


def test_a_database_that_is_gone_is_told_to_who_is_logged_in_too(client, monkeypatch):
    def gone(*args):
        raise OperationalError

    client.force_login(make_person("alice").user)
    monkeypatch.setattr(health.connection, "cursor", gone)
    assert ask(client)[0] == 503


def test_a_redis_that_is_full_is_gone_too(client, monkeypatch):
    def full(*args, **kwargs):
        raise ResponseError("OOM command not allowed when used memory > 'maxmemory'.")

    monkeypatch.setattr(Redis, "execute_command", full)
    assert client.post(reverse("account_login"), {"login": "a@b.example"}).status_code == 200


@pytest.mark.parametrize("way", [{"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, {"REMOTE_ADDR": ""}])
def test_it_answers_whoever_asks_from_inside(client, settings, way):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert client.get(reverse("healthz"), **way).status_code == 200
