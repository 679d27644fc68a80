"""Reads what was kept of an archive, in a worker. May die anywhere and run again.

A run claims an archive by moving `next_try_at` one lease ahead, as refreshing.py does. Every few
thousand entries are one transaction that stores posts and how far it got, so the next run goes on
from there. Three runs in a row without one entry more, and it is given up, in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring import vault
from scoring.archives import FORMATS, ArchiveRefused, Entry, Folder, Seen
from scoring.collectors.base import PostSeen, Responses
from scoring.models import Archive, LinkedAccount, Post, Reading, Suppression
from scoring.networks import NETWORKS
from scoring.services import owning
from scoring.services.archiving import discard, folder_of
from scoring.services.linking import hash_of
from scoring.services.packing import repack
from scoring.services.rescoring import rescore

MOST_TRIES: Final = 3
ENTRIES_AT_ONCE: Final = 5_000
# The newest of an archive's posts; of the others, only how many they are.
POSTS_KEPT: Final = 1_000
MOST_ENTRIES: Final = 100_000_000  # that we believe an archive to have, if it says so itself
POSTS_READ: Final = 100  # by a score, as in a live collection
AHEAD: Final = timedelta(days=1)  # clocks differ; what is dated later than that is made up
COLUMNS: Final = (
    *("url", "created_at", "text", "hashtags", "kind", "favourites", "reposts", "replies"),
    *("quotes", "views", "saves"),
)


class Gone(Exception):
    """The archive, its account or its owner left meanwhile, or another worker took over."""


@dataclass(slots=True)
class _Run:
    archive: Archive
    account: LinkedAccount
    seen: Seen
    lease: datetime


def claim(archive_id: int, *, at: datetime) -> datetime | None:
    """The end of the lease, for exactly one caller; None for all others."""
    lease = at + settings.REFRESH_LEASE
    due = Archive.objects.due(at).filter(pk=archive_id).order_by()
    changed = due.update(next_try_at=lease, state=Archive.State.READING, tries=F("tries") + 1)
    return lease if changed else None


def import_archive(archive_id: int, *, at: datetime) -> bool:
    """Reads, stores and scores one archive that is due. False where nothing came of it.

    Why not is written on the archive, in words for its owner.
    """
    lease = claim(archive_id, at=at)
    archive = Archive.objects.filter(pk=archive_id).first()
    if lease is None or archive is None:
        return False
    try:
        _import(archive, lease, at)
    except ArchiveRefused as refusal:
        _refuse(archive, str(refusal))
        return False
    except Gone:
        return False
    discard(folder_of(archive))
    return True


def go_on(archive_id: int, *, at: datetime) -> None:
    """After the time of one task is over: what is left is due at once."""
    Archive.objects.unfinished().filter(pk=archive_id).update(next_try_at=at)


def _import(archive: Archive, lease: datetime, at: datetime) -> None:
    if archive.tries > MOST_TRIES:
        raise ArchiveRefused(
            _("We could not read this archive, though we tried several times. Please tell us.")
        )
    known = FORMATS[archive.network]
    try:
        folder = Folder.at(folder_of(archive))
        seen = known.look(folder)
        account = owning.account_of(archive, seen, at=at)
        run = _Run(archive, account, seen, lease)
        entries = known.entries(folder, seen)
        _read(run, islice(entries, archive.done, None))
    except FileNotFoundError:
        raise ArchiveRefused(
            _("What you uploaded is no longer here. Please bring it once more.")
        ) from None
    _finish(run)


def _read(run: _Run, entries: Iterator[Entry]) -> None:
    _store(run, [])  # whose it is and how much there is, before the first entry is read
    while batch := list(islice(entries, ENTRIES_AT_ONCE)):
        _store(run, batch)


def _store(run: _Run, batch: list[Entry]) -> None:
    """One transaction: these entries' posts, and that they are done."""
    with transaction.atomic():
        archive = _locked(run)
        posts = [entry for entry in batch if entry and _is_plausible(entry, archive)]
        _write(run, archive, posts)
        archive.account = run.account
        archive.done += len(batch)
        archive.total = max(archive.total, min(run.seen.total, MOST_ENTRIES), archive.done)
        archive.tries = 0 if batch else archive.tries
        archive.brought = _brought(run.seen, archive.brought.get("posts", 0) + len(posts))
        archive.next_try_at = run.lease = timezone.now() + settings.REFRESH_LEASE
        archive.save()


def _locked(run: _Run) -> Archive:
    """The row, with the locks that collections and opt-outs take as well. Raises Gone."""
    own = LinkedAccount.objects.filter(user_id=run.archive.user_id).select_for_update()
    account = {row.pk: row for row in own.order_by("pk")}.get(run.account.pk)
    mine = Archive.objects.filter(pk=run.archive.pk, next_try_at=run.lease).select_for_update()
    archive = mine.first()
    if account is None or archive is None:
        raise Gone
    if Suppression.objects.filter(identity_hash=hash_of(account)).exists():
        raise Gone
    run.account = account
    return archive


