"""The people of the tests: alice owns, bob is a brand's member, charlie is an outsider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from profiles.models import Profile, User
from scoring import vault
from scoring.collectors.base import Audience, Identity, Page, PostSeen, Responses, Step, Tokens
from scoring.models import Credential, LinkedAccount, Progress, ServerApp
from scoring.services.connecting import Proven
from scoring.services.rescoring import rescore
from scoring.services.storing import store_observations

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def make_person(name: str, *, is_public: bool = True, country: str = "", **user: Any) -> Profile:
    owner = User.objects.create_user(f"{name}@example.org", "correct-horse-battery", **user)
    return Profile.objects.create(user=owner, handle=name, is_public=is_public, country=country)


def make_app(host: str = "social.example.org", **fields: Any) -> ServerApp:
    base = f"https://{host}"
    app, _ = ServerApp.objects.get_or_create(
        network="mastodon",
        host=host,
        redirect_uri=fields.pop(
            "redirect_uri", f"http://testserver/settings/accounts/callback/{host}/"
        ),
        defaults={
            "base_url": base,
            "client_id": "client",
            "sealed_secret": vault.seal("secret"),
            "scopes": "read:accounts read:statuses",
            "pkce": True,
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "registered_at": NOW,
            **fields,
        },
    )
    return app


def make_identity(name: str, host: str = "social.example.org") -> Identity:
    return Identity(
        network="mastodon",
        host=host,
        uid=f"id-{name}",
        handle=f"{name}@{host}",
        display_name=name.title(),
        url=f"https://{host}/@{name}",
    )


def make_proof(name: str, *, token: str = "a-token", host: str = "social.example.org") -> Proven:
    tokens = Tokens(token, scopes=("read:accounts",))
    return Proven(make_identity(name, host), tokens, make_app(host).pk)


def make_linked_account(
    owner: Profile, name: str = "", *, token: str = "a-token", **fields: Any
) -> LinkedAccount:
    identity = make_identity(name or owner.handle)
    make_app(identity.host)
    account = LinkedAccount.objects.create(
        user=owner.user,
        **{
            "network": identity.network,
            "host": identity.host,
            "uid": identity.uid,
            "handle": identity.handle,
            "url": identity.url,
            "connected_at": NOW,
            "next_refresh_at": NOW,
            **fields,
        },
    )
    Credential.objects.create(account=account, sealed_token=vault.seal(token), granted_at=NOW)
    Progress.objects.create(account=account, changed_at=NOW)
    return account


def post_seen(
    number: int, *, received: Sequence[int | None] = (4, 2, 1), **fields: Any
) -> PostSeen:
    favourites, reposts, replies = received
    return PostSeen(
        **{
            "uid": str(number),
            "url": f"https://social.example.org/@alice/{number}",
            "created_at": NOW - timedelta(days=number),
            "text": f"Post {number}",
            "hashtags": ("gardening",),
            "favourites": favourites,
            "reposts": reposts,
            "replies": replies,
            **fields,
        }
    )


def make_pages(
    *, followers: int | None = 200, posts: Sequence[PostSeen] = (), who: Sequence[str] = ()
) -> list[Page]:
    """What a collector would give for an account: profile, posts, and who answered each.

    A score needs ten posts.
    """
    audience = Audience("alice@social.example.org", "Alice", "", followers, 50, len(posts))
    responses = tuple(Responses(post.uid, tuple(who)) for post in posts)
    return [
        Page(Step.PROFILE, (audience,), 1, 1),
        Page(Step.POSTS, tuple(posts), len(posts), len(posts)),
        Page(Step.RESPONDERS, responses, len(posts), len(posts)),
    ]


def make_score(owner: Profile, *, at: datetime = NOW, posts: int = 12, **pages: Any) -> int:
    """What one collection of a (new) account brings and scores; the score in tenths.

    `pages`: as for `make_pages`. Fewer than ten posts make no score, and 0 comes back.
    """
    account = LinkedAccount.objects.filter(user=owner.user).first() or make_linked_account(owner)
    seen = [post_seen(number) for number in range(posts)]
    pages = {"posts": seen, "who": ["bob@x", "eve@x"], **pages}
    store_observations(account, make_pages(**pages), at=at)
    LinkedAccount.objects.filter(pk=account.pk).update(refreshed_at=at)
    now = rescore(owner.user_id, at=at)
    return (now and now.tenths) or 0


class FakeOAuth:
    """Renews tokens as "new-1", "new-2" ..., or raises that error. Counts what it was asked."""

    def __init__(self, *, error: Any = None, meanwhile: Any = None, lives: Any = None):
        self.error, self.meanwhile, self.lives, self.asked = error, meanwhile, lives, 0

    def refresh(self, tokens: Any, keys: Any, *, at: datetime) -> Tokens:
        self.asked += 1
        if self.meanwhile:
            self.meanwhile()
        if self.error:
            raise self.error
        expires = at + (self.lives or timedelta(hours=2))
        return Tokens(f"new-{self.asked}", f"refresh-{self.asked}", expires, tokens.scopes)

    def revoke(self, tokens: Any, keys: Any) -> bool:
        return True


def declare(monkeypatch: Any, key: str = "mastodon", **changes: Any) -> None:
    """For the length of a test the network says these things about itself."""
    from scoring.networks import NETWORKS

    monkeypatch.setitem(NETWORKS, key, replace(NETWORKS[key], **changes))


class FakeCollector:
    """Gives these pages, or raises that error after them; runs `meanwhile` before the last."""

    network = "mastodon"

    def __init__(self, pages: Sequence[Page] = (), *, error: Any = None, meanwhile: Any = None):
        self.pages, self.error, self.meanwhile, self.asked = pages, error, meanwhile, 0
        self.grant = self.cursor = self.budget = None  # of the last collection

    def collect(self, grant: Any, cursor: Any, budget: Any) -> Any:
        self.asked += 1
        self.grant, self.cursor, self.budget = grant, cursor, budget
        yield from self.pages[:-1]
        if self.meanwhile:
            self.meanwhile()
        yield from self.pages[-1:]
        if self.error:
            raise self.error
