"""Networks that can be read. One module each; a new one is added here by hand."""

from __future__ import annotations

from scoring.collectors.base import Collector
from scoring.collectors.mastodon import MastodonCollector

COLLECTORS: dict[str, Collector] = {"mastodon": MastodonCollector()}
