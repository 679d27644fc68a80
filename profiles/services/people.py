"""What people are here, and the doors through which they link, leave and return."""

from __future__ import annotations

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from profiles.models import Appeal, FormulaNotice, Profile, User
from scoring.models import LinkedAccount
from scoring.services import leaving, linking
from scoring.services.connecting import Proven
from scoring.services.linking import Revocable


class OptedOut(linking.LinkRefused):
    """The person has opted out: nothing is collected until they opt in again."""


def create_profile(*, user: User, handle: str, is_public: bool) -> Profile:
    """Raises ValidationError where the handle is taken, also by a race."""
    try:
        with transaction.atomic():
            return Profile.objects.create(user=user, handle=handle, is_public=is_public)
    except IntegrityError:
        raise handle_taken(handle) from None


def handle_taken(handle: str) -> ValidationError:
    return ValidationError(
        _("Somebody already goes by @%(handle)s. Please choose another handle."),
        code="taken",
        params={"handle": handle},
    )


def update_profile(
    *, profile: Profile, display_name: str, country: str, handle: str, shows_ties: bool = False
) -> None:
    """Who doesn't say yes to showing ties shows none, whatever was said before."""
    try:
        with transaction.atomic():
            Profile.objects.filter(pk=profile.pk).update(
                display_name=display_name, country=country, handle=handle, shows_ties=shows_ties
            )
    except IntegrityError:
        raise handle_taken(handle) from None


def set_visibility(*, profile: Profile, is_public: bool) -> bool:
    """False where the person has opted out: then the profile stays hidden."""
    there = Profile.objects.filter(pk=profile.pk, opted_out_at__isnull=True)
    return there.update(is_public=is_public) == 1


def link_account(*, profile: Profile, proven: Proven, at: datetime) -> LinkedAccount:
    """Raises linking.LinkRefused (OptedOut among them); then nothing has been stored."""
    with transaction.atomic():
        # An opt-out that runs at the same time holds this row: whoever is second sees the first.
        locked = Profile.objects.select_for_update().filter(pk=profile.pk).first()
        if locked is None or locked.opted_out:
            raise OptedOut
        return linking.link_account(
            user_id=locked.user_id, proven=proven, at=at, opted_in_at=locked.opted_in_at
        )


@transaction.atomic
def opt_out(*, profile: Profile, at: datetime) -> list[Revocable]:
    """Nothing is left but the log-in; returns the tokens to revoke once this is committed."""
    # Evaluated for its lock. None, where a second click comes after the log-in has gone.
    Profile.objects.select_for_update().filter(pk=profile.pk).first()
    Profile.objects.filter(pk=profile.pk).update(
        opted_out_at=at, is_public=False, shows_ties=False, display_name="", country=""
    )
    Appeal.objects.filter(user_id=profile.user_id).delete()  # what they wrote to us
    FormulaNotice.objects.filter(user_id=profile.user_id).delete()
    return leaving.forget(profile.user_id, at=at)


def opt_in(*, profile: Profile, at: datetime) -> None:
    """The person's yes: from now on, what they prove to be theirs may be linked again.

    Also for somebody who opted out under another log-in, and comes back with this one.
    """
    Profile.objects.filter(pk=profile.pk).update(opted_out_at=None, opted_in_at=at)


def delete_login(*, profile: Profile) -> None:
    """E-mail, password and handle of somebody who has opted out; the hashes of that stay.

    Staff's log of changes names rows by e-mail and handle, so what it says of these goes too.
    """
    for row, pk in [(User, profile.user_id), (Profile, profile.pk)]:
        kind = ContentType.objects.get_for_model(row)
        LogEntry.objects.filter(content_type=kind, object_id=str(pk)).delete()
    User.objects.filter(pk=profile.user_id, profile__opted_out_at__isnull=False).delete()
