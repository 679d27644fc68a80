"""Whose archive it is: only who has proven to be its owner may bring it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from scoring import vault
from scoring.archives import ArchiveRefused, Seen
from scoring.models import Archive, LinkedAccount, Progress, Suppression
from scoring.networks import NETWORKS
from scoring.networks.operating import offered
from scoring.services.archiving import name_of
from scoring.services.linking import MOST_ACCOUNTS, hash_of
from scoring.services.numbering import number_of

GOOGLE_PLUS: Final = "googleplus"
GOOGLE_PLUS_HOST: Final = "plus.google.com"
# A Google account, as people link it here.
GOOGLE: Final = "youtube"
# Their archives have no id that their log-in would tell, so a verified e-mail address counts. Who
# has several Pages at Facebook has one archive all the same: it goes to the Page connected first.
BY_EMAIL: Final = frozenset({"linkedin", "facebook"})


def account_of(archive: Archive, seen: Seen, *, at: datetime) -> LinkedAccount:
    """The archive's account among those of who brought it. Raises ArchiveRefused, in words."""
    if not seen.names:
        raise ArchiveRefused(
            _(
                "This archive does not say whose it is, so we can't take it."
                " Please bring the whole archive, as %(network)s gave it to you."
            )
            % {"network": name_of(archive.network)}
        )
    if archive.network == GOOGLE_PLUS:
        return _google_plus_account(archive, seen, at)
    mine = LinkedAccount.objects.filter(user_id=archive.user_id, network=archive.network)
    own = list(mine.order_by("connected_at", "pk"))
    found = next((account for account in own if _is_named(account, seen.names)), None)
    if found is None and own and archive.network in BY_EMAIL:
        found = own[0] if _verified_emails(archive.user_id) & set(seen.names) else None
    if found is None:
        raise _of_another(archive.network, seen, own)
    if Suppression.objects.filter(identity_hash=hash_of(found)).exists():
        raise opted_out()
    return found


def opted_out() -> ArchiveRefused:
    return ArchiveRefused(
        _("The owner of this account has opted out of being scored, so we keep nothing of it.")
    )


def _is_named(account: LinkedAccount, names: Iterable[str]) -> bool:
    own = {
        f"id:{account.uid.lower()}",
        f"handle:{account.handle.lower().lstrip('@')}",
        _plain(f"url:{account.url.lower()}"),
    } - {"url:", "handle:"}
    marks = set(account.proofs)
    return any(_plain(name) in own or vault.mark(account.network, name) in marks for name in names)


def _plain(name: str) -> str:
    """Addresses of pages without what makes no difference."""
    kind, _colon, value = name.partition(":")
    if kind != "url" or not value:
        return name
    parts = urlsplit(value)
    return f"url:{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"


def _verified_emails(user_id: int) -> set[str]:
    rows = EmailAddress.objects.filter(user_id=user_id, verified=True)
    return {f"email:{address.lower()}" for address in rows.values_list("email", flat=True)}


def _of_another(network: str, seen: Seen, own: list[LinkedAccount]) -> ArchiveRefused:
    told = {"whose": seen.handle or _("somebody else"), "network": name_of(network)}
    if not own and not _can_be_connected(network):
        words = _(
            "This archive is of %(whose)s. Only who has connected that account may bring it, and"
            " accounts at %(network)s can't be connected here yet: whoever runs this site would"
            " have to arrange that with %(network)s first."
        )
        return ArchiveRefused(words % told)
    if not own:
        words = _(
            "This archive is of %(whose)s. Connect that account at %(network)s first,"
            " then bring the archive again."
        )
        return ArchiveRefused(words % told)
    told |= {"own": ", ".join(account.handle for account in own)}
    if network in BY_EMAIL:
        words = _(
            "This archive is of %(whose)s, and nothing in it shows that it belongs to your account"
            " %(own)s. It does where it names an e-mail address that you have confirmed here:"
            " add yours under Settings, Log-in, then bring the archive again."
        )
        return ArchiveRefused(words % told)
    words = _(
        "This archive is of %(whose)s, and your account at %(network)s is %(own)s."
        " Only its owner may bring an archive: connect %(whose)s first if that is you as well."
    )
    return ArchiveRefused(words % told)


def _can_be_connected(network: str) -> bool:
    known = NETWORKS.get(network)
    return known is not None and offered(known)


def _google_plus_account(archive: Archive, seen: Seen, at: datetime) -> LinkedAccount:
    """Google+ is gone, and nobody can log in there: the Google account speaks for it."""
    google = LinkedAccount.objects.filter(user_id=archive.user_id, network=GOOGLE)
    is_theirs = any(_is_named(account, seen.names) for account in google)
    if not is_theirs and not _verified_emails(archive.user_id) & set(seen.names):
        words = _(
            "This archive is of %(whose)s. To show that this is you, confirm the e-mail address of"
            " the same Google account here."
        )
        if _can_be_connected(GOOGLE):
            words = _(
                "This archive is of %(whose)s. To show that this is you, connect YouTube with the"
                " same Google account, or confirm its e-mail address here."
            )
        raise ArchiveRefused(words % {"whose": seen.handle or _("somebody")})
    if not seen.uid:
        raise ArchiveRefused(_("This archive does not say who wrote its posts."))
    return _own_google_plus(archive, seen, at)


def _own_google_plus(archive: Archive, seen: Seen, at: datetime) -> LinkedAccount:
    names = {"network": GOOGLE_PLUS, "host": GOOGLE_PLUS_HOST, "uid": seen.uid}
    account = LinkedAccount.objects.filter(**names).first()
    if account is None:
        account = _new_google_plus(archive, seen, at, names)
    else:
        _lift_or_refuse(account, archive.opted_in_at)
    if account is None or account.user_id != archive.user_id:
        raise ArchiveRefused(_("Somebody else has brought the archive of this account already."))
    return account


def _new_google_plus(
    archive: Archive, seen: Seen, at: datetime, names: dict[str, str]
) -> LinkedAccount | None:
    """None where somebody else was quicker."""
    if LinkedAccount.objects.filter(user_id=archive.user_id).count() >= MOST_ACCOUNTS:
        raise ArchiveRefused(_("You have as many accounts here as one person may have."))
    try:
        with transaction.atomic():
            account = LinkedAccount(
                user_id=archive.user_id,
                handle=seen.handle or seen.uid,
                display_name=seen.display_name,
                connected_at=at,
                next_refresh_at=None,
                **names,
            )
            account.person_number = number_of(account)
            account.save()
            # After the row, which whoever opts out just now has locked until it is gone.
            _lift_or_refuse(account, archive.opted_in_at)
            Progress.objects.create(account=account, step=Progress.Step.DONE, changed_at=at)
            return account
    except IntegrityError:
        return None


def _lift_or_refuse(account: LinkedAccount, opted_in_at: datetime | None) -> None:
    row = Suppression.objects.filter(identity_hash=hash_of(account)).first()
    if row is None:
        return
    if opted_in_at is None or opted_in_at <= row.opted_out_at:
        raise opted_out()
    row.delete()
