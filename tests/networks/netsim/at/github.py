"""GitHub: posts are repositories, likes are stars, reposts are forks."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.models import AccessToken

from tests.networks.netsim.graph import Post, number_of
from tests.networks.netsim.network import Asked, Network, Refusal, Route, moment, page_of, wait

API = "https://api.github.com"
USER_LINKS = (
    *("events_url", "followers_url", "following_url", "gists_url", "organizations_url"),
    *("received_events_url", "repos_url", "starred_url", "subscriptions_url"),
)
REPOSITORY_LINKS = (
    *("archive_url", "assignees_url", "blobs_url", "branches_url", "collaborators_url"),
    *("comments_url", "commits_url", "compare_url", "contents_url", "contributors_url"),
    *("deployments_url", "downloads_url", "events_url", "forks_url", "git_commits_url"),
    *("git_refs_url", "git_tags_url", "hooks_url", "issue_comment_url", "issue_events_url"),
    *("issues_url", "keys_url", "labels_url", "languages_url", "merges_url", "milestones_url"),
    *("notifications_url", "pulls_url", "releases_url", "stargazers_url", "statuses_url"),
    *("subscribers_url", "subscription_url", "tags_url", "teams_url", "trees_url"),
)


def person(name: str) -> dict[str, Any]:
    number, url = number_of(name), f"{API}/users/{name}"
    return {
        **dict.fromkeys(USER_LINKS, url),
        "id": number,
        "login": name,
        "node_id": f"U_{number}",
        "gravatar_id": "",
        "avatar_url": "https://avatars.githubusercontent.com/u/1",
        "url": url,
        "html_url": f"https://github.com/{name}",
        "type": "User",
        "site_admin": False,
    }


def user(asked: Asked) -> dict[str, Any]:
    member = asked.member
    empty = dict.fromkeys(("bio", "blog", "company", "email", "hireable", "location"))
    return {
        **person(member.name),
        **empty,
        "blog": "",
        "name": member.name.title(),
        "followers": len(member.followers),
        "following": member.following,
        "public_gists": 0,
        "public_repos": len(member.posts),
        "created_at": "2014-03-01T10:00:00Z",
        "updated_at": "2026-11-01T10:00:00Z",
    }


def repository(post: Post) -> dict[str, Any]:
    name = f"project-{post.number}"
    url = f"{API}/repos/{post.author}/{name}"
    stars, forks = len(post.likes), len(post.reposts)
    flags = ("fork", "private", "archived", "disabled", "has_pages", "has_downloads")
    return {
        **dict.fromkeys(REPOSITORY_LINKS, url),
        **dict.fromkeys(flags, False),
        **dict.fromkeys(("has_issues", "has_projects", "has_wiki"), True),
        "id": post.number,
        "node_id": f"R_{post.number}",
        "name": name,
        "url": url,
        "full_name": f"{post.author}/{name}",
        "owner": person(post.author),
        "html_url": f"https://github.com/{post.author}/{name}",
        "description": post.text,
        "clone_url": url,
        "git_url": url,
        "ssh_url": url,
        "svn_url": url,
        "homepage": None,
        "language": "Python",
        "license": None,
        "mirror_url": None,
        "default_branch": "main",
        "size": 12,
        "topics": [post.tag],
        "visibility": "public",
        "stargazers_count": stars,
        "watchers": stars,
        "watchers_count": stars,
        "forks": forks,
        "forks_count": forks,
        "open_issues": 0,
        "open_issues_count": 0,
        "created_at": moment(post.at),
        "updated_at": moment(post.at),
        "pushed_at": moment(post.at),
    }


def repositories(asked: Asked) -> HttpResponse | list[dict[str, Any]]:
    return [repository(post) for post in _part(asked, asked.member.posts)]


def stargazers(asked: Asked) -> list[dict[str, Any]]:
    post = _post(asked)
    people = [person(name) for name in _part(asked, post.likes)]
    if "star" not in asked.request.headers.get("Accept", ""):
        return people
    return [{"starred_at": moment(post.at), "user": one} for one in people]


def forks(asked: Asked) -> list[dict[str, Any]]:
    post = _post(asked)
    return [
        {**repository(post), "fork": True, "owner": person(name), "id": 9000 + number_of(name)}
        for name in _part(asked, post.reposts)
    ]


def contributions(asked: Asked) -> dict[str, Any]:
    """All that we ever ask its GraphQL."""
    names = ("Commit", "Issue", "PullRequest", "PullRequestReview")
    counts = {f"total{name}Contributions": asked.member.number % 50 for name in names}
    return {"data": {"viewer": {"contributionsCollection": counts}}}


def _part(asked: Asked, rows: Any) -> list[Any]:
    size = min(asked.number("per_page", 30), 100)
    return page_of(list(rows), (asked.number("page", 1) - 1) * size, size)[0]


def _post(asked: Asked) -> Post:
    post = asked.graph.post(int(asked.path["repo"].rpartition("-")[2]))
    if post is None:
        raise Refusal(404)
    return post


def end_token(request: HttpRequest) -> HttpResponse:
    pair = base64.b64encode(b"github-client:github-secret").decode()
    if request.META.get("HTTP_AUTHORIZATION") != f"Basic {pair}":
        return JsonResponse({"message": "Not Found"}, status=404)
    token = json.loads(request.body)["access_token"]
    found, _rows = AccessToken.objects.filter(application__name="github", token=token).delete()
    return HttpResponse(status=204) if found else JsonResponse({"message": "?"}, status=422)


def _says_token(data: dict[str, Any], grant: str) -> dict[str, Any]:
    return {**data, "token_type": "bearer", "scope": data["scope"].replace(" ", ",")}


def _limits(seconds: int) -> HttpResponse:
    """The usual way: a 403 that has nothing left."""
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0"}
    headers["x-ratelimit-reset"] = str(int(time.time()) + seconds)
    return wait(403, {"message": "API rate limit exceeded for user ID 1001."}, headers)


NETWORK = Network(
    key="github",
    authorize="https://github.com/login/oauth/authorize",
    token="https://github.com/login/oauth/access_token",
    scopes=("read:user", "user:email", "user:follow", "public_repo", "public"),
    implied=("public",),
    says_token=_says_token,
    refuses=lambda status, what: {"message": {401: "Bad credentials"}.get(status, "Not Found")},
    limits=_limits,
    open={
        ("DELETE", f"{API}/applications/github-client/token"): end_token,
        ("DELETE", f"{API}/applications/github-client/grant"): end_token,
    },
    routes=(
        Route("GET", f"{API}/user", user, operation="GET /user"),
        Route("GET", f"{API}/user/repos", repositories, operation="GET /user/repos"),
        Route("POST", f"{API}/graphql", contributions, ("read:user",)),
        Route(
            "GET",
            f"{API}/repos/{{owner}}/{{repo}}/stargazers",
            stargazers,
            operation="GET /repos/{owner}/{repo}/stargazers",
        ),
        Route(
            "GET",
            f"{API}/repos/{{owner}}/{{repo}}/forks",
            forks,
            operation="GET /repos/{owner}/{repo}/forks",
        ),
    ),
)
