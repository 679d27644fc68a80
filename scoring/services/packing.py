"""From what a network said to the packed signals that scores are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from scoring.formula import Facts, PostCounts, pack, selectivity_weight, summarise
from scoring.formula.signals import MONTHS, POSTS, days_since_1970
from scoring.models import (
    AccountSignals,
    BusyResponder,
    LinkedAccount,
    Post,
    Reading,
    SignalsDay,
)

# As many days as MONTHS are at most.
LOOKED_BACK = timedelta(days=round(MONTHS * 365.25 / 12))
# Both in one statement. A day's row is valid until the next one, so that signals which are what
# they were get none; sub-statements see the tables as they were before.
WRITE: Final = """
    WITH now AS (
        INSERT INTO scoring_accountsignals AS mine (account_id, user_id, network, packed, day)
        VALUES (%(account)s, %(user)s, %(network)s, %(packed)s, %(day)s)
        ON CONFLICT (account_id) DO UPDATE
        SET user_id = excluded.user_id, network = excluded.network,
            packed = excluded.packed, day = excluded.day
        RETURNING mine.*
    )
    INSERT INTO scoring_signalsday (user_id, account_number, network, day, packed)
    SELECT user_id, account_id, network, day, packed FROM now
    WHERE NOT EXISTS (
        SELECT FROM scoring_accountsignals AS before
        WHERE before.account_id = now.account_id AND before.packed = now.packed
    )
    ON CONFLICT (user_id, account_number, day) DO UPDATE
    SET network = excluded.network, packed = excluded.packed
"""


def pack_account(
    account: LinkedAccount,
    reading: Reading,
    posts: Iterable[Post],
    *,
    at: datetime,
    own: Collection[int | None] = (),
) -> None:
    """Stores the signals of an account as of `at`, over those that the same day had before.

    `own`: numbers of the person's further accounts, whose responses don't count either.
    """
    facts = facts_of(reading, posts, at=at, own={*own, account.person_number})
    values: dict[str, Any] = {
        "account": account.pk,
        "user": account.user_id,
        "network": account.network,
        "packed": pack(summarise(facts)),
        "day": at.date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)


def repack(account: LinkedAccount, *, at: datetime) -> None:
    """From what is stored: the network's newest reading, else the newest of an archive.

    Where neither is left, the account has no signals any more.
    """
    rows = account.readings.annotate(
        is_archived=ExpressionWrapper(Q(archive__isnull=False), BooleanField())
    )
    reading = rows.order_by("is_archived", "-taken_at", "-id").first()
    if reading is None:
        if AccountSignals.objects.filter(account=account).delete()[0]:
            note_end(account, day=at.date())
        return
    posts = account.posts.filter(archive=None) if reading.archive_id is None else account.posts
    mine = LinkedAccount.objects.filter(user_id=account.user_id)
    own = set(mine.values_list("person_number", flat=True))
    pack_account(account, reading, posts.all(), at=at, own=own)


def repack_missing(*, limit: int, at: datetime) -> set[int]:
    """Packs up to `limit` accounts of which something was read and nothing is packed, as after
    an upgrade from version 1. Returns whose scores have to be done again."""
    unpacked = LinkedAccount.objects.filter(
        Exists(Reading.objects.filter(account=OuterRef("pk"))), signals=None
    )
    people = set()
    for number in unpacked.order_by("pk").values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            account = LinkedAccount.objects.select_for_update().filter(pk=number).first()
            if account is not None:
                repack(account, at=at)
                people.add(account.user_id)
    return people


def note_end(account: LinkedAccount, *, day: date) -> None:
    """From that day on the account has no signals."""
    values = {"network": account.network, "packed": b""}
    SignalsDay.objects.update_or_create(
        user_id=account.user_id, account_number=account.pk, day=day, defaults=values
    )


def facts_of(
    reading: Reading, posts: Iterable[Post], *, at: datetime, own: Collection[int | None] = ()
) -> Facts:
    """What is told about the account: of its newest posts, and none older than two years, which
    in an archive are those before its export.

    `own`: numbers of the person, who is not one of those that responded.
    """
    until = at if reading.archive_id is None else reading.taken_at
    newest = sorted(
        (post for post in posts if until - LOOKED_BACK < post.created_at <= until),
        key=lambda post: (post.created_at, post.uid),
        reverse=True,
    )[:POSTS]
    responders, selectivity = _people([post.responders for post in newest], own)
    return Facts(
        followers=reading.followers,
        following=reading.following,
        listed=reading.listed,
        responders=None if reading.responders is None else responders,
        selectivity=selectivity,
        posts=[PostCounts(post.favourites, post.reposts, post.replies) for post in newest],
        newest=days_since_1970(newest[0].created_at.date()) if newest else None,
        from_archive=reading.archive_id is not None,
    )


def _people(
    told: Sequence[list[int] | None], own: Collection[int | None]
) -> tuple[float, float | None]:
    """The weighted number of distinct people, and the mean weight of a known response."""
    seen = Counter(who for people in told for who in people or () if who not in own)
    if not seen:
        return 0.0, None
    busy = dict(BusyResponder.objects.filter(pk__in=list(seen)).values_list("number", "responses"))
    weight = {number: selectivity_weight(busy.get(number, 1)) for number in seen}
    given = sum(weight[number] * times for number, times in seen.items())
    return sum(weight.values()), given / seen.total()
