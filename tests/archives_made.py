"""Archives in the shapes that networks give them, made here; every name in them is made up."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import libipld

Files = Mapping[str, str | bytes]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CHANNEL = "UC" + "a" * 22
DID = "did:plc:alicealicealicealicealic"


def zipped(files: Files, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: Files, *, mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def chunks(whole: bytes, size: int = 65_536) -> Iterator[bytes]:
    return (whole[at : at + size] for at in range(0, len(whole), size))


def script(name: str, value: Any, part: int = 0) -> str:
    return f"window.YTD.{name}.part{part} = {json.dumps(value, indent=2)}"


def tweet(number: int, **fields: Any) -> dict[str, Any]:
    at = datetime(2023, 1, 1) + timedelta(hours=number)
    return {
        "tweet": {
            "id_str": str(1000 + number),
            "full_text": f"Tweet {number} &amp; more #tea",
            "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "favorite_count": str(number),
            "retweet_count": "2",
            "entities": {"hashtags": [{"text": "Tea", "indices": ["0", "4"]}]},
            **fields,
        }
    }


def x(tweets: int = 3, *, uid: str = "id-alice", **more: str) -> Files:
    """`uid` may not be numeric in tests' accounts, so the handle speaks too."""
    rows = [tweet(number) for number in range(tweets)]
    rows.append(tweet(5000, full_text="RT @bob: not mine"))
    rows.append(tweet(5001, full_text="@bob yes", in_reply_to_user_id_str="77"))
    account = {"account": {"accountId": uid, "username": "Alice", "email": "a@example.org"}}
    manifest = {
        "userInfo": {"accountId": uid, "userName": "Alice"},
        "archiveInfo": {"generationDate": "2024-05-06T07:08:09.000Z"},
        "dataTypes": {"tweets": {"files": [{"fileName": "data/tweets.js", "count": len(rows)}]}},
    }
    return {
        "data/manifest.js": f"window.__THAR_CONFIG = {json.dumps(manifest)}",
        "data/account.js": script("account", [account]),
        "data/tweets.js": "\ufeff" + script("tweets", rows[:2]).replace("\n", "\r\n"),
        "data/tweets-part1.js": script("tweets", rows[2:], 1),
        "data/follower.js": script(
            "follower", [{"follower": {"accountId": str(n)}} for n in range(5)]
        ),
        "data/following.js": script("following", [{"following": {"accountId": "9"}}]),
        "data/direct-messages.js": script("direct_messages", [{"dmConversation": {}}]),
        "data/tweets_media/big.mp4": b"\0" * 100_000,
        **more,
    }


def note(number: int, *, to: str = PUBLIC, **fields: Any) -> dict[str, Any]:
    me = "https://social.example.org/users/alice"
    return {
        "type": "Create",
        "actor": me,
        "published": f"2024-01-{number + 1:02}T10:00:00Z",
        "object": {
            "id": f"{me}/statuses/{100 + number}",
            "type": "Note",
            "attributedTo": me,
            "url": f"https://social.example.org/@alice/{100 + number}",
            "published": f"2024-01-{number + 1:02}T10:00:00Z",
            "to": [to],
            "cc": [f"{me}/followers"],
            "content": f"<p>Note {number} &lt;3</p>",
            "tag": [{"type": "Hashtag", "name": "#Tea"}],
            "likes": {"type": "Collection", "totalItems": number},
            "shares": {"type": "Collection", "totalItems": 1},
            **fields,
        },
    }


def mastodon() -> Files:
    me = "https://social.example.org/users/alice"
    actor = {"id": me, "url": "https://social.example.org/@alice", "preferredUsername": "alice"}
    items = [
        note(0),
        note(1),
        note(2, to=f"{me}/followers"),
        note(3, inReplyTo="https://other.example/1"),
        {"type": "Announce", "actor": me, "object": "https://other.example/1"},
    ]
    outbox = {"@context": ["x"], "totalItems": len(items), "orderedItems": items}
    return {"actor.json": json.dumps(actor), "outbox.json": json.dumps(outbox), "likes.json": "{}"}


