"""GitHub: repositories of one's own, their stars and forks, and who gave them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from scoring.collectors import answers, fields
from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    Grant,
    Page,
    PostSeen,
    Responses,
    Signal,
    Step,
    Unchanged,
)
from scoring.collectors.errors import Forbidden, NotData, NotFound
from scoring.collectors.http import Limits, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks import reading
from scoring.networks.declaring import Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import GitHubOAuth

HOST: Final = "api.github.com"
API: Final = f"https://{HOST}"
HEADERS: Final = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
PACE: Final = Pace(Dialect.EPOCH, per_account=Rate(5000, 3600))
A_PAGE: Final = 100
MOST_PAGES: Final = 5  # of repositories: forks and other people's are left out of them
LAST_PAGE: Final = 400  # GitHub lists no stargazers after it
NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
# What everybody can see of a year: what happened in private repositories is not in it.
TOTALS: Final = (
    "totalCommitContributions",
    "totalIssueContributions",
    "totalPullRequestContributions",
    "totalPullRequestReviewContributions",
)
YEAR: Final = "{viewer{contributionsCollection{" + " ".join(TOTALS) + "}}}"


class GitHubCollector:
    network = "github"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        with Transport(self._limits, pace=PACE, label=grant.label) as transport:
            collection = _Collection(transport, grant)
            yield Page(Step.PROFILE, (collection.audience(),), 1, 1)
            posts = []
            for page in collection.repositories(cursor, budget.posts):
                posts += [item for item in page.items if isinstance(item, PostSeen)]
                yield page
            # Repositories don't age as posts do: what most people starred comes first.
            posts.sort(key=lambda post: -(post.favourites or 0))
            yield from collection.responders(cursor.to_ask_about(posts, budget.posts_asked_who))


class _Collection:
    """One collection: the requests, and where each repository lies."""

    def __init__(self, transport: Transport, grant: Grant) -> None:
        self._transport = transport
        self._grant = grant
        self._paths: dict[str, str] = {}  # of repositories, by their id

    def audience(self) -> Audience:
        user = reading.an_object(self._get("/user"))
        login = fields.line(user.get("login"), reading.LONGEST_NAME)
        if not login:
            raise answers.unreadable(HOST)
        if reading.number_id(user.get("id")) != self._grant.uid:
            message = now("The permission at GitHub is for another account now: connect it again.")
            raise CollectError(message, permanent=True)
        return Audience(
            handle=login,
            display_name=fields.line(user.get("name"), reading.LONGEST_NAME),
            url=fields.web_url(user.get("html_url")),
            followers=fields.count(user.get("followers")),
            following=fields.count(user.get("following")),
            posts=fields.count(user.get("public_repos")),
            figures=self._year(),
        )

    def repositories(self, cursor: Cursor, wanted: int) -> Iterator[Page]:
        """Those last worked on first. Forks show somebody else's success and are left out."""
        seen: dict[str, PostSeen] = {}
        for number in range(1, MOST_PAGES + 1):
            rows = self._list("/user/repos", _newest(number))
            found = [post for post in map(self._repository, rows) if post]
            fresh = {post.uid: post for post in found if post.uid not in seen}
            items = tuple(fresh.values())[: wanted - len(seen)]
            seen |= {post.uid: post for post in items}
            is_last = len(rows) < A_PAGE
            if is_last or len(seen) >= wanted:
                beyond = () if is_last else _others(cursor, seen)
                yield Page(Step.POSTS, (*items, *beyond), len(seen), len(seen))
                return
            yield Page(Step.POSTS, items, len(seen), wanted)
        yield Page(Step.POSTS, _others(cursor, seen), len(seen), len(seen))

    def responders(self, posts: list[PostSeen]) -> Iterator[Page]:
        for done, post in enumerate(posts, start=1):
            who = self._who(post)
            items = () if who is None else (Responses(post.uid, who),)
            yield Page(Step.RESPONDERS, items, done, len(posts))

    def _repository(self, row: dict[str, Any]) -> PostSeen | None:
        uid, created_at = reading.number_id(row.get("id")), fields.moment(row.get("created_at"))
        if not uid or created_at is None or not self._is_own_and_public(row):
            return None
        path = _path(row)
        if not path:
            return None
        self._paths[uid] = path
        return PostSeen(
            uid=uid,
            url=fields.web_url(row.get("html_url")),
            created_at=created_at,
            text=_text(row),
            hashtags=_topics(row),
            favourites=fields.count(row.get("stargazers_count")),
            reposts=fields.count(row.get("forks_count")),
            replies=None,
            kind="repository",
        )

    def _is_own_and_public(self, row: dict[str, Any]) -> bool:
        """We ask for no others; the token might show them all the same."""
        owner = reading.number_id(reading.an_object(row.get("owner")).get("id"))
        is_public = row.get("private") is False and row.get("visibility", "public") == "public"
        return is_public and not row.get("fork") and owner == self._grant.uid

    def _who(self, post: PostSeen) -> tuple[str, ...] | None:
        """The latest who starred it or forked it. None where GitHub does not tell (any more)."""
        path = self._paths[post.uid]
        try:
            people = self._stargazers(path, post.favourites or 0) if post.favourites else []
            if post.reposts:
                forks = self._list(f"{path}/forks", {"sort": "newest", "per_page": str(A_PAGE)})
                people += [_id(fork.get("owner")) for fork in forks]
        except (Forbidden, NotFound, NotData):
            return None
        known = dict.fromkeys(person for person in people if person)
        return tuple(person for person in known if person != self._grant.uid)

    def _stargazers(self, path: str, stars: int) -> list[str]:
        """The list is in the order in which they came, so its end is read."""
        last = min(-(-stars // A_PAGE), LAST_PAGE)
        rows = self._list(f"{path}/stargazers", _numbered(last))
        if len(rows) < A_PAGE and last > 1:
            rows = self._list(f"{path}/stargazers", _numbered(last - 1)) + rows
        return [_id(row.get("user", row)) for row in reversed(rows)]

    def _year(self) -> dict[str, int]:
        """Contributions of the last year; nothing where GitHub does not count them for us."""
        try:
            data = self._transport.post_json(
                f"{API}/graphql", {"query": YEAR}, token=self._grant.token, headers=HEADERS
            )
        except CollectError:  # of use to nobody but the page
            return {}
        for step in ("data", "viewer", "contributionsCollection"):
            data = reading.an_object(data).get(step)
        counts = [fields.count(reading.an_object(data).get(total)) for total in TOTALS]
        told = [count for count in counts if count is not None]
        return {"contributions": sum(told)} if told else {}

    def _list(self, path: str, params: dict[str, str]) -> list[dict[str, Any]]:
        data = self._get(path, params)
        if not isinstance(data, list):
            raise answers.unreadable(HOST)
        return reading.objects(data)[:A_PAGE]

    def _get(self, path: str, params: dict[str, str] | None = None) -> Any:
        return self._transport.get_json(
            f"{API}{path}", token=self._grant.token, params=params, headers=HEADERS
        )


def _others(cursor: Cursor, seen: Mapping[str, PostSeen]) -> tuple[Unchanged, ...]:
    """Known ones that may lie beyond where we stopped: nobody worked on them for long."""
    uids = tuple(post.uid for post in cursor.posts if post.uid not in seen)
    return (Unchanged(uids),) if uids else ()


def _newest(page: int) -> dict[str, str]:
    public = {"visibility": "public", "affiliation": "owner"}
    return {**public, "sort": "pushed", "direction": "desc", **_numbered(page)}


def _numbered(page: int) -> dict[str, str]:
    return {"per_page": str(A_PAGE), "page": str(page)}


def _id(user: Any) -> str:
    return reading.number_id(reading.an_object(user).get("id"))


def _path(row: dict[str, Any]) -> str:
    """Where the API has the repository; "" for a name that might lead elsewhere."""
    names = str(row.get("full_name")).split("/")
    fine = len(names) == 2 and all(NAME.fullmatch(n) and n.strip(".") for n in names)
    return f"/repos/{names[0]}/{names[1]}" if fine else ""


def _text(row: dict[str, Any]) -> str:
    name = fields.line(row.get("name"), reading.LONGEST_NAME)
    about = fields.line(row.get("description"), reading.LONGEST_TEXT)
    return f"{name}: {about}"[: reading.LONGEST_TEXT] if about else name


def _topics(row: dict[str, Any]) -> tuple[str, ...]:
    topics = row.get("topics")
    return fields.hashtags([{"name": t} for t in topics] if isinstance(topics, list) else [])


GITHUB: Final = Network(
    key="github",
    name="GitHub",
    host="github.com",
    colour="#24292f",
    icon="git-branch",
    link=Link.CONSENT,
    terms=Terms(_("followers"), _("stars"), _("forks"), typical=_("a typical repository")),
    capabilities=frozenset(
        {Signal.FOLLOWERS, Signal.FAVOURITES, Signal.REPOSTS, Signal.RESPONDERS}
    ),
    policy=Policy(
        source=(
            "https://docs.github.com/en/site-policy/acceptable-use-policies/"
            "github-acceptable-use-policies"
        ),
        notes=(
            _("What the API tells may not be sold, nor used to send people unasked mail."),
            _("An account may ask 5,000 times an hour; a daily reading asks three times."),
        ),
    ),
    setup=Setup(
        keys=("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"),
        where="https://github.com/settings/applications/new",
        steps=(
            _("Log in to GitHub with the account or the organisation that will own the app."),
            _("Open Settings, Developer settings, OAuth Apps, New OAuth app."),
            _("Give it the site's name, and <SITE_URL> as its homepage."),
            _("Authorization callback URL: <SITE_URL>/settings/accounts/callback/github/"),
            _("Leave Device Flow off and register the app."),
            _("Copy the client ID, generate a client secret, and set both in the environment."),
        ),
        cost=_("Nothing, and no review: it works at once."),
    ),
    reads=_(
        "We read your public profile, your public repositories and who starred or forked them."
        " We can't see private repositories, and can't change anything."
    ),
    scopes=(
        Scope("read:user", _("Your public profile, with followers and the year's contributions.")),
    ),
    figures={"contributions": _("contributions in the last year")},
    pace=PACE,
    collector=GitHubCollector(),
    oauth=GitHubOAuth(
        token_url="https://github.com/login/oauth/access_token",
        revoke_url="https://api.github.com/applications/{client_id}/token",
        client_auth="body",
    ),
)
