"""From a kept archive to posts, a reading and a score; or to a no, in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from profiles import services as profile_services
from scoring import vault
from scoring.archives import SIEVE, ArchiveRefused
from scoring.models import Archive, CurrentScore, LinkedAccount, Post, Reading, Suppression
from scoring.services import archiving, importing
from scoring.services.linking import hash_of
from scoring.services.owning import BY_EMAIL
from tests import archives_made as made
from tests.cast import make_linked_account, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.ARCHIVES_ROOT = tmp_path / "archives"


@pytest.fixture
def alice():
    return make_person("alice")


def bring(owner, archive: bytes, **fields: Any) -> Archive:
    path = archiving.new_folder()
    folder = SIEVE.keep(made.chunks(archive), path)
    now = fields.pop("at", timezone.now())
    return archiving.receive(
        user_id=owner.user_id, folder=folder, name="a.zip", size=len(archive), at=now, **fields
    )


def bring_and_read(owner, archive: bytes, **fields: Any) -> Archive:
    row = bring(owner, archive, **fields)
    importing.import_archive(row.pk, at=timezone.now())
    row.refresh_from_db()
    return row


def link(owner, network: str, **fields: Any) -> LinkedAccount:
    hosts = {"x": "x.com", "mastodon": "social.example.org", "youtube": "youtube.com"}
    given = {"network": network, "host": hosts.get(network, f"{network}.com"), "url": ""}
    return make_linked_account(owner, **{**given, "handle": "alice", **fields})


LINKS: dict[str, dict[str, Any]] = {
    "x": {"uid": "12497"},
    "mastodon": {"handle": "alice@social.example.org", "uid": "7"},
    "bluesky": {"uid": made.DID, "handle": "alice.example.org"},
    "linkedin": {"proofs": ["linkedin", "email:alice@example.org"]},
    "instagram": {"handle": "@Alice"},
    "facebook": {"url": "https://facebook.com/alice.mueller"},
    "youtube": {"proofs": ["youtube", f"channel:{made.CHANNEL.lower()}"]},
    "foursquare": {"uid": "13674"},
}
ARCHIVES: dict[str, tuple[bytes, int]] = {
    "x": (made.zipped(made.x(uid="12497")), 3),
    "mastodon": (made.tarred(made.mastodon()), 2),
    "bluesky": (made.bluesky(), 2),
    "linkedin": (made.zipped(made.linkedin()), 1),
    "instagram": (made.zipped(made.instagram()), 2),
    "facebook": (made.zipped(made.facebook()), 3),
    "youtube": (made.zipped(made.youtube()), 1),
    "foursquare": (made.zipped(made.swarm()), 2),
}


@pytest.mark.parametrize("network", LINKS)
def test_each_network_imports_for_its_owner(network, alice):
    fields = dict(LINKS[network])
    if proof := fields.pop("proofs", None):
        fields["proofs"] = [vault.mark(*proof)]
    account = link(alice, network, **fields)
    archive, posts = ARCHIVES[network]
    row = bring_and_read(alice, archive)
    assert (row.state, row.why) == (Archive.State.DONE, "")
    assert row.account == account
    assert account.posts.filter(archive=row).count() == row.brought["posts"] == posts
    assert not archiving.folder_of(row).exists()


@pytest.mark.parametrize("network", LINKS)
def test_an_archive_of_somebody_else_is_refused(network, alice):
    link(alice, network, uid="bob", handle="bob")
    row = bring_and_read(alice, ARCHIVES[network][0])
    assert row.state == Archive.State.REFUSED
    assert ("that you have confirmed here" if network in BY_EMAIL else "your account at") in row.why
    assert not Post.objects.exists()
    assert not archiving.folder_of(row).exists()


def test_without_an_account_there_one_is_told_to_connect_it(alice, settings):
    settings.NETWORK_KEYS = {"x": ("id", "secret")}
    row = bring_and_read(alice, ARCHIVES["x"][0])
    assert row.why.startswith("This archive is of @Alice. Connect that account")


def test_where_no_account_can_be_connected_one_is_told_so(alice, settings):
    settings.NETWORK_KEYS = {}
    row = bring_and_read(alice, ARCHIVES["x"][0])
    assert "accounts at X can't be connected here yet" in row.why


def test_who_has_several_pages_brings_the_archive_for_the_one_connected_first(alice):
    EmailAddress.objects.create(user=alice.user, email="alice@example.org", verified=True)
    first = link(alice, "facebook", uid="1", handle="Tea house")
    link(alice, "facebook", uid="2", handle="Pottery", connected_at=first.connected_at + HOUR)
    assert bring_and_read(alice, ARCHIVES["facebook"][0]).account == first


def test_pages_to_look_at_are_refused_with_what_to_do(alice):
    name = "personal_information/profile_information/profile_information.html"
    with pytest.raises(ArchiveRefused, match="choose the format JSON"):
        bring(alice, made.zipped({name: "<html>"}))


NASTY = ["a\0b", "\ud800@b.co", 10**400, -1, float("nan"), "9" * 400, "9999-12-31T23:59:59+14:00"]


@pytest.mark.parametrize("nasty", NASTY, ids=ascii)
def test_whatever_stands_in_it_the_database_takes_it_or_it_is_refused(nasty, alice):
    """In each file by turns, in place of all values."""
    link(alice, "instagram", handle="alice")
    for name, text in made.instagram().items():
        spoilt = json.dumps(_all_replaced(json.loads(text), nasty))
        row = bring_and_read(alice, made.zipped({**made.instagram(), name: spoilt}))
        assert row.state in {Archive.State.DONE, Archive.State.REFUSED}


def _all_replaced(value: Any, by: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all_replaced(inner, by) for key, inner in value.items()}
    return [_all_replaced(inner, by) for inner in value] if isinstance(value, list) else by


def test_an_archive_that_says_it_is_endless_is_imported_all_the_same(alice):
    link(alice, "x", **LINKS["x"])
    files = {
        name: str(text).replace('"count": 5', '"count": "999999999999"')
        for name, text in made.x(uid="12497").items()
    }
    assert bring_and_read(alice, made.zipped(files)).state == Archive.State.DONE


def test_an_archive_that_names_nobody_is_refused(alice):
    link(alice, "linkedin")
    files = {"Connections.csv": made.linkedin()["Connections.csv"]}
    assert "does not say whose it is" in bring_and_read(alice, made.zipped(files)).why


def test_a_verified_log_in_speaks_for_a_linkedin_archive(alice):
    link(alice, "linkedin")
    email = EmailAddress.objects.create(user=alice.user, email="alice@example.org", verified=False)
    assert bring_and_read(alice, ARCHIVES["linkedin"][0]).state == Archive.State.REFUSED
    EmailAddress.objects.filter(pk=email.pk).update(verified=True)
    assert bring_and_read(alice, ARCHIVES["linkedin"][0]).state == Archive.State.DONE


def test_what_is_no_archive_is_refused_at_the_door(alice):
    with pytest.raises(ArchiveRefused, match="none of the archives that we can read"):
        bring(alice, made.zipped({"holiday.txt": "x"}))
    assert not Archive.objects.exists()


def test_one_archive_at_a_time(alice):
    bring(alice, ARCHIVES["x"][0])
    with pytest.raises(ArchiveRefused, match="One at a time"):
        bring(alice, ARCHIVES["x"][0])


def test_the_reading_is_dated_and_counts_what_posts_received(alice):
    link(alice, "x", **LINKS["x"])
    row = bring_and_read(alice, ARCHIVES["x"][0])
    reading = Reading.objects.get(archive=row)
    assert reading.taken_at == row.as_of == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert (reading.followers, reading.following) == (5, 1)
    assert reading.posts == [[2, 2, None], [1, 2, None], [0, 2, None]]


def test_no_archive_is_of_the_future(alice):
    link(alice, "x", **LINKS["x"])
    files = {
        name: str(text).replace("2024-05", "2090-05") for name, text in made.x(uid="12497").items()
    }
    row = bring_and_read(alice, made.zipped(files))
    assert row.as_of == row.uploaded_at


def test_what_a_live_collection_has_seen_stays(alice):
    account = link(alice, "x", **LINKS["x"])
    now = timezone.now()
    Post.objects.create(account=account, uid="1001", created_at=now, text="Live", favourites=99)
    bring_and_read(alice, ARCHIVES["x"][0])
    live = Post.objects.get(uid="1001")
    assert (live.text, live.favourites, live.archive) == ("Live", 99, None)


def test_only_the_newest_posts_are_kept_and_all_are_counted(alice, monkeypatch):
    monkeypatch.setattr(importing, "POSTS_KEPT", 10)
    monkeypatch.setattr(importing, "ENTRIES_AT_ONCE", 7)
    link(alice, "x", **LINKS["x"])
    row = bring_and_read(alice, made.zipped(made.x(tweets=45, uid="12497")))
    assert row.brought["posts"] == 45
    assert sorted(int(post.uid) for post in row.posts.all()) == list(range(1035, 1045))


def test_a_newer_upload_replaces_the_older_one(alice):
    link(alice, "x", **LINKS["x"])
    first = bring_and_read(alice, ARCHIVES["x"][0])
    second = bring_and_read(alice, made.zipped(made.x(tweets=1, uid="12497")))
    assert list(Archive.objects.all()) == [second]
    assert list(Post.objects.values_list("uid", "archive")) == [("1000", second.pk)]
    assert Reading.objects.filter(archive=first.pk).count() == 0


def test_an_import_that_died_goes_on_where_it_was(alice, monkeypatch):
    monkeypatch.setattr(importing, "ENTRIES_AT_ONCE", 10)
    link(alice, "x", **LINKS["x"])
    row = bring(alice, made.zipped(made.x(tweets=48, uid="12497")))
    stored, store = [], importing._store

    def die_at_the_third(run, batch):
        stored.append(len(batch))
        if len(stored) == 4:
            raise MemoryError
        store(run, batch)

    monkeypatch.setattr(importing, "_store", die_at_the_third)
    with pytest.raises(MemoryError):
        importing.import_archive(row.pk, at=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.done, row.total) == (Archive.State.READING, 20, 50)
    importing.go_on(row.pk, at=timezone.now())
    importing.import_archive(row.pk, at=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.done, row.brought["posts"]) == (Archive.State.DONE, 50, 48)
    assert stored == [0, 10, 10, 10, 0, 10, 10, 10]


def test_an_import_that_gets_nowhere_is_given_up_in_words(alice, monkeypatch):
    link(alice, "x", **LINKS["x"])
    row = bring(alice, ARCHIVES["x"][0])

    def die(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(importing, "_read", die)
    for _try in range(importing.MOST_TRIES):
        with pytest.raises(MemoryError):
            importing.import_archive(row.pk, at=timezone.now())
        importing.go_on(row.pk, at=timezone.now())
    assert not importing.import_archive(row.pk, at=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.next_try_at) == (Archive.State.REFUSED, None)
    assert "several times" in row.why


def test_only_one_worker_gets_it(alice):
    row, now = bring(alice, ARCHIVES["x"][0]), timezone.now()
    assert importing.claim(row.pk, at=now)
    assert importing.claim(row.pk, at=now) is None


def test_an_account_that_leaves_meanwhile_gets_nothing(alice, monkeypatch):
    account = link(alice, "x", **LINKS["x"])
    row = bring(alice, ARCHIVES["x"][0])
    look = importing._read

    def leave_first(run, entries):
        account.delete()
        look(run, entries)

    monkeypatch.setattr(importing, "_read", leave_first)
    assert not importing.import_archive(row.pk, at=timezone.now())
    assert not Post.objects.exists()


def test_deleting_an_archive_takes_all_it_brought(alice):
    account = link(alice, "x", **LINKS["x"])
    row = bring_and_read(alice, ARCHIVES["x"][0])
    archiving.delete_archive(row, at=timezone.now())
    assert not Post.objects.exists()
    assert not Reading.objects.exists()
    assert LinkedAccount.objects.filter(pk=account.pk).exists()


def test_opting_out_deletes_archives_and_files(alice, django_capture_on_commit_callbacks):
    link(alice, "x", **LINKS["x"])
    row = bring(alice, ARCHIVES["x"][0])
    with django_capture_on_commit_callbacks(execute=True):
        profile_services.opt_out(profile=alice, at=timezone.now())
    assert not Archive.objects.exists()
    assert not archiving.folder_of(row).exists()


# --- Google+ -----------------------------------------------------------------------------


def test_google_plus_becomes_an_account_of_its_own(alice):
    link(alice, "youtube", uid="10000000001")
    row = bring_and_read(alice, made.zipped(made.google_plus()))
    account = LinkedAccount.objects.get(network="googleplus")
    assert (row.account, row.state) == (account, Archive.State.DONE)
    assert (account.uid, account.next_refresh_at, account.host) == (
        "10000000001",
        None,
        "plus.google.com",
    )
    reading = Reading.objects.get(account=account)
    assert (reading.responders, reading.posts) == (5, [[2, 1, 1], [2, 1, 1]])
    now = CurrentScore.objects.get(user=alice.user)
    assert (now.tenths, now.posts) == (None, 2)


def test_google_plus_names_nobody_who_responded(alice):
    link(alice, "youtube", uid="10000000001")
    bring_and_read(alice, made.zipped(made.google_plus()))
    numbers = {number for post in Post.objects.all() for number in post.responders}
    assert vault.person_number(network="googleplus", who="20000000001") in numbers
    assert not numbers & {20000000001, 20000000002, 20000000003}


def test_google_plus_by_a_verified_log_in(alice):
    EmailAddress.objects.create(user=alice.user, email="alice@example.org", verified=True)
    assert bring_and_read(alice, made.zipped(made.google_plus())).state == Archive.State.DONE


def test_google_plus_of_a_stranger_is_refused(alice):
    row = bring_and_read(alice, made.zipped(made.google_plus()))
    assert "To show that this is you" in row.why
    assert not LinkedAccount.objects.exists()


def test_google_plus_of_somebody_who_has_brought_it_is_refused(alice):
    bob = make_person("bob")
    for owner in (alice, bob):
        EmailAddress.objects.create(user=owner.user, email=owner.user.email, verified=True)
    bring_and_read(alice, made.zipped(made.google_plus()))
    row = bring_and_read(bob, made.zipped(made.google_plus(email="bob@example.org")))
    assert "Somebody else has brought" in row.why


def test_an_identity_that_opted_out_is_refused_until_its_owner_comes_back(alice):
    EmailAddress.objects.create(user=alice.user, email="alice@example.org", verified=True)
    gone = LinkedAccount(network="googleplus", host="plus.google.com", uid="10000000001")
    now = timezone.now()
    Suppression.objects.create(identity_hash=hash_of(gone), opted_out_at=now)
    archive = made.zipped(made.google_plus())
    assert "opted out" in bring_and_read(alice, archive).why
    again = bring_and_read(alice, archive, opted_in_at=now + timedelta(seconds=1))
    assert again.state == Archive.State.DONE


# --- what lies around --------------------------------------------------------------------


def test_folders_of_uploads_that_broke_off_go(alice, settings):
    row = bring(alice, ARCHIVES["x"][0])
    orphan = archiving.new_folder()
    archiving.forget_orphans(at=timezone.now())
    assert orphan.exists()
    archiving.forget_orphans(at=timezone.now() + timedelta(hours=2))
    assert not orphan.exists()
    assert archiving.folder_of(row).exists()


def test_folders_are_closed_to_others():
    assert archiving.new_folder().stat().st_mode & 0o777 == 0o700


def test_files_that_are_gone_are_told_of(alice):
    link(alice, "x", **LINKS["x"])
    row = bring(alice, ARCHIVES["x"][0])
    archiving.discard(archiving.folder_of(row))
    importing.import_archive(row.pk, at=timezone.now())
    row.refresh_from_db()
    assert "no longer here" in row.why


def test_a_google_plus_archive_without_public_posts_leaves_no_account(alice):
    link(alice, "youtube", uid="10000000001")
    files = {"Takeout/Google+ Stream/Posts/a.json": made.plus_post(0, public=False)}
    assert "nothing in this archive" in bring_and_read(alice, made.zipped(files)).why
    assert not LinkedAccount.objects.filter(network="googleplus").exists()