def bluesky(posts: int = 2, *, likes: int = 0) -> bytes:
    """A repository of one tree node, as CAR."""
    blocks: list[tuple[bytes, bytes]] = []

    def block(value: Any) -> bytes:
        data = libipld.encode_dag_cbor(value)
        cid = _cid(data)
        blocks.append((cid, data))
        return cid

    entries, before = [], b""
    for number in range(likes):
        before = f"app.bsky.feed.like/3k{number:011}".encode()
        entries.append({"p": 0, "k": before, "v": block({"like": number}), "t": None})
    for number in range(posts):
        record = {
            "$type": "app.bsky.feed.post",
            "text": f"Sky {number}",
            "createdAt": f"2024-02-0{number + 1}T00:00:00.000Z",
        }
        key = f"app.bsky.feed.post/3k{number:011}".encode()
        shared = len(os.path.commonprefix([before, key]))
        entries.append({"p": shared, "k": key[shared:], "v": block(record), "t": None})
        before = key
    tree = block({"l": None, "e": entries})
    commit = {"did": DID, "version": 3, "data": tree, "rev": "3k67up3j7hf2x", "prev": None}
    root = block(commit)
    header = libipld.encode_dag_cbor({"version": 1, "roots": [root]})
    body = b"".join(_varint(len(cid) + len(data)) + cid + data for cid, data in blocks)
    return _varint(len(header)) + header + body


