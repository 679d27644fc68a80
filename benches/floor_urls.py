"""The floor of a page: its bytes, from a view that only hands them out."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import re_path

BYTES: Final[dict[str, bytes]] = {}


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BYTES[request.path])


urlpatterns = [re_path("", page)]
