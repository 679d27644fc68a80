"""Archives as rows and folders: how they arrive, how they go. Reading them is importing.py's."""

from __future__ import annotations

import re
import secrets
import shutil
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from scoring.archives import FORMATS, ArchiveRefused, Folder, format_of, is_for_looking_at
from scoring.models import Archive, LinkedAccount
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link
from scoring.services.packing import repack
from scoring.services.rescoring import forget_account, rescore

FOLDER: Final = re.compile(r"[A-Za-z0-9_-]{32}")
# An upload touches its folder every few seconds, and has no row before it is complete.
ORPHANED_AFTER: Final = timedelta(hours=1)
REFUSALS_KEPT: Final = timedelta(days=30)
LONGEST_NAME: Final = 200


def new_folder() -> Path:
    """An empty folder for what will be kept of one upload; nobody else can look into it."""
    root = Path(settings.ARCHIVES_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = root / secrets.token_urlsafe(24)
    folder.mkdir(mode=0o700)
    return folder


def folder_of(archive: Archive) -> Path:
    return Path(settings.ARCHIVES_ROOT) / archive.folder


def discard(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def receive(
    *,
    user_id: int,
    folder: Folder,
    name: str,
    size: int,
    at: datetime,
    opted_in_at: datetime | None = None,
) -> Archive:
    """Makes the import due. Raises ArchiveRefused; then the folder is the caller's to discard."""
    known = format_of(folder)
    if known is None:
        raise as_pages() if is_for_looking_at(folder) else unknown()
    try:
        with transaction.atomic():
            return Archive.objects.create(
                user_id=user_id,
                network=known.network,
                name=name[:LONGEST_NAME],
                bytes=size,
                folder=folder.path.name,
                uploaded_at=at,
                opted_in_at=opted_in_at,
                next_try_at=at,
            )
    except IntegrityError:
        raise ArchiveRefused(_("Another archive of yours is being read. One at a time.")) from None


def unknown() -> ArchiveRefused:
    return ArchiveRefused(
        _("This is none of the archives that we can read: %(networks)s.")
        % {"networks": ", ".join(name_of(network) for network in FORMATS)}
    )


def as_pages() -> ArchiveRefused:
    return ArchiveRefused(
        _(
            "This archive is made of pages to look at (HTML). Please ask the network for it once"
            " more, and choose the format JSON."
        )
    )


def name_of(network: str) -> str:
    known = NETWORKS.get(network)
    return known.name if known else network.title()


def delete_archive(archive: Archive, *, at: datetime) -> None:
    """Takes it away with all that it brought, and does today's sum again.

    Where its account is here only by archives, the account goes with the last of them.
    """
    with transaction.atomic():
        own = LinkedAccount.objects.filter(user_id=archive.user_id).select_for_update()
        accounts = {account.pk: account for account in own.order_by("pk")}
        Archive.objects.filter(pk=archive.pk).delete()
        account = accounts.get(archive.account_id) if archive.account_id else None
        if account and _is_here_by_archives(account) and not account.archives.exists():
            forget_account(account, at=at)
            account.delete()
        elif account:
            repack(account, at=at)
        if account:
            rescore(archive.user_id, at=at)
        folder = folder_of(archive)
        transaction.on_commit(partial(discard, folder))


def forget_archives(user_id: int) -> None:
    """All of a person's, read or not. The caller's transaction decides."""
    rows = Archive.objects.filter(user_id=user_id)
    folders = [folder_of(archive) for archive in rows]
    rows.delete()
    for folder in folders:
        transaction.on_commit(partial(discard, folder))


def forget_orphans(*, at: datetime) -> None:
    """Folders whose upload broke off or whose row is gone, and refusals that were read long ago."""
    Archive.objects.filter(state=Archive.State.REFUSED, uploaded_at__lt=at - REFUSALS_KEPT).delete()
    needed = set(Archive.objects.unfinished().values_list("folder", flat=True))
    root = Path(settings.ARCHIVES_ROOT)
    for folder in root.iterdir() if root.is_dir() else ():
        is_ours = FOLDER.fullmatch(folder.name) and folder.name not in needed
        if is_ours and folder.stat().st_mtime < (at - ORPHANED_AFTER).timestamp():
            discard(folder)


def _is_here_by_archives(account: LinkedAccount) -> bool:
    network = NETWORKS.get(account.network)
    return network is not None and network.link is Link.ARCHIVE
