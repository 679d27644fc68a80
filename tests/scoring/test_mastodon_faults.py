"""What a Mastodon server can do wrong, through a whole refresh: what is stored, said, planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from django.utils import timezone

from scoring.collectors.base import Budget, CollectError, Cursor, Grant, PostSeen
from scoring.collectors.http import Limits, Transport
from scoring.models import CurrentScore, LinkedAccount, Post, Progress, Reading
from scoring.networks.mastodon.collector import MastodonCollector
from scoring.services import refreshing
from tests.cast import make_linked_account, make_person
from tests.fakeserver import Handler, Reply, drop, says
from tests.mock_mastodon import MockMastodon, Person
from tests.recorded import recorded

pytestmark = pytest.mark.django_db

HASTY: Final = Limits(connect=1.0, read=1.0, total=4.0, pauses=(0.01, 0.01))
POSTS: Final = "/api/v1/accounts/*/statuses"
WAIT: Final = timedelta(minutes=7)


@dataclass
class Linked:
    """Alice's account at the mock; `posts` from the newest to the oldest, each liked by Bob."""

    account: LinkedAccount
    posts: list[str]
    mock: MockMastodon

    def refresh(self) -> bool:
        LinkedAccount.objects.update(next_refresh_at=timezone.now())
        done = refreshing.refresh_account(self.account.pk, at=timezone.now())
        self.account.refresh_from_db()
        return done

    def waits(self) -> timedelta:
        assert self.account.next_refresh_at is not None
        return self.account.next_refresh_at - timezone.now()


@pytest.fixture
def linked(mock: MockMastodon, monkeypatch, request) -> Linked:
    monkeypatch.setitem(refreshing.COLLECTORS, "mastodon", MastodonCollector(HASTY))
    suffix = abs(hash(request.node.nodeid)) % 10**9
    alice, bob = (mock.person(f"{name}{suffix}") for name in ("alice", "bob"))
    posts = [posted(mock, alice, bob, n) for n in range(3)]
    account = make_linked_account(
        make_person("alice"), token=alice.token, host=mock.host, uid=alice.uid
    )
    return Linked(account, posts[::-1], mock)


def posted(mock: MockMastodon, alice: Person, bob: Person, number: int) -> str:
    post = mock.post(alice, f"Number {number}")
    mock.favourite(post, bob)
    return post


def too_many(**headers: str) -> dict[str, Any]:
    return {"type": "status", "status": 429, "headers": headers}


def epoch() -> str:
    return str(int((timezone.now() + WAIT).timestamp()))


def iso() -> str:
    return (timezone.now() + WAIT).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("reset", [epoch, iso], ids=["a number", "a date"])
def test_a_busy_server_is_left_alone_for_as_long_as_it_says(linked, reset: Callable[[], str]):
    linked.mock.break_with("/api/v1/accounts/*", too_many(**{"X-RateLimit-Reset": reset()}))
    assert not linked.refresh()
    assert timedelta(minutes=6.9) < linked.waits() <= WAIT * 1.1
    assert linked.account.quiet_until == linked.account.next_refresh_at
    assert "asks us to wait" in linked.account.last_error


def test_a_busy_server_that_says_nothing_more_is_asked_again_in_a_minute_or_so(linked):
    linked.mock.break_with("/api/v1/accounts/*", too_many())
    assert not linked.refresh()
    assert timedelta(seconds=29) < linked.waits() <= timedelta(minutes=1.1)


class TestBusyInTheMiddleOfWhoResponded:
    @pytest.fixture
    def cut_short(self, linked: Linked) -> Linked:
        """The newest post could still be asked about, the next one not."""
        path = f"/api/v1/statuses/{linked.posts[1]}/favourited_by"
        linked.mock.break_with(path, too_many(**{"X-RateLimit-Reset": iso()}))
        assert linked.refresh()
        return linked

    def test_what_was_read_is_kept_and_counted(self, cut_short):
        assert Post.objects.count() == 3
        assert len(Post.objects.get(uid=cut_short.posts[0]).responders) == 1
        assert not Post.objects.get(uid=cut_short.posts[1]).responders
        assert CurrentScore.objects.get().posts == 3

    def test_the_rest_waits_until_the_server_is_ready(self, cut_short):
        assert timedelta(minutes=6.9) < cut_short.waits() <= WAIT * 1.1
        assert "who responded follows" in cut_short.account.last_error

    def test_the_next_refresh_goes_on_where_it_stopped(self, cut_short, monkeypatch):
        cut_short.mock.mend()
        asked = spy_on_questions(monkeypatch)
        assert cut_short.refresh()
        assert asked == cut_short.posts[1:]
        assert all(post.responders for post in Post.objects.all())
        assert cut_short.account.last_error == ""


