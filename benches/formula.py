"""The score of one person with 100 posts, against one pass over the logarithms it is made of."""

from __future__ import annotations

from math import log1p

from django.utils import timezone

from benches.harness import Bench, rate
from benches.people import make_pages
from scoring.collectors.base import PostSeen
from scoring.formula import PostCounts, Signals, score


def accounts_per_second() -> Bench:
    seen = [item for page in make_pages(timezone.now()) for item in page.items]
    posts = [item for item in seen if isinstance(item, PostSeen)]
    counts = tuple(PostCounts(post.favourites, post.reposts, post.replies) for post in posts)
    signals = Signals(followers=420, responders=180, posts=counts)
    return Bench(
        "formula_accounts_per_s",
        "accounts/s",
        lambda: rate(lambda: score([signals])),
        lambda: rate(lambda: _logs(signals)),
    )


def _logs(signals: Signals) -> float:
    return sum(
        log1p(post.favourites or 0) + log1p(post.reposts or 0) + log1p(post.replies or 0)
        for post in signals.posts
    )
