"""Each format, from the bytes that a network gives to posts and counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scoring.archives import SIEVE, ArchiveRefused, Seen, format_of
from scoring.collectors.base import PostSeen, Responses
from tests import archives_made as made


@dataclass(frozen=True)
class Told:
    network: str
    seen: Seen
    posts: list[PostSeen]
    responses: list[Responses]
    entries: int
    kept: list[str]


def read(archive: bytes, folder: Path) -> Told:
    folder.mkdir(exist_ok=True)
    kept = SIEVE.keep(made.chunks(archive), folder)
    known = format_of(kept)
    assert known is not None
    seen = known.look(kept)
    entries = list(known.entries(kept, seen))
    parts = [part for entry in entries if entry for part in entry]
    return Told(
        known.network,
        seen,
        [part for part in parts if isinstance(part, PostSeen)],
        [part for part in parts if isinstance(part, Responses)],
        len(entries),
        [member.name for member in kept.members],
    )


EVERY: dict[str, Any] = {
    "x": made.zipped(made.x()),
    "mastodon": made.tarred(made.mastodon()),
    "bluesky": made.bluesky(),
    "linkedin": made.zipped(made.linkedin()),
    "googleplus": made.zipped(made.google_plus()),
    "instagram": made.zipped(made.instagram()),
    "facebook": made.zipped(made.facebook()),
    "youtube": made.tarred(made.youtube()),
    "foursquare": made.zipped(made.swarm()),
}


@pytest.mark.parametrize("network", EVERY)
def test_it_is_known_by_what_is_in_it(network, tmp_path):
    assert read(EVERY[network], tmp_path).network == network


@pytest.mark.parametrize("network", sorted(EVERY.keys() - {"bluesky"}))
def test_a_folder_around_it_changes_nothing(network, tmp_path):
    files = getattr(
        made, {"foursquare": "swarm", "googleplus": "google_plus"}.get(network, network)
    )()
    inside = {
        name if name.startswith("Takeout") else f"export 2024/{name}": c
        for name, c in files.items()
    }
    plain, nested = read(EVERY[network], tmp_path / "a"), read(made.zipped(inside), tmp_path / "b")
    assert (nested.posts, nested.seen) == (plain.posts, plain.seen)


@pytest.mark.parametrize("network", EVERY)
def test_messages_and_media_are_never_kept(network, tmp_path):
    kept = " ".join(read(EVERY[network], tmp_path).kept).lower()
    assert not any(word in kept for word in ("message", "mp4", "verlauf", "abos", "vcf"))


def test_x_gives_own_posts_with_what_they_received(tmp_path):
    told = read(EVERY["x"], tmp_path)
    assert [post.uid for post in told.posts] == ["1000", "1001", "1002"]
    newest = told.posts[-1]
    assert (newest.favourites, newest.reposts, newest.replies) == (2, 2, None)
    assert newest.text == "Tweet 2 & more #tea"
    assert newest.hashtags == ("tea",)
    assert newest.created_at == datetime(2023, 1, 1, 2, tzinfo=UTC)


def test_x_says_whose_it_is_and_when_it_was_made(tmp_path):
    seen = read(made.zipped(made.x(uid="12497")), tmp_path).seen
    assert seen.names == ("id:12497", "handle:alice")
    assert (seen.followers, seen.following, seen.total) == (5, 1, 5)
    assert seen.as_of == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_x_of_old_years_has_its_tweets_bare(tmp_path):
    files = {"account.js": made.x()["data/account.js"]}
    files["tweet.js"] = made.script("tweet", [made.tweet(1)["tweet"]])
    assert [post.uid for post in read(made.zipped(files), tmp_path).posts] == ["1001"]


def test_x_of_a_protected_account_gives_no_posts(tmp_path):
    history = [{"protectedHistory": {"protectedAt": "2020-01-01", "action": "Protect"}}]
    files = made.x(**{"data/protected-history.js": made.script("protected_history", history)})
    told = read(made.zipped(files), tmp_path)
    assert (told.posts, told.entries) == ([], 5)


def test_mastodon_leaves_out_what_only_followers_may_see(tmp_path):
    told = read(EVERY["mastodon"], tmp_path)
    assert [post.uid for post in told.posts] == ["100", "101"]
    assert (told.posts[1].favourites, told.posts[1].reposts, told.posts[1].replies) == (1, 1, None)
    assert told.posts[1].text == "Note 1 <3"
    assert "handle:alice@social.example.org" in told.seen.names


def test_a_mastodon_outbox_alone_says_whose_it_is(tmp_path):
    told = read(str(made.mastodon()["outbox.json"]).encode(), tmp_path)
    assert "url:https://social.example.org/users/alice" in told.seen.names
    assert len(told.posts) == 2


def test_mastodon_of_older_servers_tells_no_counts(tmp_path):
    item = made.note(0)
    del item["object"]["likes"], item["object"]["shares"]
    outbox = json.dumps({"orderedItems": [item]}).encode()
    assert read(outbox, tmp_path).posts[0].favourites is None


def test_bluesky_gives_posts_by_the_address_of_their_record(tmp_path):
    told = read(made.bluesky(3), tmp_path)
    front = f"at://{made.DID}/app.bsky.feed.post/3k"
    assert [post.uid for post in told.posts] == [f"{front}{n:011}" for n in range(3)]
    assert told.seen.names == (f"id:{made.DID}",)
    assert str(told.seen.as_of).startswith("2023-08-31")


def test_linkedin_counts_connections_below_its_notes(tmp_path):
    seen = read(EVERY["linkedin"], tmp_path).seen
    assert seen.names == ("email:alice@example.org",)
    assert seen.brought == {"connections": 2, "endorsements": 1}
    assert seen.as_of == datetime(2024, 3, 1, 10, tzinfo=UTC)


def test_linkedin_keeps_only_what_everybody_may_see(tmp_path):
    posts = read(EVERY["linkedin"], tmp_path).posts
    assert [(post.uid, post.text) for post in posts] == [("urn:li:share:71", "Two\nlines #tea")]


def test_google_plus_says_who_responded(tmp_path):
    told = read(EVERY["googleplus"], tmp_path)
    json_post, html_post = told.posts
    assert (json_post.favourites, json_post.reposts, json_post.replies) == (2, 1, 1)
    assert told.responses[0].responders == ("20000000001", "20000000002", "20000000003")
    assert (html_post.favourites, html_post.reposts, html_post.replies) == (2, 1, 1)
    assert html_post.text == "Hot <tea>\nindeed"
    assert told.responses[1].responders == ("20000000001", "+Cy", "+Dee")


def test_google_plus_leaves_out_what_was_for_circles(tmp_path):
    told = read(EVERY["googleplus"], tmp_path)
    assert (told.entries, len(told.posts)) == (3, 2)
    assert told.seen.names == ("id:10000000001", "email:alice@example.org")


def test_instagram_mends_its_texts_and_reads_insights(tmp_path):
    told = read(EVERY["instagram"], tmp_path)
    first, second = told.posts
    assert first.text == "Tee für zwei 🎉 #tea"
    assert first.favourites is None
    assert (second.favourites, second.replies) == (1234, 5)
    assert (told.seen.followers, told.seen.following) == (4, 2)


def test_instagram_keeps_no_words_of_an_account_that_may_be_private(tmp_path):
    files = {name: str(c).replace('"False"', '"True"') for name, c in made.instagram().items()}
    assert {post.text for post in read(made.zipped(files), tmp_path).posts} == {""}


def test_facebook_gives_dates_without_words(tmp_path):
    told = read(EVERY["facebook"], tmp_path)
    assert [post.text for post in told.posts] == [""] * 3
    assert told.seen.brought == {"friends": 4}
    assert told.seen.followers == 2
    assert told.seen.handle == "Alice Müller"
    assert "email:bob@example.org" not in told.seen.names  # never confirmed


def test_youtube_is_read_in_any_language(tmp_path):
    told = read(EVERY["youtube"], tmp_path)
    (video,) = told.posts
    assert (video.uid, video.text, video.kind) == ("aaaaaaaaaaa", "Tea for two", "video")
    assert video.created_at == datetime(2020, 1, 2, tzinfo=UTC)
    assert told.seen.names == (f"channel:{made.CHANNEL.lower()}",)


def test_swarm_keeps_numbers_and_no_places(tmp_path):
    told = read(EVERY["foursquare"], tmp_path)
    assert [(post.favourites, post.replies, post.text) for post in told.posts] == [
        (3, 0, ""),
        (3, 1, ""),
    ]
    assert told.seen.names == ("id:13674",)


def test_a_broken_file_does_not_spoil_the_others(tmp_path):
    files = {**made.x(), "data/tweets-part1.js": "window.YTD.tweets.part1 = [ {,,"}
    assert len(read(made.zipped(files), tmp_path).posts) == 2


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_repository_that_breaks_off_is_refused(cut, tmp_path):
    with pytest.raises(ArchiveRefused):
        read(made.bluesky()[:-cut], tmp_path)
