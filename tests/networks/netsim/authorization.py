"""django-oauth-toolkit's views at each network's own addresses, and in its own dialect."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauth2_provider.views import AuthorizationView, RevokeTokenView, TokenView

from tests.networks.netsim.network import Network


class ConsentPage(AuthorizationView):
    """Who are you, and what do you allow? One form for both: this is no lesson in logging in."""

    template_name = "authorize.html"

    def dispatch(self, request, *args, **kwargs):
        name = request.POST.get("member", "alice")
        request.user = get_user_model().objects.get(username=name)
        return super().dispatch(request, *args, **kwargs)


def consent(request: HttpRequest, network: Network) -> HttpResponse:
    _spoken_plainly(request, network)
    answer = ConsentPage.as_view()(request)
    if "error=access_denied" in answer.headers.get("Location", ""):
        answer.headers["Location"] = answer.headers["Location"].replace(
            "error=access_denied", f"error={network.denied}"
        )
    return answer


def token(request: HttpRequest, network: Network) -> HttpResponse:
    form = request.GET if network.token_by_get else request.POST
    if request.method != ("GET" if network.token_by_get else "POST"):
        return HttpResponse(status=405)
    if not _shows_its_secret(request, form, network):
        return _no_token(network, "invalid_client", 401)
    grant = form.get("grant_type", "authorization_code")
    if grant == "refresh_token" and not network.refreshes:
        return _no_token(network, "unsupported_grant_type", 400)
    _as_post(request, {**_renamed(form.dict(), network), "grant_type": grant})
    answer = TokenView.as_view()(request)
    data = json.loads(answer.content)
    if answer.status_code != 200:
        return _no_token(network, data["error"], answer.status_code)
    if not network.refreshes:
        data.pop("refresh_token", None)
    if network.lifetime > 10**8:
        data.pop("expires_in", None)
    return JsonResponse(network.says_token(data, grant))


def revoke(request: HttpRequest, network: Network) -> HttpResponse:
    if not _shows_its_secret(request, request.POST, network):
        return _no_token(network, "invalid_client", 401)
    form = {"client_id": network.client_id, "client_secret": network.client_secret}
    given = _renamed(request.POST.dict(), network)
    _as_post(request, {**(form if network.key == "youtube" else {}), **given})
    answer = RevokeTokenView.as_view()(request)
    return JsonResponse({}, status=answer.status_code)


def token_of(request: HttpRequest, given: str, scopes: tuple[str, ...]) -> tuple[Any, str]:
    """The checked token, or why not ("insufficient_scope", "invalid_token")."""
    bare = HttpRequest()
    bare.method = "GET"
    bare.META = {**request.META, "QUERY_STRING": "", "HTTP_AUTHORIZATION": f"Bearer {given}"}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH", "wsgi.input"):
        bare.META.pop(name, None)
    bare.path = bare.path_info = request.path
    valid, checked = get_oauthlib_core().verify_request(bare, scopes=list(scopes))
    if valid:
        return checked.access_token, ""
    return None, (getattr(checked, "oauth2_error", None) or {}).get("error", "invalid_token")


def another(old: AccessToken, text: str, expires: Any) -> AccessToken:
    """A token for the same consent, that lives longer or is for one of its Pages."""
    new = AccessToken(
        user=old.user, application=old.application, scope=old.scope, expires=expires, token=text
    )
    new.save()
    return new


def _spoken_plainly(request: HttpRequest, network: Network) -> None:
    given = {name: value for name, value in request.GET.items() if value}
    query = _renamed(given, network)
    request.META["QUERY_STRING"] = urlencode(query)
    request.GET = QueryDict(request.META["QUERY_STRING"])


def _renamed(form: dict[str, str], network: Network) -> dict[str, str]:
    """As the standard has it: TikTok's client_key, Meta's and TikTok's commas."""
    plain = {("client_id" if k == network.client_id_name else k): v for k, v in form.items()}
    if "scope" in plain:
        plain["scope"] = plain["scope"].replace(",", " ")
    return plain


def _as_post(request: HttpRequest, form: dict[str, str]) -> None:
    """Facebook's token comes by GET; oauthlib takes neither that nor a query."""
    request.method = "POST"
    request.META["REQUEST_METHOD"] = "POST"
    request.META["QUERY_STRING"] = ""
    request.META["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    request.GET = QueryDict("")
    request.POST = QueryDict(urlencode(form))
    request._files = MultiValueDict()


def _shows_its_secret(request: HttpRequest, form: QueryDict, network: Network) -> bool:
    """In the place where this network looks for it."""
    header = request.META.get("HTTP_AUTHORIZATION", "").startswith("Basic ")
    if network.basic:
        return header and "client_secret" not in form
    return not header and (network.client_id_name in form or network.key == "youtube")


def _no_token(network: Network, error: str, status: int) -> HttpResponse:
    # GitHub and TikTok say so with a 200.
    if network.key in {"github", "tiktok"}:
        status = 200
    body = {"error": error, "error_description": "The simulator says no."}
    if network.key in {"facebook", "instagram", "threads"}:
        body = network.refuses(status, error)
    return JsonResponse(body, status=status)
