"""People with a score, made of a packed row of signals: no collection is needed for that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from profiles.models import Profile
from scoring.formula import Facts, PostCounts, pack, summarise
from scoring.models import AccountSignals, LinkedAccount
from scoring.services.rescoring import rescore
from tests.cast import NOW, make_linked_account, make_person


def make_scored(
    name: str, *, followers: int = 900, posts: int = 12, at: datetime = NOW, **person: Any
) -> Profile:
    profile = make_person(name, **person)
    give_signals(make_linked_account(profile), followers=followers, posts=posts, at=at)
    rescore(profile.user_id, at=at)
    return profile


def give_signals(
    account: LinkedAccount, *, followers: int = 900, posts: int = 12, at: datetime = NOW
) -> None:
    facts = Facts(
        followers=followers,
        following=120,
        listed=3,
        responders=40.0,
        posts=[PostCounts(6, 2, 1)] * posts,
        newest=(at.date() - datetime(1970, 1, 1).date()).days,
    )
    AccountSignals.objects.create(
        account=account,
        user_id=account.user_id,
        network=account.network,
        packed=pack(summarise(facts)),
        day=at.date(),
    )
