"""The cache holds rate limits and heartbeats only: without it, the site must go on."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
_MISS: Final = object()


def _or(fallback: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def wrap(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def patient(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
            try:
                return method(self, *args, **kwargs)
            except RedisError as error:  # also one that is full, or may only be read
                log.warning("Redis does not answer (%s); going on without.", type(error).__name__)
                return fallback

        return patient

    return wrap


class PatientRedisCache(RedisCache):
    """Django's Redis cache, but a server that is down is a miss, not a page of error."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = self._get(key, _MISS, version)
        return default if found is _MISS else found

    _get = _or(_MISS)(RedisCache.get)
    add = _or(True)(RedisCache.add)
    set = _or(None)(RedisCache.set)
    incr = _or(1)(RedisCache.incr)
    touch = _or(False)(RedisCache.touch)
    delete = _or(False)(RedisCache.delete)
    get_many = _or({})(RedisCache.get_many)
    set_many = _or([])(RedisCache.set_many)
    delete_many = _or(None)(RedisCache.delete_many)
    has_key = _or(False)(RedisCache.has_key)
