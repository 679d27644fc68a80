"""Reads for pages and for perks: what a person is here, and what the number is made of."""

from __future__ import annotations

from profiles.selectors.accounts import (
    AccountCard,
    account_cards,
    is_first_collection,
    is_from_archive,
)
from profiles.selectors.bars import AccountParts, PartView
from profiles.selectors.evidence import Evidence, evidence
from profiles.selectors.page import ProfilePage, TooFew, profile_page, score_of, too_few
from profiles.selectors.people import Standing, count_people, profile_of, standing
from profiles.selectors.percentile import Place, place
from profiles.selectors.reasons import Reason
from profiles.selectors.sums import ScoreView, score_view
from scoring import selectors as scoring

__all__ = [
    "AccountCard",
    "AccountParts",
    "Evidence",
    "PartView",
    "Place",
    "ProfilePage",
    "Reason",
    "ScoreView",
    "Standing",
    "TooFew",
    "account_cards",
    "count_people",
    "evidence",
    "is_first_collection",
    "is_from_archive",
    "place",
    "profile_of",
    "profile_page",
    "score_of",
    "score_view",
    "scoring",
    "standing",
    "too_few",
]
