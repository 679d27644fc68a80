"""/settings/archives/: bringing, watching and deleting archives in a browser without a script."""

from __future__ import annotations

import errno
import io
import re
from pathlib import Path
from threading import Event

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from profiles import services, uploads
from profiles.views import archives as views
from scoring.archives import sieving
from scoring.models import Archive, Post
from scoring.services import importing
from tests import archives_made as made
from tests.cast import make_linked_account, make_person

pytestmark = pytest.mark.django_db
X = made.zipped(made.x(uid="12497"))


@pytest.fixture(autouse=True)
def root(settings, tmp_path) -> Path:
    settings.ARCHIVES_ROOT = tmp_path / "archives"
    return settings.ARCHIVES_ROOT


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[int]:
    rung: list[int] = []
    monkeypatch.setattr(views, "ring", rung.append)
    return rung


@pytest.fixture
def alice(client):
    owner = make_person("alice")
    client.force_login(owner.user)
    return owner


def bring(client: Client, archive: bytes = X, name: str = "twitter.zip", **more: str):
    file = SimpleUploadedFile(name, archive)
    return client.post("/settings/archives/upload/", {"archive": file, **more})


def folders(root: Path) -> list[Path]:
    return list(root.iterdir()) if root.is_dir() else []


def test_an_archive_arrives_without_javascript(client, alice, rung, root):
    response = bring(client)
    row = Archive.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/settings/archives/")
    assert (row.user, row.network, row.name, row.bytes) == (alice.user, "x", "twitter.zip", len(X))
    assert rung == [row.pk]
    assert [folder.name for folder in folders(root)] == [row.folder]


def test_the_page_says_what_became_of_it(client, alice):
    make_linked_account(alice, network="x", host="x.com", uid="12497", handle="alice")
    bring(client)
    page = client.get("/settings/archives/").content.decode()
    assert "Waiting for a worker" in page
    assert "hx-get" in page
    importing.import_archive(Archive.objects.get().pk, at=timezone.now())
    page = client.get("/settings/archives/").content.decode()
    assert "Imported" in page
    assert re.search(r"<dt>Public posts</dt><dd>3</dd>", page)
    assert "hx-get" not in page


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        (b"hello", "none of the archives that we can read"),
        (b"", "The file is empty"),
        (X[:500], "damaged or was cut off"),
        (made.zipped({"a.txt": "b"}), "none of the archives that we can read"),
    ],
)
def test_a_refusal_is_in_plain_words_and_leaves_nothing(archive, words, client, alice, root):
    response = bring(client, archive)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Archive.objects.exists()
    assert not folders(root)


def test_without_a_file_one_is_asked_for_it(client, alice):
    response = client.post("/settings/archives/upload/", {})
    assert "Please choose the file" in response.content.decode()


def test_more_than_may_be_uploaded_is_refused_before_it_is_read(client, alice, settings):
    settings.ARCHIVES_GIGABYTES = 0
    response = bring(client)
    assert response.status_code == 422
    assert "larger than 0 GB" in response.content.decode()


def test_one_at_a_time(client, alice):
    bring(client)
    assert "One at a time" in bring(client).content.decode()
    assert Archive.objects.count() == 1


def test_five_an_hour(client, alice):
    codes = [bring(client, b"hello").status_code for _number in range(6)]
    assert codes == [422] * 5 + [429]


def test_while_another_one_comes_in_one_has_to_wait(client, alice):
    cache.add("archive-upload:0", 1)
    assert "coming in just now" in bring(client).content.decode()


def test_a_stalled_upload_keeps_its_place(monkeypatch):
    monkeypatch.setattr(uploads, "BEAT_SECONDS", 0.01)
    beaten = Event()
    place = uploads.Place(beaten.set)
    place.take()
    cache.delete("archive-upload:0")  # as if its time had run out
    assert beaten.wait(5)
    assert cache.get("archive-upload:0") == 1
    place.leave()


def test_the_place_is_given_back(client, alice):
    bring(client, b"hello")
    assert cache.get("archive-upload:0") is None


def test_a_form_of_another_site_is_refused_and_leaves_nothing(alice, root):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.user)
    assert bring(strict).status_code == 403
    assert not Archive.objects.exists()
    assert not folders(root)


