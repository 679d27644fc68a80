"""The e-mail about an announced formula: to everybody with a score, and to nobody twice."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from profiles import services
from profiles.changes import reads
from profiles.models import FormulaNotice
from profiles.services import mailing
from profiles.tasks import follow_formula
from scoring.models import FormulaRelease
from scoring.services import releasing
from tests.cast import make_person
from tests.profiles.formulas import plan, proved
from tests.profiles.scored import make_scored

pytestmark = pytest.mark.django_db


def test_everybody_with_a_score_gets_one_e_mail_with_both_scores(announced, now):
    alice = proved(make_scored("alice", at=now))
    proved(make_person("newcomer"))
    follow_formula()
    follow_formula()
    [letter] = mail.outbox
    both = reads.both_scores(alice.user_id, at=now)
    assert letter.to == ["alice@example.org"]
    assert f"Formula 1: {both.before.points:.1f}\nFormula 2: {both.after.points:.1f}" in letter.body
    assert FormulaRelease.objects.get(version=2).mailed_at


def test_points_go_to_no_address_that_was_not_proved(announced, now):
    make_scored("alice", at=now)
    follow_formula()
    assert mail.outbox == []


def test_nobody_is_told_before_the_announcement(first_only, now):
    proved(make_scored("alice", at=now))
    releasing.announce(plan(now.date() + timedelta(days=1)), today=now.date())
    follow_formula()
    assert mail.outbox == []


def test_who_opted_out_is_not_written_to(announced, now):
    services.opt_out(profile=proved(make_scored("alice", at=now)), at=now)
    follow_formula()
    assert mail.outbox == []


class Killed(BaseException):
    """As by kill -9: nothing that the code does about errors sees it."""


class Server(EmailBackend):
    """A mail server that raises `error` instead of taking the letter of number `at`."""

    error: BaseException = Killed()
    at = 1
    taken = 0

    def send_messages(self, letters):
        if Server.taken == Server.at:
            Server.at = -1
            raise Server.error
        Server.taken += 1
        return super().send_messages(letters)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.error, Server.at, Server.taken = Killed(), 1, 0
    return Server


def three_people(now):
    for name in ("alice", "bob", "carol"):
        proved(make_scored(name, at=now))


def told():
    return [letter.to[0].partition("@")[0] for letter in mail.outbox]


def test_nobody_is_told_twice_when_the_task_dies_in_between(server, announced, now):
    three_people(now)
    with pytest.raises(Killed):
        follow_formula()
    follow_formula()
    # Bob's notice was written, his e-mail not: at most once, never twice.
    assert told() == ["alice", "carol"]
    assert FormulaRelease.objects.get(version=2).mailed_at


def test_a_server_that_says_no_is_asked_again(server, announced, now):
    server.error = SMTPSenderRefused(451, b"later", "no-reply@example.org")
    three_people(now)
    follow_formula()
    assert told() == ["alice"]
    assert FormulaRelease.objects.get(version=2).mailed_at is None
    follow_formula()
    assert told() == ["alice", "bob", "carol"]


def test_a_line_that_breaks_is_no_reason_to_write_twice(server, announced, now):
    server.error = SMTPServerDisconnected()
    three_people(now)
    follow_formula()
    follow_formula()
    assert told() == ["alice", "carol"]


def test_one_address_that_does_not_work_holds_up_nobody(server, announced, now):
    server.error = SMTPRecipientsRefused({})
    three_people(now)
    follow_formula()
    assert told() == ["alice", "carol"]


def test_without_a_mail_server_everybody_is_still_to_be_told(settings, announced, now):
    proved(make_scored("alice", at=now))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    follow_formula()
    assert not FormulaNotice.objects.exists()
    assert not mailing.is_told(announced)