def _is_plausible(entry: tuple[PostSeen | Responses, ...], archive: Archive) -> bool:
    return _post_in(entry).created_at <= archive.uploaded_at + AHEAD


def _post_in(entry: tuple[PostSeen | Responses, ...]) -> PostSeen:
    return next(part for part in entry if isinstance(part, PostSeen))


def _write(run: _Run, archive: Archive, entries: list[tuple[PostSeen | Responses, ...]]) -> None:
    """Posts that a live collection has seen stay as they are: it knows better."""
    kept = archive.posts.order_by("-created_at", "-id")
    full = list(kept.values_list("created_at", flat=True)[POSTS_KEPT - 1 : POSTS_KEPT])
    rows = {row.uid: row for row in (_row(run, archive, entry) for entry in entries)}
    live = run.account.posts.filter(uid__in=rows, archive=None).values_list("uid", flat=True)
    for uid in live:
        del rows[uid]
    newer = [row for row in rows.values() if not full or row.created_at > full[0]]
    newer = sorted(newer, key=lambda row: row.created_at, reverse=True)[:POSTS_KEPT]
    Post.objects.bulk_create(
        newer,
        update_conflicts=True,
        unique_fields=["account", "uid"],
        update_fields=[*COLUMNS, "responders", "archive"],
    )
    if newer:
        surplus = list(kept.values_list("pk", flat=True)[POSTS_KEPT:])
        Post.objects.filter(pk__in=surplus).delete()


def _row(run: _Run, archive: Archive, entry: tuple[PostSeen | Responses, ...]) -> Post:
    seen = _post_in(entry)
    network = NETWORKS.get(run.account.network)
    if network is not None and not network.policy.keeps_words:
        seen = replace(seen, url="", text="", hashtags=())
    people = next((part.responders for part in entry if isinstance(part, Responses)), None)
    who = None
    if people is not None:
        who = [vault.person_number(network=run.account.network, who=name) for name in people]
    values = {name: getattr(seen, name) for name in COLUMNS} | {"hashtags": list(seen.hashtags)}
    return Post(account=run.account, archive=archive, uid=seen.uid, responders=who, **values)


def _brought(seen: Seen, posts: int) -> dict[str, int]:
    told = {"posts": posts, "followers": seen.followers, "following": seen.following}
    return {key: count for key, count in (told | dict(seen.brought)).items() if count is not None}


def _finish(run: _Run) -> None:
    """The reading, and the archive that this one replaces."""
    with transaction.atomic():
        archive, now = _locked(run), timezone.now()
        if not any(archive.brought.values()):
            raise ArchiveRefused(_("There is nothing in this archive that we could count."))
        archive.as_of = _as_of(run.seen, archive)
        _add_reading(run, archive)
        for older in run.account.archives.exclude(pk=archive.pk):
            older.delete()
        archive.state, archive.next_try_at = Archive.State.DONE, None
        archive.save()
        LinkedAccount.objects.filter(pk=run.account.pk, network=owning.GOOGLE_PLUS).update(
            refreshed_at=now
        )
        repack(run.account, at=now)
        rescore(run.account.user_id, at=now)


def _as_of(seen: Seen, archive: Archive) -> datetime:
    newest = archive.posts.order_by("-created_at").values_list("created_at", flat=True).first()
    return min(seen.as_of or newest or archive.uploaded_at, archive.uploaded_at)


def _add_reading(run: _Run, archive: Archive) -> None:
    """Where the archive tells anything that a score is made of."""
    posts = [post for post in archive.posts.order_by("-created_at", "-id") if _received(post)]
    posts = posts[:POSTS_READ]
    archive.readings.all().delete()
    if archive.as_of is None or (not posts and run.seen.followers is None):
        return
    told = [post.responders for post in posts if post.responders is not None]
    Reading.objects.create(
        account=run.account,
        archive=archive,
        taken_at=archive.as_of,
        followers=run.seen.followers,
        following=run.seen.following,
        responders=len({who for people in told for who in people}) if told else None,
        posts=[[post.favourites, post.reposts, post.replies] for post in posts],
    )


def _received(post: Post) -> bool:
    """Whether the archive says what the post received, be it nothing."""
    return any(count is not None for count in (post.favourites, post.reposts, post.replies))


def _refuse(archive: Archive, why: str) -> None:
    """Nothing stays of it but why."""
    with transaction.atomic():
        archive.posts.all().delete()
        archive.readings.all().delete()
        _drop_empty_account(archive)
        Archive.objects.filter(pk=archive.pk).update(
            state=Archive.State.REFUSED,
            account=None,
            why=why[:500],
            brought={},
            next_try_at=None,
        )
    discard(folder_of(archive))


def _drop_empty_account(archive: Archive) -> None:
    """Of a network that is gone, made for this archive only."""
    mine = LinkedAccount.objects.filter(archives=archive, network=owning.GOOGLE_PLUS).first()
    if mine and mine.archives.count() == 1:
        Archive.objects.filter(pk=archive.pk).update(account=None)
        mine.delete()
