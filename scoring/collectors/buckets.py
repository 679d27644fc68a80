"""Token buckets in Redis that all workers share: who has to wait before the next request.

They keep a network from having to remind us. Without Redis, requests go on: then the network
does remind us.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import redis
from django.conf import settings

from scoring.collectors.rates import Rate

log = logging.getLogger(__name__)
SECONDS_TO_ANSWER: Final = 0.5
# A Redis that did not answer is not asked again for so long.
REST: Final = 5.0

# One round trip for all buckets of a request: a token from each, or from none. A bucket holds
# `requests` tokens and fills up in `seconds`; "until" closes it. Redis' own clock counts.
TAKE: Final = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local wait, lefts = 0, {}
for i, key in ipairs(KEYS) do
  local most, seconds = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local row = redis.call('HMGET', key, 'left', 'at', 'until')
  local passed = math.max(0, now - tonumber(row[2] or now))
  local left = math.min(most, tonumber(row[1] or most) + passed * most / seconds)
  if left < 1 then wait = math.max(wait, (1 - left) * seconds / most) end
  if row[3] then wait = math.max(wait, tonumber(row[3]) - now) end
  lefts[i] = left
end
if wait <= 0 then
  for i, key in ipairs(KEYS) do
    redis.call('HSET', key, 'left', string.format('%.6f', lefts[i] - 1),
               'at', string.format('%.6f', now))
    redis.call('HDEL', key, 'until')
    redis.call('PEXPIRE', key, math.ceil(1000 * tonumber(ARGV[2 * i])))
  end
end
return string.format('%.6f', math.max(0, wait))
"""
# Never opens a bucket earlier than it was closed to; what is left in it goes.
BLOCK: Final = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local till = math.max(now + tonumber(ARGV[1]), tonumber(redis.call('HGET', KEYS[1], 'until') or 0))
redis.call('HSET', KEYS[1], 'until', string.format('%.6f', till))
redis.call('PEXPIRE', KEYS[1], math.ceil(1000 * (till - now)) + 1000)
return 1
"""


def take(buckets: Mapping[str, Rate]) -> float:
    """Seconds to wait; 0.0: go on, a token was taken from every one of them."""
    bounds = [number for rate in buckets.values() for number in (rate.requests, rate.seconds)]
    told = _ask(lambda server: server.take(keys=list(buckets), args=bounds)) if buckets else None
    return float(told) if told is not None else 0.0


def block(bucket: str, *, seconds: float) -> None:
    """Nobody takes from it for so long."""
    if seconds > 0:
        _ask(lambda server: server.block(keys=[bucket], args=[seconds]))


class _Server:
    def __init__(self, url: str) -> None:
        client = redis.Redis.from_url(
            url, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER
        )
        self.take = client.register_script(TAKE)
        self.block = client.register_script(BLOCK)
        self.rests_until = 0.0
        self.is_down = False


@lru_cache(maxsize=2)
def _server(url: str) -> _Server:
    return _Server(url)


def _ask(question: Callable[[_Server], Any]) -> Any:
    """None where Redis does not answer; that is logged once, until it does again."""
    server = _server(settings.REDIS_URL)
    if time.monotonic() < server.rests_until:
        return None
    try:
        answer = question(server)
    except redis.RedisError as error:
        server.rests_until = time.monotonic() + REST
        if not server.is_down:
            log.warning("Redis does not answer (%s): going on unpaced.", type(error).__name__)
        server.is_down = True
        return None
    server.is_down = False
    return answer
