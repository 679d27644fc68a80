"""Whole pages through Django's WSGI handler, as strangers get them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from benches import floor_urls
from benches.harness import Bench, milliseconds
from benches.people import make_person


def profile_page() -> Bench:
    make_person("alice")
    return _bench("profile_page", "/@alice/")


def home_page() -> Bench:
    return _bench("home_page", "/")


def _bench(name: str, path: str) -> Bench:
    site, floor = WSGIHandler(), _handler_without_us()
    floor_urls.BYTES[path] = get(site, path)
    assert get(floor, path) == floor_urls.BYTES[path]
    return Bench(
        name,
        "ms",
        lambda: milliseconds(lambda: get(site, path)),
        lambda: milliseconds(lambda: get(floor, path)),
    )


def get(handler: WSGIHandler, path: str) -> bytes:
    said: list[str] = []
    environ = RequestFactory(SERVER_NAME="localhost").get(path).environ
    answer = handler(environ, lambda status, headers: said.append(status))
    body = b"".join(answer)
    answer.close()
    assert said == ["200 OK"], said
    return body


def _handler_without_us() -> WSGIHandler:
    with override_settings(MIDDLEWARE=["benches.pages.to_the_floor"]):
        return WSGIHandler()


def to_the_floor(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = floor_urls.__name__
        return get_response(request)

    return middleware
