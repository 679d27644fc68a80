"""E-mails about the score: that an answer is there, and what a new formula changes.

What is in them is for their owner alone: points go to addresses that were proved, and an answer
is never in the e-mail, only on the site.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string

from profiles.changes.reads import both_of
from profiles.models import Appeal, FormulaNotice, User
from scoring.models import FormulaRelease

log = logging.getLogger(__name__)
AT_ONCE: Final = 100


def tell_of_answer(appeal_id: int) -> None:
    """A mail server that is down costs the e-mail, not the answer: that stands on the site."""
    appeal = Appeal.objects.filter(pk=appeal_id).select_related("user").first()
    if appeal is None:
        return
    try:
        _written("answer", appeal.user.email, {}).send()
    except OSError as error:  # smtplib's are OSErrors, and may name the address
        log.error("The e-mail about an answer was not taken (%s).", type(error).__name__)


class _Stopped(Exception):
    """The mail server takes no more for now."""


def tell_of_formula(release: FormulaRelease, *, at: datetime) -> int:
    """Writes to the next people, at most AT_ONCE; 0 where nobody is left or no mail goes out.

    At most once each: the notice is committed before the e-mail is handed over, so whoever dies
    in between leaves somebody untold (they read it on their page), and nobody told twice.
    """
    people = list(_untold(release)[:AT_ONCE])
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        log.error("Nobody was told of the formula: no mail server (%s).", type(error).__name__)
        return 0
    try:
        return _tell_each(people, release, connection, at=at)
    finally:
        connection.close()


def is_told(release: FormulaRelease) -> bool:
    """Everybody who can be has had their e-mail."""
    return not _untold(release).exists()


def _tell_each(
    people: Sequence[User], release: FormulaRelease, connection: BaseEmailBackend, *, at: datetime
) -> int:
    told = 0
    for user in people:
        message = _about(user, release, at=at)
        notice, is_ours = FormulaNotice.objects.get_or_create(
            user=user, version=release.version, defaults={"sent_at": at}
        )
        if not is_ours:
            continue  # another worker's
        told += 1
        if message is None:
            continue
        try:
            _hand_over(message, connection, notice)
        except _Stopped:
            return 0
    return told


def _hand_over(message: EmailMessage, connection: BaseEmailBackend, notice: FormulaNotice) -> None:
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused:
        pass  # of this address alone
    except SMTPResponseException as error:  # a plain no: it was not taken
        notice.delete()
        log.error("The mail server takes no more (%s).", error.smtp_code)
        raise _Stopped from None
    except OSError as error:  # nobody knows: rather never than twice
        log.error("The mail server went away (%s).", type(error).__name__)
        raise _Stopped from None


def _untold(release: FormulaRelease) -> QuerySet[User]:
    """People with a score and a proved address who had no notice of this version."""
    told = FormulaNotice.objects.filter(user=OuterRef("pk"), version=release.version)
    people = User.objects.filter(
        ~Exists(told),
        is_active=True,
        is_demo=False,
        profile__opted_out_at=None,
        current_score__tenths__isnull=False,
    )
    if settings.ACCOUNT_EMAIL_VERIFICATION != "none":
        people = people.filter(Exists(_proved(OuterRef("pk"))))
    return people.order_by("pk")


def _proved(user_id: Any) -> QuerySet[EmailAddress]:
    rows: QuerySet[EmailAddress] = EmailAddress.objects.filter(user=user_id, verified=True)
    return rows.order_by("-primary", "pk")


def _about(user: User, release: FormulaRelease, *, at: datetime) -> EmailMessage | None:
    """None where the score has gone in the meantime."""
    both = both_of(user.pk, release, at=at)
    proved = _proved(user.pk).first()
    if both is None:
        return None
    return _written("formula", proved.email if proved else user.email, {"both": both})


def _written(name: str, address: str, context: dict[str, Any]) -> EmailMessage:
    context = context | {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    subject = render_to_string(f"profiles/email/{name}_subject.txt", context)
    body = render_to_string(f"profiles/email/{name}_message.txt", context)
    prefix = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX
    return EmailMessage(prefix + " ".join(subject.split()), body.strip() + "\n", to=[address])
