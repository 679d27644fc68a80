"""Reads X's objects by their old names and their new ones: X is in the middle of renaming them.

Tweets become posts and retweets reposts, in the names of objects as well as of their fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from scoring.collectors import fields
from scoring.collectors.base import Audience, PostSeen
from scoring.networks import reading

ID: Final = re.compile(r"[0-9]{1,19}")
USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,50}")
# Posts that are somebody else's, or words to one person rather than to everybody.
PASSED_ON: Final = frozenset({"retweeted", "reposted", "replied_to"})
# Reasons for which X leaves a post out that it will never show again.
GONE: Final = (
    "resource-not-found",
    "not-authorized-for-resource",
    "disallowed-resource",
)


def uid_of(row: Mapping[str, Any], name: str = "id") -> str:
    value = row.get(name)
    return value if isinstance(value, str) and ID.fullmatch(value) else ""


def audience_of(user: Mapping[str, Any]) -> Audience | None:
    """None where the account has no name that could stand in an address."""
    username = user.get("username")
    if not isinstance(username, str) or not USERNAME.fullmatch(username):
        return None
    counts = reading.an_object(user.get("public_metrics"))
    return Audience(
        handle=username,
        display_name=fields.line(user.get("name"), reading.LONGEST_NAME),
        url=f"https://x.com/{username}",
        followers=fields.count(counts.get("followers_count")),
        following=fields.count(counts.get("following_count")),
        posts=_either(counts, "post_count", "tweet_count"),
        listed=fields.count(counts.get("listed_count")),
    )


def post_of(row: Mapping[str, Any], username: str) -> PostSeen | None:
    uid, created_at = uid_of(row), fields.moment(row.get("created_at"))
    if not uid or created_at is None or _is_passed_on(row):
        return None
    counts = reading.an_object(row.get("public_metrics"))
    return PostSeen(
        uid=uid,
        url=f"https://x.com/{username}/status/{uid}",
        created_at=created_at,
        text=fields.plain_text(row.get("text"), reading.LONGEST_TEXT),
        hashtags=_hashtags(row),
        favourites=fields.count(counts.get("like_count")),
        reposts=_either(counts, "repost_count", "retweet_count"),
        replies=fields.count(counts.get("reply_count")),
        quotes=fields.count(counts.get("quote_count")),
        views=fields.count(counts.get("impression_count")),
        saves=fields.count(counts.get("bookmark_count")),
    )


def gone_in(answer: Mapping[str, Any]) -> set[str]:
    """Posts that were asked for by id and that X says are deleted, hidden or withheld."""
    problems = reading.objects(answer.get("errors"))
    lasting = [p for p in problems if str(p.get("type")).rpartition("/")[2] in GONE]
    names = [p.get(name) for p in lasting for name in ("resource_id", "value")]
    return {name for name in names if isinstance(name, str)}


def _is_passed_on(row: Mapping[str, Any]) -> bool:
    for name in ("referenced_posts", "referenced_tweets"):
        if any(other.get("type") in PASSED_ON for other in reading.objects(row.get(name))):
            return True
    return False


def _hashtags(row: Mapping[str, Any]) -> tuple[str, ...]:
    named = reading.objects(reading.an_object(row.get("entities")).get("hashtags"))
    return fields.hashtags([{"name": hashtag.get("tag")} for hashtag in named])


def _either(counts: Mapping[str, Any], new: str, old: str) -> int | None:
    count = fields.count(counts.get(new))
    return fields.count(counts.get(old)) if count is None else count
