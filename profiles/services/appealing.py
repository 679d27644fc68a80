"""Somebody says that their score is wrong; a human answers by a deadline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from profiles.appeals import reads
from profiles.appeals.reads import Subject
from profiles.models import Appeal, Profile, User
from profiles.services import mailing
from profiles.services.people import OptedOut

TIME_TO_ANSWER: Final = timedelta(days=14)
# At a time: each takes somebody's time to read.
MOST_OPEN: Final = 5


class TooManyOpen(ValidationError):
    """The person is told so; nothing has been stored."""


class AlreadyAnswered(Exception):
    """An answer stands as it was given."""


@transaction.atomic
def appeal(*, profile: Profile, about: Subject, text: str, at: datetime) -> Appeal:
    """Raises TooManyOpen, or OptedOut: then there is nothing to be wrong."""
    # Held against an opt-out, and against a second form sent at the same time.
    locked = Profile.objects.select_for_update().filter(pk=profile.pk).first()
    if locked is None or locked.opted_out:
        raise OptedOut
    if reads.how_many_open(profile.user_id) >= MOST_OPEN:
        raise TooManyOpen(
            _("%(most)d of your appeals still wait for an answer. More than that is not possible.")
            % {"most": MOST_OPEN}
        )
    return Appeal.objects.create(
        user_id=profile.user_id,
        kind=Appeal.Kind.PART if about.part else Appeal.Kind.LOOK,
        part=about.part,
        account_number=about.account_number,
        shown=about.shown,
        text=text,
        sent_at=at,
        due_at=at + TIME_TO_ANSWER,
    )


@transaction.atomic
def answer_appeal(*, appeal_id: int, outcome: str, answer: str, by: User, at: datetime) -> None:
    """Once, for good. The person reads it on the site, and an e-mail says that it is there.

    Raises AlreadyAnswered, also where the person has opted out in the meantime; ValueError on an
    outcome that is none, or without words.
    """
    if outcome not in (Appeal.Outcome.MENDED, Appeal.Outcome.KEPT) or not answer.strip():
        raise ValueError("an answer has an outcome and words")
    waiting = Appeal.objects.filter(pk=appeal_id, outcome=Appeal.Outcome.OPEN)
    answered = {"answer": answer.strip(), "answered_at": at, "answered_by": by}
    if not waiting.update(outcome=outcome, **answered):
        raise AlreadyAnswered
    transaction.on_commit(lambda: mailing.tell_of_answer(appeal_id), robust=True)
