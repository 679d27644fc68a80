from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from klout_site import leaving
from profiles import services
from profiles.appeals import reads
from profiles.models import Appeal
from scoring.models import AccountSignals, LinkedAccount
from scoring.services.rescoring import rescore
from tests.cast import NOW, make_linked_account, make_person
from tests.profiles.scored import give_signals, make_scored

pytestmark = pytest.mark.django_db
WORDS = "I have four thousand followers, not nine hundred."


@pytest.fixture
def alice(client):
    profile = make_scored("alice")
    client.force_login(profile.user)
    return profile


def account_of(profile):
    return LinkedAccount.objects.get(user=profile.user)


def address(profile, part="audience"):
    return f"{reverse('appeal')}?part={part}&account={account_of(profile).pk}"


def appealed(profile, *, part="audience", at=NOW):
    about = reads.subject(profile.user_id, part=part, account=account_of(profile).pk)
    return services.appeal(profile=profile, about=about, text=WORDS, at=at)


def answer(appeal, by, *, outcome="mended", words="Read again: 4,000 it is."):
    services.answer_appeal(appeal_id=appeal.pk, outcome=outcome, answer=words, by=by, at=NOW)


def test_a_person_says_that_a_part_is_wrong(client, alice):
    client.post(address(alice), {"text": WORDS})
    sent = Appeal.objects.get()
    assert (sent.user, sent.kind, sent.part, sent.text) == (alice.user, "part", "audience", WORDS)
    assert sent.account_number == account_of(alice).pk


def test_the_form_shows_what_is_shown_now(client, alice):
    part = reads.subject(alice.user_id, part="audience", account=account_of(alice).pk)
    page = client.get(address(alice)).content.decode()
    assert f"{part.shown['points']:.1f} points" in page
    assert f"{part.shown['score']:.1f}" in page


def test_staff_see_what_the_person_saw_also_after_it_has_changed(client, alice, staff):
    sent = appealed(alice)
    AccountSignals.objects.all().delete()
    give_signals(account_of(alice), followers=4, posts=10)
    rescore(alice.user_id, at=NOW)
    now = reads.subject(alice.user_id, part="audience", account=account_of(alice).pk)
    page = staff.get(reverse("admin:profiles_appeal_change", args=[sent.pk])).content.decode()
    assert now.shown["points"] < sent.shown["points"]
    assert f"{sent.shown['points']:.1f} points" in page
    assert f"{now.shown['points']:.1f} points" in page
    assert WORDS in page


def test_a_person_asks_for_a_human_look(client, alice):
    client.post(reverse("appeal"), {"text": "All of this looks too low to me."})
    assert Appeal.objects.get().kind == Appeal.Kind.LOOK


def test_somebody_without_a_score_may_ask_too(client):
    client.force_login(make_person("newcomer").user)
    client.post(reverse("appeal"), {"text": "Why do I have no number at all?"})
    assert Appeal.objects.get().shown == {}


def test_fourteen_days_are_the_deadline_and_the_person_is_told(client, alice):
    sent = appealed(alice)
    assert sent.due_at - sent.sent_at == timedelta(days=14)
    assert "within 14 days" in client.get(address(alice)).content.decode()


@pytest.mark.parametrize("text", ["", "too short", "x" * 2001])
def test_an_appeal_takes_10_to_2000_characters(client, alice, text):
    assert client.post(address(alice), {"text": text}).status_code == 200
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    "query",
    ["part=nothing", "part=audience", "part=audience&account=0", "part=audience&account=9" * 9],
)
def test_there_is_no_appeal_about_what_is_not_there(client, alice, query):
    assert client.get(f"{reverse('appeal')}?{query}").status_code == 404


def test_charlie_cant_appeal_about_alices_part(client, alice):
    client.force_login(make_scored("charlie").user)
    assert client.get(address(alice)).status_code == 404
    assert client.post(address(alice), {"text": WORDS}).status_code == 404


def test_charlie_sees_none_of_alices_appeals(client, alice):
    appealed(alice)
    client.force_login(make_person("charlie").user)
    assert WORDS not in client.get(reverse("appeals")).content.decode()


def test_to_charlie_there_is_no_list_of_appeals(client, alice):
    client.force_login(make_person("charlie").user)
    sent = appealed(alice)
    url = reverse("admin:profiles_appeal_change", args=[sent.pk])
    assert client.get(url, follow=True).status_code == 404
    again = reverse("admin:profiles_appeal_read_again", args=[sent.pk])
    assert client.post(again, follow=True).status_code == 404


def test_no_more_than_five_wait_at_a_time(client, alice, staff):
    for _ in range(5):
        sent = appealed(alice)
    client.force_login(alice.user)
    assert "5 of your appeals" in client.post(address(alice), {"text": WORDS}).content.decode()
    answer(sent, make_person("helper").user)
    client.post(address(alice), {"text": WORDS})
    assert Appeal.objects.count() == 6


