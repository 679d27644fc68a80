"""Is everything there that the site needs? For load balancers and for people who run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SECONDS: Final = 2


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    parts = {name: "ok" if check() else "down" for name, check in CHECKS.items()}
    fine = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if fine else "down", **parts}, status=200 if fine else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Error:
        return False


def _broker() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        ) as server:
            return bool(server.ping())
    except redis.RedisError:
        return False


CHECKS: Final[dict[str, Callable[[], bool]]] = {
    "database": _database,
    "broker": _broker,
    "worker": lambda: cache.get("alive:worker") is not None,
    "beat": lambda: cache.get("alive:beat") is not None,
}
