"""The simulator is as strict as the networks are; otherwise its tests would prove little."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from tests import specs
from tests.networks import facts
from tests.networks.sim import CALLBACK, FORM, Netsim

VERIFIER: Final = "a verifier that is at least forty-three characters long".replace(" ", "-")
TOKEN: Final = "https://api.x.com/2/oauth2/token"
ME: Final = "https://api.x.com/2/users/me"


def test_whoever_comes_without_pkce_is_sent_back(netsim: Netsim):
    answer = netsim.ask("GET", authorize())
    assert "error=invalid_request" in answer.headers["Location"]


def test_a_scope_that_the_network_does_not_know_is_refused(netsim: Netsim):
    answer = netsim.ask("GET", authorize(scope="tweet.read world.domination", **pkce()))
    assert "error=invalid_scope" in answer.headers["Location"]


def test_an_address_that_was_not_registered_gets_nobody_back(netsim: Netsim):
    answer = netsim.ask("GET", authorize(redirect_uri="https://evil.example.net/", **pkce()))
    assert answer.status == 400


def test_a_code_works_once_with_its_verifier_and_our_secret(netsim: Netsim):
    code = code_of(netsim)
    assert exchange(netsim, code, code_verifier="x" * 43)[0] == 400
    assert exchange(netsim, code, secret="wrong")[0] == 401
    assert exchange(netsim, code)[0] == 200
    assert exchange(netsim, code)[0] == 400


def test_a_refresh_token_that_comes_twice_ends_the_log_in(netsim: Netsim):
    first = exchange(netsim, code_of(netsim))[1]
    second = refresh(netsim, first["refresh_token"])[1]
    assert refresh(netsim, first["refresh_token"])[0] == 400
    assert refresh(netsim, second["refresh_token"])[0] == 400


def test_a_token_opens_its_own_network_only(netsim: Netsim):
    token = exchange(netsim, code_of(netsim))[1]["access_token"]
    assert with_token(netsim, ME, token) == 200
    assert with_token(netsim, "https://api.github.com/user", token) == 401
    assert with_token(netsim, ME, "another") == 401


def test_a_token_opens_what_was_consented_to_only(netsim: Netsim):
    code = code_of(netsim, scope="list.read")
    assert with_token(netsim, ME, exchange(netsim, code)[1]["access_token"]) == 403


def test_every_description_is_held_against_an_answer(netsim: Netsim):
    """No operation that has a description goes unchecked."""
    held = netsim.do("operations")
    described = {row.key: sorted(specs.operations(row.key)) for row in facts.ALL}
    assert held == described


def authorize(**more: str) -> str:
    query = {"response_type": "code", "client_id": "x-client", "state": "s"}
    query |= {"redirect_uri": CALLBACK.format(network="x"), "scope": "users.read tweet.read"}
    return f"https://x.com/i/oauth2/authorize?{urlencode(query | more)}"


def pkce() -> dict[str, str]:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return {"code_challenge": challenge, "code_challenge_method": "S256"}


def code_of(netsim: Netsim, **more: str) -> str:
    back = netsim.consent(authorize(**pkce(), **more))
    return parse_qs(urlsplit(back).query)["code"][0]


def exchange(
    netsim: Netsim, code: str, *, secret: str = "x-secret", code_verifier: str = VERIFIER
) -> tuple[int, Any]:
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": code_verifier}
    return ask_token(netsim, {**form, "redirect_uri": CALLBACK.format(network="x")}, secret)


def refresh(netsim: Netsim, token: str) -> tuple[int, Any]:
    return ask_token(netsim, {"grant_type": "refresh_token", "refresh_token": token}, "x-secret")


def ask_token(netsim: Netsim, form: dict[str, str], secret: str) -> tuple[int, Any]:
    pair = base64.b64encode(f"x-client:{secret}".encode()).decode()
    answer = netsim.ask("POST", TOKEN, form, FORM, {"Authorization": f"Basic {pair}"})
    return answer.status, json.loads(answer.text)


def with_token(netsim: Netsim, url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return netsim.ask("GET", url, headers=headers).status