def test_the_forms_own_token_is_taken(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.user)
    page = strict.get("/settings/archives/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    assert bring(strict, csrfmiddlewaretoken=token[1]).status_code == 302


def test_a_name_from_outside_is_only_ever_text(client, alice, root):
    bring(client, name="../../<b>evil</b>.zip")
    assert "<b>evil" not in client.get("/settings/archives/").content.decode()
    assert {folder.parent for folder in folders(root)} == {root}


def test_who_has_opted_out_brings_nothing(client, alice):
    services.opt_out(profile=alice, at=timezone.now())
    assert bring(client)["Location"] == "/settings/privacy/"
    assert not Archive.objects.exists()


def test_strangers_and_others_find_nothing(client, alice):
    bring(client)
    row = Archive.objects.get()
    stranger, charlie = Client(), Client()
    charlie.force_login(make_person("charlie").user)
    for method, path in [("get", ""), ("post", "delete/")]:
        address = f"/settings/archives/{row.pk}/{path}"
        assert "/accounts/login/" in getattr(stranger, method)(address)["Location"]
        assert getattr(charlie, method)(address).status_code == 404
    assert Archive.objects.filter(pk=row.pk).exists()


def test_one_may_delete_ones_own(client, alice, root, django_capture_on_commit_callbacks):
    make_linked_account(alice, network="x", host="x.com", uid="12497", handle="alice")
    bring(client)
    row = Archive.objects.get()
    importing.import_archive(row.pk, at=timezone.now())
    assert Post.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/settings/archives/{row.pk}/delete/")
    assert not Archive.objects.exists()
    assert not Post.objects.exists()
    assert not folders(root)


def test_the_page_says_what_archives_can_tell(client, alice):
    page = client.get("/settings/archives/").content.decode()
    assert "Mastodon" in page
    assert "What it does not" in page


def test_a_disk_that_is_full_is_told_in_words_and_leaves_nothing(client, alice, root, monkeypatch):
    def full(*_args: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sieving.Sieve, "_write", full)
    response = bring(client)
    assert response.status_code == 503
    assert "There is no room for archives here just now" in response.content.decode()
    assert not folders(root)
    assert cache.get("archive-upload:0") is None


def test_a_folder_that_cannot_be_made_is_told_in_words(client, alice, settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.ARCHIVES_ROOT = tmp_path / "file" / "archives"
    response = bring(client)
    assert response.status_code == 503
    assert "no room for archives" in response.content.decode()


def body(archive: bytes, *, end: bytes = b"\r\n--b--\r\n") -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="archive"; filename="a.zip"\r\n\r\n'
    return head + archive + end


def send(client: Client, data: bytes, *, says: int | None = None):
    return client.generic(
        "POST",
        "/settings/archives/upload/",
        data,
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(len(data) if says is None else says),
        **{"wsgi.input": io.BytesIO(data)},
    )


@pytest.mark.parametrize("cut", [1200, 1500, 1900])
def test_who_leaves_in_the_middle_leaves_nothing(cut, client, alice, root):
    whole = body(X)
    response = send(client, whole[:-cut], says=len(whole))
    assert response.status_code in {400, 422}
    assert not Archive.objects.exists()
    assert not folders(root)
    assert cache.get("archive-upload:0") is None


@pytest.mark.parametrize(
    "data", [b"", b"--b\r\n", b"rubbish", body(b"")[:30], body(X).replace(b"archive", b"other")]
)
def test_a_form_that_is_none_is_refused_and_leaves_nothing(data, client, alice, root):
    assert send(client, data).status_code in {400, 422}
    assert not Archive.objects.exists()
    assert not folders(root)


def test_a_file_name_is_only_what_can_be_shown(client, alice):
    strange = body(X).replace(b"a.zip", b"a\xe2\x80\xae.zip")
    assert send(client, strange).status_code == 302
    assert Archive.objects.get().name.isprintable()
    assert client.get("/settings/archives/").status_code == 200


def test_the_page_says_which_accounts_cannot_be_connected_here(client, alice, settings):
    settings.NETWORK_KEYS = {}
    page = client.get("/settings/archives/").content.decode()
    assert "Accounts at X can&#x27;t be connected here" in page or "Accounts at X can't" in page
    assert "Accounts at Mastodon can" not in page
