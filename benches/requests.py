"""How often a network is asked in one refresh: the first, one of the next day, and one on which
five posts have changed. Counted in the client, on the loopback, through the site's own refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol
from unittest import mock

from django.test import override_settings
from django.utils import timezone

from benches import world_of_bluesky, world_of_mastodon
from benches import worlds_of_central_networks as central
from benches import worlds_of_media_networks as media
from benches.harness import Bench
from profiles.models import User
from scoring.collectors.base import Tokens
from scoring.collectors.http import Transport
from scoring.models import LinkedAccount, Progress
from scoring.services import credentials
from scoring.services.refreshing import refresh_account

CHANGED: Final = 5


class World(Protocol):
    """A network in memory with one account of 100 posts, each of which received something."""

    host: str  # "127.0.0.1:1234"; of LinkedAccount.host, where the network has many servers
    uid: str
    token: str
    scopes: tuple[str, ...]

    def change(self, posts: int) -> None:
        """So many of the newest receive one more of everything."""


@dataclass(frozen=True)
class Scene:
    """`world` serves it for the length of a block. The others: the least that any client needs to
    learn the same."""

    world: Callable[[], AbstractContextManager[World]]
    first: int
    daily: int
    changed: int


# A network's line here is all that it takes to be measured.
SCENES: Final[dict[str, Scene]] = {
    "mastodon": Scene(world_of_mastodon.serve, first=85, daily=5, changed=15),
    "bluesky": Scene(world_of_bluesky.serve, first=83, daily=3, changed=13),
    "github": Scene(central.serving(central.GitHub), first=83, daily=3, changed=13),
    "x": Scene(central.serving(central.X), first=3, daily=4, changed=4),
    "youtube": Scene(central.serving(central.YouTube), first=5, daily=4, changed=4),
    "twitch": Scene(central.serving(central.Twitch), first=4, daily=4, changed=4),
    "tiktok": Scene(central.serving(media.TikTok), first=6, daily=6, changed=6),
    "pinterest": Scene(central.serving(media.Pinterest), first=2, daily=2, changed=2),
    # Meta's lists may bring the insights of all their posts along, where no post refuses them.
    "instagram": Scene(central.serving(media.Instagram), first=3, daily=3, changed=3),
    "threads": Scene(central.serving(media.Threads), first=3, daily=3, changed=3),
    "facebook": Scene(central.serving(media.Facebook), first=3, daily=3, changed=3),
    "linkedin": Scene(central.serving(media.LinkedIn), first=9, daily=9, changed=9),
    "foursquare": Scene(central.serving(media.Foursquare), first=2, daily=2, changed=2),
}


def benches() -> Iterator[tuple[str, Callable[[], Bench]]]:
    for network in SCENES:
        yield f"requests_{network}_first", lambda network=network: _first(network)
        yield f"requests_{network}_daily", lambda network=network: _daily(network)
        yield f"requests_{network}_changed", lambda network=network: _changed(network)


def _first(network: str) -> Bench:
    def ours() -> float:
        with _linked(network) as (account, _world):
            return _requests_of(account)

    return _bench(network, "first", ours)


def _daily(network: str) -> Bench:
    return _bench(network, "daily", lambda: _of_the_next_day(network, changes=0))


def _changed(network: str) -> Bench:
    return _bench(network, "changed", lambda: _of_the_next_day(network, changes=CHANGED))


def _of_the_next_day(network: str, *, changes: int) -> float:
    with _linked(network) as (account, world):
        _requests_of(account)
        world.change(changes)
        return _requests_of(account)


def _bench(network: str, what: str, ours: Callable[[], float]) -> Bench:
    least = float(getattr(SCENES[network], what))
    return Bench(f"requests_{network}_{what}", "requests", ours, lambda: least)


@contextmanager
def _linked(network: str) -> Iterator[tuple[LinkedAccount, World]]:
    with SCENES[network].world() as world, override_settings(LOOPBACK_SERVERS={world.host}):
        account = _account(network, world)
        yield account, world
        account.delete()


def _account(network: str, world: World) -> LinkedAccount:
    now = timezone.now()
    user, _ = User.objects.get_or_create(email="ann@example.org", defaults={"password": "!"})
    account = LinkedAccount.objects.create(
        user=user, network=network, host=world.host, uid=world.uid, connected_at=now
    )
    tokens = Tokens(world.token, scopes=world.scopes, extra=getattr(world, "extra", {}))
    credentials.store(account, tokens, at=now)
    Progress.objects.create(account=account, changed_at=now)
    return account


def _requests_of(account: LinkedAccount) -> float:
    sent: list[int] = []
    leave = Transport.__exit__

    def count(transport: Transport, *error: Any) -> None:
        sent.append(transport.requests)
        leave(transport, *error)

    LinkedAccount.objects.filter(pk=account.pk).update(next_refresh_at=timezone.now())
    with mock.patch.object(Transport, "__exit__", count):
        assert refresh_account(account.pk, at=timezone.now() + timedelta(seconds=1))
    return float(sum(sent))
