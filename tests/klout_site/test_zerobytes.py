from __future__ import annotations

import pytest

from tests.cast import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/@al%00ice/", "/perks/?page=%00", "/accounts/login/?next=%00"])
def test_an_address_with_a_zero_byte_is_a_bad_request(client, url):
    assert client.get(url).status_code == 400


def test_a_cookie_with_a_zero_byte_is_a_bad_request(client):
    assert client.get("/me/", HTTP_COOKIE='sessionid="\\000aaaaaaaa"').status_code == 400


def test_a_handle_that_is_typed_with_a_zero_byte_is_refused_by_its_form(client):
    alice = make_person("alice")
    client.force_login(alice.user)
    assert client.post("/settings/profile/", {"handle": "al\x00ice"}).status_code == 200