# --- Staff ---------------------------------------------------------------------------------


@pytest.fixture
def staff():
    other = Client()
    other.force_login(make_person("staff", is_staff=True, is_superuser=True).user)
    return other


def test_staff_answer_and_the_person_reads_it(
    client, alice, staff, django_capture_on_commit_callbacks
):
    sent = appealed(alice)
    url = reverse("admin:profiles_appeal_change", args=[sent.pk])
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(url, {"outcome": "kept", "answer": "Your server says 900."})
    sent.refresh_from_db()
    assert (sent.outcome, sent.answered_by.email) == ("kept", "staff@example.org")
    assert "Your server says 900." in client.get(reverse("appeals")).content.decode()
    assert LogEntry.objects.filter(object_id=str(sent.pk)).exists()


def test_the_e_mail_says_that_there_is_an_answer_and_not_which(
    alice, django_capture_on_commit_callbacks
):
    sent = appealed(alice)
    with django_capture_on_commit_callbacks(execute=True):
        answer(sent, make_person("helper").user)
    [letter] = mail.outbox
    assert letter.to == ["alice@example.org"]
    assert reverse("appeals") in letter.body
    assert "4,000" not in letter.body
    assert WORDS not in letter.body


def test_a_mail_server_that_is_down_does_not_lose_the_answer(
    alice, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    sent = appealed(alice)
    with django_capture_on_commit_callbacks(execute=True):
        answer(sent, make_person("helper").user)
    sent.refresh_from_db()
    assert sent.outcome == Appeal.Outcome.MENDED


def test_an_answer_is_given_once(alice):
    sent, helper = appealed(alice), make_person("helper").user
    answer(sent, helper)
    with pytest.raises(services.AlreadyAnswered):
        answer(sent, helper, outcome="kept", words="No.")
    sent.refresh_from_db()
    assert sent.answer == "Read again: 4,000 it is."


def test_staff_cant_change_an_answer_that_was_given(alice, staff):
    sent = appealed(alice)
    answer(sent, make_person("helper").user)
    url = reverse("admin:profiles_appeal_change", args=[sent.pk])
    assert staff.get(url).status_code == 200
    assert staff.post(url, {"outcome": "kept", "answer": "No."}).status_code == 403


def test_staff_can_neither_write_nor_delete_appeals(alice, staff):
    sent = appealed(alice)
    assert staff.get(reverse("admin:profiles_appeal_add")).status_code == 403
    assert staff.post(reverse("admin:profiles_appeal_delete", args=[sent.pk])).status_code == 403


def test_the_database_wants_words_with_an_answer(alice):
    sent = appealed(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=sent.pk).update(outcome="kept", answered_at=NOW)


def test_what_waits_longest_stands_first_and_what_is_late_is_marked(alice, staff):
    now = timezone.now()
    soon, late = appealed(alice, at=now), appealed(alice, at=now - timedelta(days=15))
    rows = staff.get(reverse("admin:profiles_appeal_changelist")).context["cl"].result_list
    assert [row.pk for row in rows] == [late.pk, soon.pk]
    url = reverse("admin:profiles_appeal_changelist") + "?state=overdue"
    answer_page = staff.get(url)
    assert [row.pk for row in answer_page.context["cl"].result_list] == [late.pk]
    assert "· overdue" in answer_page.content.decode()


def test_staff_have_the_account_read_again(alice, staff, rings):
    sent, account = appealed(alice), account_of(alice)
    LinkedAccount.objects.update(next_refresh_at=timezone.now() + timedelta(days=1))
    other = make_linked_account(alice, "other")
    staff.post(reverse("admin:profiles_appeal_read_again", args=[sent.pk]))
    account.refresh_from_db()
    assert rings == [account.pk] != [other.pk]
    assert account.next_refresh_at <= timezone.now()


# --- Leaving -------------------------------------------------------------------------------


def test_opting_out_deletes_what_one_wrote(alice):
    answer(appealed(alice), make_person("helper").user)
    appealed(alice)
    services.opt_out(profile=alice, at=NOW)
    assert not Appeal.objects.exists()


def test_ones_privacy_page_counts_them(client, alice):
    appealed(alice)
    assert leaving.what_is_kept(alice).appeals == 1
    assert "Appeals, with their answers" in client.get(reverse("privacy")).content.decode()


def test_who_has_opted_out_has_nothing_to_appeal_against(client, alice):
    about = reads.subject(alice.user_id)
    services.opt_out(profile=alice, at=NOW)
    assert client.get(reverse("appeal")).status_code == 404
    with pytest.raises(services.OptedOut):
        services.appeal(profile=alice, about=about, text=WORDS, at=NOW)


def test_a_snapshot_names_no_account(alice):
    assert "alice@" not in str(appealed(alice).shown)
