"""Asks a network what happened, and stores what it said. May die anywhere and run again.

The database knows what is due (`next_refresh_at`). A run claims an account by moving that
date one lease ahead, so whoever dies with a claim leaves an account that is due again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.collectors.base import Budget, CollectError, Grant, Page, RateLimited, Step
from scoring.collectors.errors import Refused
from scoring.models import LinkedAccount, Progress, Suppression
from scoring.networks import COLLECTORS
from scoring.services import credentials, spending
from scoring.services.linking import hash_of
from scoring.services.rescoring import rescore
from scoring.services.spending import SpentUp
from scoring.services.storing import cursor_of, store_observations

SHORTEST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
AFTER_A_FAULT = timedelta(hours=1)
# Servers count our requests; what changed in less time than this, nobody misses.
BETWEEN_READS_BY_HAND = timedelta(minutes=2)
DONE = (Progress.Step.DONE, 1, 1)


def claim(account_id: int, *, at: datetime) -> datetime | None:
    """The end of the lease, for exactly one caller per due date; None for all others.

    One statement, no lock kept.
    """
    lease = at + settings.REFRESH_LEASE
    due = LinkedAccount.objects.due(at).filter(pk=account_id)
    return lease if due.order_by().update(next_refresh_at=lease) else None


def refresh_account(account_id: int, *, at: datetime) -> bool:
    """Collects, stores and scores one account that is due. False where there was nothing to do.

    What goes wrong at the network is written on the account, in words, with when to try again.
    """
    lease = claim(account_id, at=at)
    account = LinkedAccount.objects.filter(pk=account_id).first()
    if lease is None or account is None:
        return False
    seen = Collected()
    try:
        _collect(account, seen, at=at)
    except RateLimited as limit:
        if not seen.has_all_posts():
            _note_failure(account, limit, lease=lease)
            return False
        seen.limit = limit
    except CollectError as error:
        _note_failure(account, error, lease=lease)
        return False
    return store(account, seen)


def make_due(account: LinkedAccount, *, at: datetime) -> bool:
    """The owner wants it now.

    False where it was asked only just, where the server asked us to wait, or where the account
    must be reconnected.
    """
    just_asked = Q(progress__changed_at__gt=at - BETWEEN_READS_BY_HAND)
    waiting = LinkedAccount.objects.filter(pk=account.pk, needs_reconnect=False).exclude(
        just_asked | Q(quiet_until__gt=at)
    )
    if not waiting.update(next_refresh_at=at):
        return False
    _progress(account.pk, Progress.Step.QUEUED, 0, 0)
    return True


def postpone(account_id: int, *, why: str, at: datetime) -> None:
    """After what no network error explains: not again at once, and never lost.

    An account that is due already was reconnected in the meantime, and stays due.
    """
    LinkedAccount.objects.filter(pk=account_id, next_refresh_at__gt=at).update(
        next_refresh_at=at + AFTER_A_FAULT, last_error=why
    )
    _progress(account_id, Progress.Step.FAILED, 0, 0)


@dataclass(slots=True)
class Collected:
    """What one run has brought so far. `limit`: the network stopped it, with the posts read."""

    pages: list[Page] = field(default_factory=list)
    limit: RateLimited | None = None

    def has_all_posts(self) -> bool:
        """Who responded comes after the posts, and can follow another time."""
        posts = [page for page in self.pages if page.step is Step.POSTS]
        asking = any(page.step is Step.RESPONDERS for page in self.pages)
        return asking or bool(posts and posts[-1].done >= posts[-1].total)


def _collect(account: LinkedAccount, seen: Collected, *, at: datetime) -> None:
    """Fills `seen`. What it cost is settled however it ends."""
    reserved = spending.reserve(account.network, account, at=at)
    cost = 0
    try:
        for page in _pages(account, seen, Budget(cost=reserved), at=at):
            cost += page.cost
            _progress(account.pk, Progress.Step(page.step.value), page.done, page.total)
            seen.pages.append(page)
    finally:
        spending.settle(account.network, account, at=at, reserved=reserved, spent=cost)


def _pages(
    account: LinkedAccount, seen: Collected, budget: Budget, *, at: datetime
) -> Iterator[Page]:
    """A token that is refused before its time gets one successor, and the run a second try."""
    grant = credentials.grant_of(account, at=at)
    try:
        yield from _asked(account, grant, budget)
    except Refused as refusal:
        if refusal.status != 401 or not credentials.can_renew(account):
            raise
        left = replace(budget, cost=budget.cost - sum(page.cost for page in seen.pages))
        seen.pages.clear()
        successor = credentials.grant_of(account, at=at, refused=grant)
        yield from _asked(account, successor, left)


def _asked(account: LinkedAccount, grant: Grant, budget: Budget) -> Iterable[Page]:
    return COLLECTORS[account.network].collect(grant, cursor_of(account), budget)


def store(account: LinkedAccount, seen: Collected) -> bool:
    """One transaction; an account that left during the collection stays gone."""
    with transaction.atomic():
        own = _locked(account)
        mine = own.pop(account.pk, None)
        if mine is None:
            return False
        now = timezone.now()
        further = {row.person_number for row in own.values()}
        complete = seen.limit is None
        store_observations(mine, seen.pages, at=now, complete=complete, own=further)
        mine.refreshed_at = now
        mine.failures = 0
        _plan_next(mine, seen.limit, now=now)
        mine.save()
        rescore(mine.user_id, at=now)
        _progress(mine.pk, *(DONE if complete else (Progress.Step.QUEUED, 0, 0)))
    return True


def _locked(account: LinkedAccount) -> dict[int, LinkedAccount]:
    """The person's accounts by their ids; none where this one's identity has opted out."""
    opted_out = Suppression.objects.filter(identity_hash=hash_of(account))
    own = LinkedAccount.objects.filter(~Exists(opted_out), user_id=account.user_id)
    return {row.pk: row for row in own.select_for_update(of=("self",)).order_by("pk")}


def _plan_next(account: LinkedAccount, limit: RateLimited | None, *, now: datetime) -> None:
    if limit is None:
        account.next_refresh_at = now + _spread(settings.REFRESH_EVERY)
        account.last_error, account.quiet_until = "", None
        return
    again = now + _wait(limit, 1, now)
    words = _("%(why)s What was read is counted; who responded follows at %(time)s UTC.")
    account.next_refresh_at = account.quiet_until = again
    account.last_error = (words % {"why": limit, "time": f"{again:%H:%M}"})[:500]


def _note_failure(account: LinkedAccount, error: CollectError, *, lease: datetime) -> None:
    """Unless the person has reconnected in the meantime: then the lease is no longer ours."""
    now = timezone.now()
    failures = min(account.failures + 1, 1000)
    again = error.until if isinstance(error, SpentUp) else now + _wait(error, failures, now)
    ours = LinkedAccount.objects.filter(pk=account.pk, next_refresh_at=lease)
    changed = ours.update(
        last_error=str(error)[:500],
        failures=failures,
        needs_reconnect=error.permanent,
        next_refresh_at=None if error.permanent else again,
        quiet_until=again if isinstance(error, RateLimited) else None,
    )
    if changed:
        _progress(account.pk, Progress.Step.FAILED, 0, 0)
    if changed and error.permanent:
        credentials.note_dead(account)


def _wait(error: CollectError, failures: int, now: datetime) -> timedelta:
    """As long as the network asks for, else one minute, doubled with each failure in a row."""
    wait = timedelta(minutes=2 ** min(failures - 1, 9))
    if isinstance(error, RateLimited):
        if error.retry_after is not None:
            wait = timedelta(seconds=min(error.retry_after, LONGEST_WAIT.total_seconds()))
        elif error.retry_at is not None:
            wait = error.retry_at - now
    return _spread(min(max(wait, SHORTEST_WAIT), LONGEST_WAIT))


def _spread(wait: timedelta) -> timedelta:
    """Up to a tenth longer, so that accounts of one server don't all come back at once."""
    return wait * random.uniform(1, 1.1)


def _progress(account_id: int, step: Progress.Step, done: int, total: int) -> None:
    Progress.objects.filter(account_id=account_id).update(
        step=step, done=done, total=max(done, total), changed_at=timezone.now()
    )
