"""What Bluesky's servers read about this site, and the way back for developers."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from scoring.networks.bluesky import client
from scoring.networks.bluesky.identity import HOST


@require_safe
def client_metadata(request: HttpRequest) -> HttpResponse:
    if not client.is_confidential():
        raise Http404
    back = f"{settings.SITE_URL}{reverse('connect_callback', args=[HOST])}"
    return JsonResponse(client.metadata(back))


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    if not client.is_confidential():
        raise Http404
    return JsonResponse(client.jwks())


@require_GET
def loopback(request: HttpRequest) -> HttpResponse:
    """From 127.0.0.1, where the protocol wants a developer's answers, to where the log-in is."""
    if settings.PRODUCTION:
        raise Http404
    back = reverse("connect_callback", args=[HOST])
    return redirect(f"http://localhost:{request.get_port()}{back}?{request.GET.urlencode()}")
