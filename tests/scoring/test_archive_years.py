"""Shapes that exports had in other years, and in other languages."""

from __future__ import annotations

import json
from typing import Any

import libipld
import pytest

from scoring.archives import SIEVE, Folder, format_of, tables
from scoring.archives.googleplus_html import read_page
from tests import archives_made as made
from tests.scoring.test_archive_formats import read
from tests.scoring.test_archive_json import member


def month(*tweets: dict[str, Any]) -> str:
    return f"Grailbird.data.tweets_2013_01 = \n {json.dumps(tweets)}"


def test_x_before_2018_has_a_file_for_each_month(tmp_path):
    old = {
        "created_at": "2013-01-31 12:13:14 +0000",
        "id_str": "29",
        "text": "Old tea",
        "entities": {"hashtags": []},
        "user": {"id_str": "12497"},
    }
    answer = {**old, "id_str": "30", "in_reply_to_user_id": 77}
    user = {"screen_name": "Alice", "full_name": "Alice", "id": "12497"}
    files = {
        "data/js/tweets/2013_01.js": month(old, answer),
        "data/js/user_details.js": f"var user_details =  {json.dumps(user)}",
        "data/js/tweet_index.js": "var tweet_index = []",
        "tweets.csv": '"tweet_id"',
    }
    told = read(made.zipped(files), tmp_path)
    assert (told.network, told.seen.names) == ("x", ("id:12497", "handle:alice"))
    assert [(post.uid, post.text, post.favourites) for post in told.posts] == [
        ("29", "Old tea", None)
    ]


def test_instagram_before_2021_has_photos_and_videos_in_one_file(tmp_path):
    files = {
        "profile.json": json.dumps({"username": "alice", "private_account": False}),
        "media.json": json.dumps(
            {
                "stories": [{"taken_at": "2019-01-01T00:00:00", "path": "s.jpg"}],
                "photos": [{"caption": "One", "taken_at": "2019-08-08T12:12:12", "path": "a.jpg"}],
                "direct": [{"taken_at": "2019-01-01T00:00:00", "path": "d.jpg"}],
                "videos": [{"caption": "Two", "taken_at": "2019-08-09T12:12:12", "path": "b.mp4"}],
            }
        ),
        "connections.json": json.dumps({"followers": {"bob": "2019-01-01T00:00:00"}}),
    }
    told = read(made.zipped(files), tmp_path)
    assert [post.text for post in told.posts] == ["One", "Two"]
    assert (told.seen.followers, told.seen.handle) == (1, "@alice")


def test_instagram_television_is_read(tmp_path):
    video = {"media": [{"uri": "a.mp4", "creation_timestamp": 1_600_000_000, "title": "Long"}]}
    name = "your_instagram_activity/media/igtv_videos.json"
    files = {**made.instagram(), name: json.dumps({"ig_igtv_media": [video]})}
    assert "Long" in [post.text for post in read(made.zipped(files), tmp_path).posts]


def test_instagram_insights_without_a_thumbnail_are_dated_by_their_own_figure(tmp_path):
    insight = {
        "media_map_data": {},
        "string_map_data": {
            "Creation Timestamp": {"value": "", "timestamp": 1_700_000_000},
            "Likes": {"value": "7"},
        },
    }
    name = "logged_information/past_instagram_insights/posts.json"
    files = {**made.instagram(), name: json.dumps({"organic_insights_posts": [insight]})}
    assert read(made.zipped(files), tmp_path).posts[0].favourites == 7


def test_linkedin_puts_each_line_of_a_post_in_quotes(tmp_path):
    shares = (
        "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
        "2024-02-01 12:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A71,"
        '"First""\n""\n""Second",,,MEMBER_NETWORK\n'
    )
    files = {**made.linkedin(), "Shares_123.csv": shares.replace("MEMBER_NETWORK", "PUBLIC")}
    assert read(made.zipped(files), tmp_path).posts[0].text == "First\nSecond"


def resource(kind: str, **more: Any) -> dict[str, Any]:
    snippet = {"channelId": made.CHANNEL, "publishedAt": "2016-01-02T03:04:05.000Z", "title": "Tea"}
    return {"kind": kind, "snippet": snippet, "status": {"privacyStatus": "public"}, **more}


VIDEO = resource(
    "youtube#video",
    id="aaaaaaaaaaa",
    statistics={"viewCount": "1000", "likeCount": "12", "commentCount": "3"},
)
UPLOAD = resource(
    "youtube#playlistItem",
    id="VVU=",
    contentDetails={"videoId": "aaaaaaaaaaa", "videoPublishedAt": "2016-01-01T00:00:00.000Z"},
)
UPLOAD["snippet"]["playlistId"] = "UU" + "a" * 22


