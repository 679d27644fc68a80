from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class RefuseZeroBytes:
    """PostgreSQL stores no text with a zero byte, and raises where it is asked for one.

    Forms refuse them by themselves; addresses and cookies are refused here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = [request.path_info, *request.COOKIES.values()]
        if "%00" in request.META.get("QUERY_STRING", "") or any("\0" in text for text in asked):
            return HttpResponseBadRequest()
        return self.get_response(request)
