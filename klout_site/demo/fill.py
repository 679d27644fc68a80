"""Writes the made-up world into the database: real rows, and scores by the real formula."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from klout_site.demo import LOGINS, history, posting
from klout_site.demo.giving import fill_perks
from klout_site.demo.history import Linked
from klout_site.demo.people import MadePerson, everybody
from klout_site.demo.posting import MadeAccount
from klout_site.demo.words import unused
from perks.models import Brand, Perk
from profiles.models import Profile, User
from scoring.formula import NEWEST
from scoring.models import (
    AccountSignals,
    CurrentScore,
    FormulaRelease,
    LinkedAccount,
    Post,
    Progress,
    Reading,
    ScoreDay,
    SignalsDay,
)

STAFF: Final = "staff"
BATCH: Final = 1000


class AddressTaken(Exception):
    """Somebody real uses an address of the demo's."""


@dataclass(frozen=True, slots=True)
class Filled:
    people: int
    days: int
    brands: int
    perks: int


@transaction.atomic
def fill(*, seed: int, at: datetime) -> Filled:
    """All of it or nothing. Raises AddressTaken."""
    made = everybody(seed=seed, at=at)
    users = _users(made)
    _profiles(made, users)
    linked = _accounts(made, users, at)
    _history(made, linked, at)
    fill_perks(users, random.Random(f"{seed}:perks"), at=at)
    return Filled(
        people=len(made),
        days=posting.HISTORY_DAYS,
        brands=Brand.objects.filter(is_demo=True).count(),
        perks=Perk.objects.filter(is_demo=True).count(),
    )


def _users(made: Sequence[MadePerson]) -> list[User]:
    _refuse_taken([person.email for person in made])
    passwords = _passwords()
    users = User.objects.bulk_create(
        User(
            email=person.email,
            password=passwords.get(person.email) or make_password(None),
            is_staff=person.handle == STAFF,
            is_superuser=person.handle == STAFF,
            is_demo=True,
            date_joined=person.joined_at,
        )
        for person in made
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return users


def _passwords() -> dict[str, str]:
    """Hashing is slow on purpose, and lets other threads run."""
    with ThreadPoolExecutor() as pool:
        hashed = pool.map(make_password, [login.password for login in LOGINS])
        return dict(zip([login.email for login in LOGINS], hashed, strict=True))


def _refuse_taken(emails: Sequence[str]) -> None:
    taken = User.objects.filter(email__in=emails).values_list("email", flat=True).first()
    if taken:
        raise AddressTaken(f"{taken} is the address of somebody who is not part of the demo.")


def _profiles(made: Sequence[MadePerson], users: Sequence[User]) -> None:
    # Real people keep their handles.
    taken = {handle.lower() for handle in Profile.objects.values_list("handle", flat=True)}
    Profile.objects.bulk_create(
        Profile(
            user=user,
            handle=unused(person.handle, taken),
            display_name=person.name,
            country=person.country,
            is_public=person.is_public,
            shows_ties=person.shows_ties,
            created_at=person.joined_at,
        )
        for person, user in zip(made, users, strict=True)
    )


def _accounts(made: Sequence[MadePerson], users: Sequence[User], at: datetime) -> list[Linked]:
    """No next refresh and no token: nobody ever asks a network for these."""
    linked = [
        [(_account(person, user, account, at), account) for account in person.accounts]
        for person, user in zip(made, users, strict=True)
    ]
    rows = LinkedAccount.objects.bulk_create(row for pairs in linked for row, _made in pairs)
    Progress.objects.bulk_create(
        Progress(account=row, step=Progress.Step.DONE, done=1, total=1, changed_at=row.connected_at)
        for row in rows
    )
    return linked


def _account(person: MadePerson, user: User, account: MadeAccount, at: datetime) -> LinkedAccount:
    return LinkedAccount(
        user=user,
        network=account.network,
        host=account.host,
        uid=account.uid,
        handle=account.handle,
        display_name=person.name,
        connected_at=account.connected_at,
        refreshed_at=at,
        is_demo=True,
        person_number=account.number,
    )


def _history(made: Sequence[MadePerson], linked: Sequence[Linked], at: datetime) -> None:
    signals = history.Signals()
    posts: list[Post] = []
    for person, accounts in zip(made, linked, strict=True):
        for row, account in accounts:
            signals.add(person, row, account, at)
            posts += history.posts(row, account, at)
    Reading.objects.bulk_create(signals.readings, batch_size=BATCH)
    Post.objects.bulk_create(posts, batch_size=BATCH)
    AccountSignals.objects.bulk_create(signals.newest, batch_size=BATCH)
    SignalsDay.objects.bulk_create(signals.by_day, batch_size=BATCH)
    _scores(signals)


def _scores(signals: history.Signals) -> None:
    releases = FormulaRelease.objects.values_list("effective_on", "version")
    versions = {day: str(version) for day, version in releases} or {date.min: NEWEST}
    days: list[ScoreDay] = []
    for day, version, people in history.scores(signals.tables, versions):
        days += history.score_days(day, version, people)
    ScoreDay.objects.bulk_create(days, batch_size=BATCH)
    # Everybody was read on the last day.
    CurrentScore.objects.bulk_create(history.current(day, version, people), batch_size=BATCH)