def spy_on_questions(monkeypatch) -> list[str]:
    """The posts about which "who?" is asked from now on."""
    asked: list[str] = []
    real = Transport.get_json

    def get_json(self: Transport, url: str, **options: Any) -> Any:
        if url.endswith("/favourited_by"):
            asked.append(url.split("/")[-2])
        return real(self, url, **options)

    monkeypatch.setattr(Transport, "get_json", get_json)
    return asked


def test_a_slow_server_is_waited_for(linked):
    linked.mock.break_with("/api/v1/*", {"type": "latency", "delay_ms": 150})
    assert linked.refresh()
    assert Post.objects.count() == 3


@pytest.mark.parametrize(
    ("path", "effect", "words"),
    [
        (POSTS, {"type": "malformed"}, "can't read"),
        (POSTS, {"type": "timeout"}, "did not answer in time"),
        (POSTS, {"type": "status", "status": 502}, "trouble of its own"),
        ("/api/v1/statuses/*", {"type": "malformed"}, "can't read"),
    ],
)
def test_what_breaks_is_said_and_tried_again_and_the_score_stays(linked, path, effect, words):
    assert linked.refresh()
    before = CurrentScore.objects.values().get()
    Post.objects.update(favourites=0)  # so that who responded is asked again
    linked.mock.break_with(path, effect)
    assert not linked.refresh()
    assert words in linked.account.last_error
    assert linked.waits() <= timedelta(minutes=1.1)
    assert CurrentScore.objects.values().get() == before
    assert Reading.objects.count() == 1
    assert Progress.objects.get().step == Progress.Step.FAILED


# --- Connections that are not what they seem ------------------------------------------------


def says_and_hangs_up(data: Any) -> Callable[[Handler], None]:
    """An answer that promises nothing, and then the connection is closed (snac)."""

    def answer(handler: Handler) -> None:
        reply = says(data)
        handler.send(Reply(reply.status, reply.body, reply.headers))
        handler.close_connection = True

    return answer


def read(fake: Any) -> list[Any]:
    grant = Grant(base_url=fake.url, uid="109298348210973101", token="t0ken")
    pages = MastodonCollector(HASTY).collect(grant, Cursor(), Budget())
    return [item for page in pages for item in page.items]


@pytest.fixture
def ann(fake: Any) -> Any:
    fake.answer(
        "/api/v1/accounts/verify_credentials", says(recorded("mastodon/verify_credentials"))
    )
    fake.answer("/api/v1/accounts/109298348210973101/statuses", says([]))
    return fake


def test_a_connection_that_was_dropped_is_made_anew(ann):
    about = says_and_hangs_up(recorded("mastodon/verify_credentials"))
    ann.answer("/api/v1/accounts/verify_credentials", about)
    posts = says(recorded("mastodon/statuses"))
    ann.answer("/api/v1/accounts/109298348210973101/statuses", drop, posts, says([]))
    assert [item for item in read(ann) if isinstance(item, PostSeen)]


def test_what_can_be_sent_only_once_is_not_sent_on_a_connection_that_may_be_gone(fake):
    fake.answer("/about", says_and_hangs_up({}))
    fake.answer("/register", says({"client_id": "us"}))
    with Transport(HASTY) as transport:
        transport.get_json(f"{fake.url}/about")
        assert transport.post_form(f"{fake.url}/register", {}) == {"client_id": "us"}
    assert (fake.connections, len(fake.seen)) == (2, 2)


def test_a_token_that_is_nobodys_asks_to_reconnect(ann):
    ann.answer("/api/v1/accounts/verify_credentials", Reply(422))  # snac's word for it
    with pytest.raises(CollectError, match="connect it again") as refused:
        read(ann)
    assert refused.value.permanent


def test_a_post_is_read_though_the_server_lists_it_as_the_boost_of_somebody_else(ann):
    whole = recorded("mastodon/statuses")[0]
    own = {**whole, "account": {"id": "109298348210973101"}}
    boost = {**whole, "account": {"id": "7"}, "content": "", "reblog": own}
    posts = "/api/v1/accounts/109298348210973101/statuses"
    ann.answer(posts, says([boost]), says([]))
    [post] = [item for item in read(ann) if isinstance(item, PostSeen)]
    assert (post.uid, post.favourites) == (whole["id"], 3)
    assert post.text
