from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from scoring.collectors.base import (
    Audience,
    Budget,
    CollectError,
    Cursor,
    PostSeen,
    RateLimited,
    Responses,
    Step,
    Unchanged,
)
from scoring.networks import COLLECTORS
from scoring.networks.github import GitHubCollector
from tests import specs
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import (
    HASTY,
    asked,
    collecting,
    comes_to_an_end,
    known,
    lawful,
    progress,
    seen,
)

OPERATIONS = {
    "user": "GET /user",
    "repos": "GET /user/repos",
    "stargazers": "GET /repos/{owner}/{repo}/stargazers",
    "forks": "GET /repos/{owner}/{repo}/forks",
}
PATHS = {
    "user": "/user",
    "repos": "/user/repos",
    "contributions": "/graphql",
    "stargazers": "/repos/ann/bees/stargazers",
    "forks": "/repos/ann/bees/forks",
}
BEES = {"favourites": 3, "reposts": 2, "replies": None, "asked_who": True}


def answers_as_recorded(central):
    for name, path in PATHS.items():
        central.answer(path, says(recorded(f"github/{name}")))


@pytest.fixture
def collect(central):
    answers_as_recorded(central)
    return collecting(GitHubCollector(HASTY), "4021")


def repository(number: int, **changes: Any) -> dict[str, Any]:
    row = recorded("github/repos")[1]
    name = f"repo{number}"
    return {**row, "id": number, "name": name, "full_name": f"ann/{name}", **changes}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_recorded_is_what_github_describes(name):
    specs.check("github", OPERATIONS[name], recorded(f"github/{name}"))


def test_the_registry_names_it():
    assert COLLECTORS["github"].network == "github"


def test_it_reads_the_profile_and_the_year(central, collect):
    (audience,) = seen(collect(), Audience)
    assert audience == Audience(
        handle="ann",
        display_name="Ann Ångström",
        url="https://github.com/ann",
        followers=128,
        following=31,
        posts=3,
        figures={"contributions": 511},
    )
    assert central.seen[0].headers["authorization"] == "Bearer t0ken"


def test_a_year_that_is_not_told_is_no_empty_year(central, collect):
    central.answer("/graphql", says({"data": None, "errors": [{"message": "no"}]}))
    assert seen(collect(), Audience)[0].figures == {}


def test_a_repository_is_seen_with_its_stars_and_forks(collect):
    assert seen(collect(), PostSeen)[0] == PostSeen(
        uid="70001",
        url="https://github.com/ann/bees",
        created_at=datetime(2024, 3, 2, 8, 15, 42, tzinfo=UTC),
        text="bees: Counts ivy bees by their sound",
        hashtags=("bees", "audio"),
        favourites=3,
        reposts=2,
        replies=None,
        kind="repository",
    )


def test_forks_and_private_repositories_are_not_looked_at(collect):
    assert [post.uid for post in seen(collect(), PostSeen)] == ["70001", "70002"]


def test_no_star_is_nought_and_an_absent_count_is_unknown(central, collect):
    rows = [repository(1), {**repository(2), "stargazers_count": None}]
    central.answer("/user/repos", says(rows))
    assert [post.favourites for post in seen(collect(), PostSeen)] == [0, None]


def test_it_asks_who_starred_and_who_forked_and_leaves_the_owner_out(collect):
    assert seen(collect(), Responses) == [Responses("70001", ("2", "1", "3"))]


def test_of_many_stargazers_the_latest_are_read(central, collect):
    row = repository(1, full_name="ann/bees", stargazers_count=230)
    central.answer("/user/repos", says([row]))
    collect()
    pages = [r.query["page"] for r in central.requests_by_path()[PATHS["stargazers"]]]
    assert pages == ["3", "2"]


def test_stars_that_may_not_be_listed_leave_what_was_known(central, collect):
    central.answer(PATHS["stargazers"], says({"message": "Unprocessable"}, 403))
    pages = collect()
    assert seen(pages, Responses) == []
    assert progress(pages, Step.RESPONDERS) == [(1, 1)]


def test_a_daily_reading_of_known_repositories_asks_three_times(central, collect):
    collect(Cursor((known("70001", **BEES), known("70002"))))
    assert asked(central) == ["/user", "/graphql", "/user/repos"]


def test_only_so_many_repositories_are_asked_about(central, collect):
    rows = [repository(n, stargazers_count=1) for n in range(1, 5)]
    central.answer("/user/repos", says(rows))
    collect(budget=Budget(posts_asked_who=1))
    assert [path for path in asked(central) if path.endswith("stargazers")] == [
        "/repos/ann/repo1/stargazers"
    ]


def test_a_daily_reading_does_not_go_on_to_further_repositories(central, collect):
    rows = [repository(n, stargazers_count=n) for n in (1, 2)]
    central.answer("/user/repos", says(rows))
    forks = rows[1]["forks_count"]
    most_starred = known(str(rows[1]["id"]), favourites=2, reposts=forks, asked_who=True)
    collect(Cursor((most_starred,)), Budget(posts_asked_who=1))
    assert not any(path.endswith("stargazers") for path in asked(central))


def test_it_reads_page_after_page_until_there_are_enough(central, collect):
    rows = [repository(n) for n in range(1, 251)]
    central.answer("/user/repos", says(rows[:100]), says(rows[100:200]), says(rows[200:]))
    pages = collect(budget=Budget(posts=120))
    assert progress(pages, Step.POSTS) == [(100, 120), (120, 120)]


def test_known_repositories_beyond_those_looked_at_stay(central, collect):
    central.answer("/user/repos", says([repository(n) for n in range(1, 101)]))
    pages = collect(Cursor((known("9001"),)), Budget(posts=50))
    assert seen(pages, Unchanged) == [Unchanged(("9001",))]


def test_a_repository_that_is_gone_is_not_said_to_stay(collect):
    assert seen(collect(Cursor((known("9001"),))), Unchanged) == []


def test_a_token_of_another_account_has_to_be_renewed(central, collect):
    central.answer("/user", says({**recorded("github/user"), "id": 5}))
    with pytest.raises(CollectError, match="another account") as caught:
        collect()
    assert caught.value.permanent


def test_a_spent_allowance_says_until_when(central, collect):
    limits = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "1795400000"}
    central.answer("/user/repos", says({"message": "API rate limit exceeded"}, 403, **limits))
    with pytest.raises(RateLimited) as caught:
        collect()
    assert caught.value.retry_at == datetime.fromtimestamp(1795400000, UTC)


def test_a_name_that_leads_elsewhere_is_no_repository(central, collect):
    rows = [repository(1, full_name="ann/.."), repository(2, full_name="ann/a/b")]
    central.answer("/user/repos", says(rows))
    assert seen(collect(), PostSeen) == []


def as_if_anns(name: str, answer: Any) -> Any:
    """Else next to no example would be about the account that is read."""
    if name == "user":
        return {**answer, "id": 4021}
    anns = {"owner": {"id": 4021}, "private": False, "fork": False, "full_name": "ann/bees"}
    return [{**row, **anns} for row in answer] if name == "repos" else answer


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_the_description_allows_comes_to_an_end(central, collect, name):
    @lawful
    @given(specs.strategy("github", OPERATIONS[name]))
    def any_answer(answer):
        answers_as_recorded(central)
        central.answer(PATHS[name], says(as_if_anns(name, answer)))
        comes_to_an_end(collect)

    any_answer()
