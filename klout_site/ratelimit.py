"""How often one person (or one address, before log-in) may send each form. allauth has its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.linking.providers import PROVIDERS


@dataclass(frozen=True)
class Rate:
    times: int
    seconds: int


LONG_READS: Final = (
    "history",
    "why",
    "compare_with",
    "compare",
    "moments",
    "ties",
    "factors",
    "part",
)
# A burst that no person reaches; a script does. Names are those of urls.
LIMITS: Final[dict[str, Rate]] = {
    "connect": Rate(10, 60),
    "connect_network": Rate(10, 60),
    "choose_account": Rate(10, 60),
    "connect_callback": Rate(20, 60),
    **{f"{key}_callback": Rate(20, 60) for key in PROVIDERS},
    "refresh": Rate(10, 60),
    "disconnect": Rate(10, 60),
    "archive_upload": Rate(5, 3600),
    "archive_delete": Rate(10, 60),
    "appeal": Rate(5, 60),
    "claim": Rate(20, 60),
    "opt_out": Rate(5, 60),
    "opt_in": Rate(5, 60),
    "visibility": Rate(20, 60),
    "profile_settings": Rate(20, 60),
    "welcome": Rate(20, 60),
    # Public pages that read years of somebody's days, or all of their posts.
    **dict.fromkeys(LONG_READS, Rate(120, 60)),
    # Sent whenever a slider is let go.
    "what_if": Rate(240, 60),
    "healthz": Rate(120, 60),
}
# Whatever is not named above and writes (the admin sites' forms).
OTHER_WRITES: Final = Rate(120, 60)
SAFE: Final = {"GET", "HEAD", "OPTIONS"}
COUNTED_READS: Final = {
    *("healthz", "connect_callback", "what_if"),
    *LONG_READS,
    *(f"{key}_callback" for key in PROVIDERS),
}
# Counted by address for everybody: it must answer where there is no database to ask who it is.
BY_ADDRESS: Final = {"healthz"}


class RateLimitMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        if request.method in SAFE and name not in COUNTED_READS:
            return None
        rate = LIMITS.get(name or "", OTHER_WRITES)
        caller = address(request) if name in BY_ADDRESS else who(request)
        wait = seconds_to_wait(caller, name or "other", rate, now=time.time())
        return too_many(request, wait) if wait else None


def who(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return address(request)


def address(request: HttpRequest) -> str:
    try:
        return f"ip:{get_adapter().get_client_ip(request)}"
    except (ImproperlyConfigured, PermissionDenied):  # it came by another way than TRUSTED_PROXIES
        return f"ip:{request.META.get('REMOTE_ADDR', '')}"


def seconds_to_wait(who: str, action: str, rate: Rate, *, now: float) -> int:
    """0 where the request may go on; counts it in a fixed window of the shared cache."""
    window = int(now // rate.seconds)
    key = f"rate:{action}:{who}:{window}"
    cache.add(key, 0, timeout=rate.seconds * 2)
    try:
        count = cache.incr(key)
    except ValueError:  # expired in between
        return 0
    if count <= rate.times:
        return 0
    return max(1, math.ceil((window + 1) * rate.seconds - now))


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "429.html", {"wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    return response
