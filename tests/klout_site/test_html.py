"""Every page of the site is valid HTML, and every address of the site is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import html5lib
import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from profiles.linking.providers import PROVIDERS
from profiles.models import User
from tests import pages
from tests.pages import ALL

# Answers that are no pages: fragments, pictures, data, and what only forms are sent to.
NO_PAGES: Final = {
    *("claim", "connect", "disconnect", "opt_in", "refresh", "visibility"),
    *("connect_callback", "healthz", "perk_picture", "progress"),
    # Only there once the person has been to a server; test_connect.py reads it.
    "consent",
    # The same for the central networks; test_linking_central.py reads it.
    *("choose_account", "connect_network", *(f"{key}_callback" for key in PROVIDERS)),
    # Forms and a fragment of archives' page; profiles/test_archives.py reads them.
    *("archive", "archive_upload", "archive_delete"),
    # For Bluesky's servers, and a step on the way back from them.
    *("bluesky_client_metadata", "bluesky_jwks", "bluesky_loopback"),
    # Of a way in that is switched off, or for passwords that everybody here has.
    *("account_confirm_login_code", "account_set_password"),
    # Sends on to the list of perks.
    *("brand:index", "brand:app_list"),
    # Django's own, for scripts.
    *("brand:autocomplete", "brand:jsi18n"),
}


@pytest.fixture(scope="module")
def numbers(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int | str]]:
    """Once for all: these tests only look."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield pages.settle()
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", sorted({page.who for page in ALL}))
def test_every_page_is_valid_and_has_one_heading_above_all_for(
    who: str, numbers: dict[str, int | str], db: None
) -> None:
    found = {path: (mistakes_in(html), html.count("<h1")) for path, html in pages_of(who, numbers)}
    assert {path: said for path, said in found.items() if said != ([], 1)} == {}


def pages_of(who: str, numbers: dict[str, int | str]) -> Iterator[tuple[str, str]]:
    """Address and HTML of each."""
    client = Client()
    if who:
        client.force_login(User.objects.get(email=f"{who}@example.org"))
    for page in ALL:
        if page.who == who:
            answer = client.get(page.path.format(**numbers))
            assert answer.status_code == page.status, page
            yield page.path, answer.content.decode()


def mistakes_in(html: str) -> list[Any]:
    """((line, column), what, details) of each."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return parser.errors


def test_the_check_finds_mistakes() -> None:
    [(_place, what, _details)] = mistakes_in("<!DOCTYPE html><title>A</title><p></b>")
    assert what == "unexpected-end-tag"


def test_no_page_is_forgotten() -> None:
    seen = {name_of(page.path) for page in ALL if page.status == 200}
    assert set(names(get_resolver().url_patterns)) - seen - NO_PAGES == set()


def name_of(path: str) -> str:
    for name in ("open", "claimed", "far", "draft", "account"):
        path = path.replace(f"{{{name}}}", "1")
    return resolve(path).view_name


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Of all addresses but staff's, which are Django's."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{pattern.namespace}:" if pattern.namespace else ""
            if inside != "admin:":
                yield from names(pattern.url_patterns, inside or space)
        elif pattern.name:
            yield space + pattern.name