def _cid(data: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def linkedin(*, email: str = "alice@example.org") -> Files:
    return {
        "Profile.csv": "First Name,Last Name,Headline\nAlice,Example,Potter\n",
        "Email Addresses_123.csv": (
            "Email Address,Confirmed,Primary,Updated On\n"
            f"{email},Yes,Yes,Not Available\nold@example.org,No,No,Not Available\n"
        ),
        "Connections.csv": (
            '\ufeffNotes:\n"Some have no address."\n\nFirst Name,Last Name,URL,Connected On\n'
            "Bo,Li,https://www.linkedin.com/in/bo,15 Jan 2024\nCy,Po,,03 Feb 2024\n"
        ),
        "Shares_123.csv": (
            "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
            "2024-02-01 12:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A71,"
            '"Two\nlines #tea",,,PUBLIC\n'
            "2024-02-02 12:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A72,"
            "For friends,,,CONNECTIONS\n"
        ),
        "Endorsement_Received_Info.csv": (
            "Endorsement Date,Skill Name,Endorser First Name\n2024/03/01 10:00:00 UTC,Clay,Bo\n"
        ),
        "messages.csv": "CONVERSATION ID,FROM,CONTENT\n1,Bo,secret\n",
    }


def person(number: str | int) -> dict[str, str]:
    return {"displayName": f"P {number}", "resourceName": f"users/{number}"}


def plus_post(number: int, *, public: bool = True, author: str = "10000000001") -> str:
    circles = [{"type": "CIRCLE_TYPE_PUBLIC"}] if public else [{"type": "CIRCLE_TYPE_YOUR_CIRCLES"}]
    post = {
        "url": f"https://plus.google.com/{author}/posts/abc{number}",
        "creationTime": f"2014-06-{number + 1:02} 14:04:00+0000",
        "author": {"displayName": "Alice", "resourceName": f"users/{author}"},
        "content": f"Plus {number} <b>#tea</b>",
        "plusOnes": [{"plusOner": person(20000000001)}, {"plusOner": person(20000000002)}],
        "reshares": [{"resharer": person(20000000002)}],
        "comments": [{"author": person(20000000003)}, {"author": person(author)}],
        "resourceName": f"users/{author}/posts/UgjP{number}",
        "postAcl": {"visibleToStandardAcl": {"circles": circles}},
    }
    return json.dumps(post)


def plus_page() -> str:
    return (
        '<html><head><meta charset="utf-8"><title>T</title></head><body><div><div>'
        '<img class="author-photo" src="x"><a href="https://plus.google.com/10000000001"'
        ' class="author">Alice</a> - <a target="_blank"'
        ' href="https://plus.google.com/10000000001/posts/dnaV">2015-06-30 14:04:00+0000</a></div>'
        '<div class="main-content">Hot &lt;tea&gt;<br><br>indeed</div>'
        '<div class="visibility">Geteilt mit: Öffentlich, <a href="https://plus.google.com/1">B</a>'
        '</div><div class="post-activity"><div class="plus-oners">+1\'d by:'
        ' <a href="https://plus.google.com/20000000001">B</a>,'
        ' <a href="https://plus.google.com/+Cy">C</a></div><div class="resharers">Reshared by:'
        ' <a href="https://plus.google.com/+Cy">C</a></div></div><div class="comments">'
        '<div class="comment"><a href="https://plus.google.com/+Dee" class="author">D</a>'
        '<span class="time"> - 2015-07-01 01:51:39+0000</span>'
        '<div class="comment-content">Wow</div></div></div></div></body></html>'
    )


def google_plus(*, email: str = "alice@example.org") -> Files:
    return {
        "Takeout/Profile/Profile.json": json.dumps({"emails": [{"value": email}]}),
        "Takeout/Google+ Stream/Beiträge/20140601 - a.json": plus_post(0),
        "Takeout/Google+ Stream/Beiträge/20140602 - b.json": plus_post(1, public=False),
        "Takeout/Google+ Stream/Beiträge/20150630 - c.html": plus_page(),
        "Takeout/Google+ Kreise/Freunde.vcf": "BEGIN:VCARD",
    }


def mojibake(text: str) -> str:
    return text.encode().decode("latin-1")


def instagram() -> Files:
    who = {"Username": "alice", "Email": "alice@example.org", "Private Account": "False"}
    person = {"profile_user": [{"string_map_data": {k: {"value": v} for k, v in who.items()}}]}
    posts = [
        {"media": [{"uri": f"media/{n}.jpg", "creation_timestamp": 1_700_000_000 + n, "title": t}]}
        for n, t in enumerate([mojibake("Tee für zwei 🎉 #tea"), "Second"])
    ]
    insight = {
        "media_map_data": {"Media Thumbnail": {"creation_timestamp": 1_700_000_001}},
        "string_map_data": {"Gefällt mir": {"value": "1.234"}, "Comments": {"value": "5"}},
    }
    top, links = "your_instagram_activity/media", "connections/followers_and_following"
    one = [{"title": "", "string_list_data": [{"value": "bob", "timestamp": 1}]}]
    return {
        "personal_information/personal_information/personal_information.json": json.dumps(person),
        f"{top}/posts_1.json": json.dumps(posts),
        f"{links}/followers_1.json": json.dumps(one * 3),
        f"{links}/followers_2.json": json.dumps(one),
        f"{links}/following.json": json.dumps({"relationships_following": one * 2}),
        "logged_information/past_instagram_insights/posts.json": json.dumps(
            {"organic_insights_posts": [insight]}
        ),
        "your_instagram_activity/messages/inbox/bob/message_1.json": '{"messages": []}',
    }


def facebook(*, email: str = "alice@example.org") -> Files:
    profile = {
        "name": {"full_name": mojibake("Alice Müller")},
        "emails": {"emails": [email], "pending_emails": ["bob@example.org"]},
        "profile_uri": "https://www.facebook.com/alice.mueller",
        "username": "alice.mueller",
    }
    posts = [{"timestamp": 1_672_531_200 + n, "data": [{"post": f"P {n}"}]} for n in range(3)]
    friends = {"friends_v2": [{"name": "Bo", "timestamp": 1}] * 4}
    followers = {"followers_v3": [{"name": "Cy"}] * 2}
    top = "your_facebook_activity"
    return {
        "personal_information/profile_information/profile_information.json": json.dumps(
            {"profile_v2": profile}
        ),
        f"{top}/posts/your_posts__check_ins__photos_and_videos_1.json": json.dumps([*posts, 42]),
        f"{top}/posts/your_posts_2.json": "{ this is not JSON,,,",
        "connections/friends/your_friends.json": json.dumps(friends),
        "connections/followers/people_who_followed_you.json": json.dumps(followers),
        f"{top}/messages/inbox/bo/message_1.json": '{"messages": []}',
    }


def youtube() -> Files:
    top = "Takeout/YouTube und YouTube Music"
    return {
        f"{top}/Kanäle/Kanal.csv": (
            f"Kanal-ID,Kanaltitel (Original),Sichtbarkeit des Kanals\n{CHANNEL},Alice,Öffentlich\n"
        ),
        f"{top}/Videometadaten/Videos.csv": (
            "Video-ID,Ungefähre Dauer (ms),Videobeschreibung (Original),Kanal-ID,"
            "Videotitel (Original),Datenschutz,Erstellungszeit,Veröffentlichungszeit\n"
            f'aaaaaaaaaaa,1000,"Two\nlines",{CHANNEL},Tea for two,Öffentlich,'
            "2020-01-01T00:00:00+00:00,2020-01-02T00:00:00+00:00\n"
            f"bbbbbbbbbbb,1000,,{CHANNEL},Mine alone,Privat,2020-01-01T00:00:00+00:00,\n"
        ),
        f"{top}/Abos/Abos.csv": (
            f"Kanal-ID,Kanal-URL,Kanaltitel\nUC{'b' * 22},http://www.youtube.com/channel/UCb,B\n"
        ),
        f"{top}/Verlauf/Wiedergabeverlauf.json": "[]",
    }


def swarm() -> Files:
    rows = [
        {
            "id": f"592b2cfe09e28339ac543fd{n}",
            "createdAt": "2020-01-01 10:00:00.000000" if n else 1_496_001_790,
            "type": "checkin",
            "venue": {"name": "Somewhere"},
            "shout": "Hello",
            "likes": {"count": 3},
            "comments": {"count": n},
        }
        for n in range(2)
    ]
    me = {"id": "13674", "firstName": "Alice", "friends": {"count": 2, "items": [{}, {}]}}
    return {
        "checkins1.json": json.dumps({"count": 2, "items": rows}),
        "users.json": json.dumps(me),
        "messages.json": "[]",
    }
