"""What has had its time goes, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from scoring.models import AccountSignals, LinkedAccount, Post, Reading
from scoring.networks import NETWORKS
from scoring.services.packing import repack, repack_missing
from scoring.services.rescoring import rescore

# Signals are packed from the newest; the others show what a collection saw.
READINGS_KEPT: Final = timedelta(days=90)
# As long as a chart goes back, and a day's score can be taken apart.
SIGNALS_KEPT: Final = timedelta(days=731)
AT_ONCE: Final = 500
# A row is valid until the next one: what was valid on the first day that is kept stays. Of a
# network with rules of its own, only what is still valid does, and that an account had ended: who
# checks an earlier day sees by it that something is missing.
FORGET_SIGNALS: Final = """
    DELETE FROM scoring_signalsday AS old
    WHERE old.day < %(since)s AND (%(network)s IS NULL OR old.network = %(network)s) AND (
        (old.packed = '' AND %(network)s IS NULL) OR EXISTS (
            SELECT FROM scoring_signalsday AS later
            WHERE later.user_id = old.user_id AND later.account_number = old.account_number
                AND later.day > old.day
                AND (later.day <= %(since)s OR %(network)s IS NOT NULL)
        )
    )
"""


def forget_old_readings(*, at: datetime) -> None:
    """What an archive said stays for as long as its owner keeps the archive here."""
    Reading.objects.filter(taken_at__lt=at - READINGS_KEPT, archive=None).delete()


def forget_old_signals(*, at: datetime) -> None:
    _forget_signals(None, since=at - SIGNALS_KEPT)


def forget_what_may_not_be_kept(*, at: datetime) -> None:
    """Some networks let us keep what they say for some days only, unless we ask again."""
    for network in NETWORKS.values():
        if network.policy.days_kept is not None:
            since = at - timedelta(days=network.policy.days_kept)
            theirs = {"account__network": network.key, "archive": None}
            Reading.objects.filter(taken_at__lt=since, **theirs).delete()
            Post.objects.filter(account__refreshed_at__lt=since, **theirs).delete()
            _forget_unread(network.key, since=since, at=at)
            _forget_signals(network.key, since=since)


def score_what_was_never_packed(*, at: datetime) -> None:
    """After an upgrade from version 1: accounts that no collection comes to any more."""
    while people := repack_missing(limit=AT_ONCE, at=at):
        for user_id in people:
            _rescore(user_id, at=at)


def _forget_unread(network: str, *, since: datetime, at: datetime) -> None:
    """Signals of accounts that were not read again: they leave the score."""
    stale = Q(day__lt=since.date()) | ~Exists(Reading.objects.filter(account=OuterRef("pk")))
    unread = AccountSignals.objects.filter(stale, network=network, account__refreshed_at__lt=since)
    for user_id in set(unread.values_list("user_id", flat=True)):
        _rescore(user_id, at=at, network=network)


def _rescore(user_id: int, *, at: datetime, network: str | None = None) -> None:
    """Of that network, from what is still stored."""
    with transaction.atomic():
        own = LinkedAccount.objects.filter(user_id=user_id).select_for_update().order_by("pk")
        for account in own:
            if account.network == network:
                repack(account, at=at)
        rescore(user_id, at=at)


def _forget_signals(network: str | None, *, since: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_SIGNALS, {"network": network, "since": since.date()})
