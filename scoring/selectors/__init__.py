"""Reads: what is due, what somebody's accounts are, what the score is and was."""

from __future__ import annotations

from scoring.formula.signals import days_since_1970
from scoring.selectors.reads import (
    POSTS_FOR_A_TOPIC,
    NetworkState,
    Topic,
    accounts_of,
    archives_of,
    best_posts,
    due_account_ids,
    due_archive_ids,
    network_states,
    networks_of,
    posts_between,
    stored_about,
    topics,
    topics_in,
)
from scoring.selectors.scores import (
    Day,
    ToScore,
    current_score,
    days_kept,
    explained,
    formula_on,
    score_history,
    signals_of,
    signals_on,
    to_score,
)

__all__ = [
    "Day",
    "NetworkState",
    "POSTS_FOR_A_TOPIC",
    "ToScore",
    "Topic",
    "accounts_of",
    "archives_of",
    "best_posts",
    "current_score",
    "days_kept",
    "days_since_1970",
    "due_account_ids",
    "due_archive_ids",
    "explained",
    "formula_on",
    "network_states",
    "networks_of",
    "posts_between",
    "score_history",
    "signals_of",
    "signals_on",
    "stored_about",
    "to_score",
    "topics",
    "topics_in",
]