def test_youtube_before_2021_says_what_each_video_received(tmp_path):
    files = {
        "Takeout/YouTube/Videos/Tea.json": json.dumps([VIDEO]),
        "Takeout/YouTube/playlists/uploads.json": json.dumps([UPLOAD], indent=2),
        "Takeout/YouTube/history/watch-history.json": "[]",
    }
    told = read(made.zipped(files), tmp_path)
    assert told.seen.names == (f"channel:{made.CHANNEL.lower()}",)
    assert [(post.uid, post.favourites, post.replies, post.views) for post in told.posts] == [
        ("aaaaaaaaaaa", 12, 3, 1000)
    ]


def test_youtube_before_2021_may_have_uploads_alone(tmp_path):
    files = {"Takeout/YouTube/playlists/uploads.json": json.dumps([UPLOAD], indent=2)}
    (post,) = read(made.zipped(files), tmp_path).posts
    assert (post.uid, str(post.created_at.date()), post.favourites) == (
        "aaaaaaaaaaa",
        "2016-01-01",
        None,
    )


def test_posts_of_a_community_that_one_looked_after_dont_hide_whose_stream_it_is(tmp_path):
    files = dict(made.google_plus())
    for number in range(6):
        author = "30000000001" if number < 4 else "30000000002"
        name = f"Takeout/Google+ Communities/Teapots/Posts/{number}.json"
        files[name] = made.plus_post(number, author=author)
    for number in range(9):
        name = f"Takeout/Google+ Stream/Beiträge/2014070{number} - x.json"
        files[name] = made.plus_post(number)
    assert read(made.zipped(files), tmp_path).seen.uid == "10000000001"


@pytest.mark.parametrize(
    "name", ["Takeout/Профиль/Профиль.json", "Takeout/プロフィール/プロフィール.json"]
)
def test_google_says_whose_it_is_in_its_own_language(name, tmp_path):
    files = dict(made.google_plus())
    files[name] = files.pop("Takeout/Profile/Profile.json")
    assert "email:alice@example.org" in read(made.zipped(files), tmp_path).seen.names


def test_google_says_whose_it_is_in_its_table_of_contents(tmp_path):
    files = dict(made.google_plus())
    del files["Takeout/Profile/Profile.json"]
    page = "<style>a@b.co{}</style><h1>Archiv für <b>alice@example.org</b></h1>"
    files["Takeout/Archiv_Übersicht.html"] = page
    assert "email:alice@example.org" in read(made.zipped(files), tmp_path).seen.names


def test_a_tree_that_begins_with_likes_still_gives_its_posts(tmp_path):
    """Then no key in it spells the name of the posts' collection."""
    told = read(made.bluesky(2, likes=1), tmp_path)
    assert len(told.posts) == 2


def test_no_mastodon_user_is_another_one_whose_name_begins_the_same(tmp_path):
    to = "https://social.example.org/users/alice2/statuses/1"
    outbox = json.dumps({"orderedItems": [made.note(0, inReplyTo=to)]}).encode()
    assert read(outbox, tmp_path).posts == []


@pytest.mark.parametrize("size", [1, 7, 513])
def test_small_pieces_hide_no_file(size, tmp_path):
    """Google+ and YouTube are known by how their files begin, not by their names alone."""
    for number, files in enumerate((made.google_plus(), made.youtube())):
        folder = tmp_path / str(number)
        folder.mkdir()
        whole = made.tarred(files, mode="w")
        kept = SIEVE.keep(made.chunks(whole, size), folder)
        known = format_of(kept)
        assert known is not None
        assert len([entry for entry in known.entries(kept, known.look(kept)) if entry]) > 0


# --- what is no export, but could keep a worker busy -------------------------------------


@pytest.mark.parametrize("part", ["<a ", "<b>", "<!--", "<", "</", '<a b="', "&#", "<a href='"])
def test_a_page_of_rubbish_takes_no_time(part, tmp_path):
    page = member(tmp_path, part * (200_000 // len(part)))
    assert read_page(page) is None


def test_a_table_without_an_end_of_line_is_none(tmp_path):
    assert list(tables.raw_rows(member(tmp_path, "x," * tables.LONGEST_LINE))) == []


def test_a_script_without_a_bracket_is_soon_given_up(tmp_path):
    files = Folder(tmp_path, [member(tmp_path, "window.YTD.tweets.part0 = " + "x" * 3_000_000)])
    known = format_of(files)
    assert known is None


def test_nodes_are_known_by_how_they_begin():
    assert libipld.encode_dag_cbor({"e": [], "l": None}).startswith(b"\xa2ae")
