from __future__ import annotations

import pytest
from hypothesis import given

from scoring.collectors.base import Audience, Budget, CollectError, Cursor, Grant, PostSeen
from scoring.networks.linkedin import ANALYTICS_SCOPES, METRICS, LinkedInCollector
from tests import specs
from tests.fakeserver import says
from tests.recorded import recorded
from tests.scoring.collecting import HASTY, asked, comes_to_an_end, lawful, seen

ME = "/v2/userinfo"
FOLLOWERS, ANALYTICS = "/rest/memberFollowersCount", "/rest/memberCreatorPostAnalytics"
OPERATIONS = {
    "userinfo": f"GET {ME}",
    "followers": f"GET {FOLLOWERS}",
    "analytics": f"GET {ANALYTICS}",
}
APPROVED = tuple(scope.name for scope in ANALYTICS_SCOPES)


@pytest.fixture
def collect(central):
    central.answer(ME, says(recorded("linkedin/userinfo")))
    central.answer(FOLLOWERS, says(recorded("linkedin/followers")))
    central.answer(ANALYTICS, says(recorded("linkedin/analytics")))

    def run(*scopes: str, uid: str = "li-782bbtaQ"):
        grant = Grant("https://linkedin.com", uid, "t0ken", scopes=scopes)
        return list(LinkedInCollector(HASTY).collect(grant, Cursor(), Budget()))

    return run


@pytest.fixture
def approved(settings):
    settings.LINKEDIN_ANALYTICS = True


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_recordings_are_what_the_documentation_says(name):
    specs.check("linkedin", OPERATIONS[name], recorded(f"linkedin/{name}"))


def test_without_approval_it_knows_who_somebody_is_and_no_number(central, collect):
    pages = collect("openid", "profile")
    assert seen(pages, Audience) == [Audience("Ann Bees", "Ann Bees", "", None, None, None)]
    assert seen(pages, PostSeen) == []
    assert asked(central) == [ME]


def test_with_approval_it_reads_followers_and_totals(approved, central, collect):
    (audience,) = seen(collect(*APPROVED), Audience)
    assert audience.followers == 1284
    assert audience.figures == dict.fromkeys(METRICS.values(), 55)
    assert central.seen[-1].headers["linkedin-version"].isdigit()
    assert central.seen[-1].headers["x-restli-protocol-version"] == "2.0.0"


def test_who_linked_before_the_approval_is_asked_for_nothing_new(approved, central, collect):
    collect("openid", "profile")
    assert asked(central) == [ME]


def test_a_granted_scope_is_not_used_without_the_operators_word(central, collect):
    collect(*APPROVED)
    assert asked(central) == [ME]


def test_minus_one_is_linkedins_way_of_not_telling(approved, central, collect):
    central.answer(ANALYTICS, says({"elements": [{"count": -1}]}))
    assert seen(collect(*APPROVED), Audience)[0].figures == {}


def test_a_refused_number_is_not_told(approved, central, collect):
    central.answer(FOLLOWERS, says({"status": 403, "code": "ACCESS_DENIED"}, 403))
    assert seen(collect(*APPROVED), Audience)[0].followers is None


@pytest.mark.parametrize("path", [ME, FOLLOWERS])
def test_a_dead_token_asks_to_reconnect(approved, central, collect, path):
    central.answer(path, says({"status": 401, "code": "REVOKED_ACCESS_TOKEN"}, 401))
    with pytest.raises(CollectError, match="connect it again") as caught:
        collect(*APPROVED)
    assert caught.value.permanent


def test_a_token_of_another_member_asks_to_reconnect(collect):
    with pytest.raises(CollectError, match="another account"):
        collect(uid="other")


@lawful
@given(
    me=specs.strategy("linkedin", f"GET {ME}"),
    followers=specs.strategy("linkedin", f"GET {FOLLOWERS}"),
    analytics=specs.strategy("linkedin", f"GET {ANALYTICS}"),
)
def test_whatever_the_documentation_allows_comes_to_an_end(
    approved, central, collect, me, followers, analytics
):
    central.answer(ME, says({**me, "sub": "li-782bbtaQ"}))
    central.answer(FOLLOWERS, says(followers))
    central.answer(ANALYTICS, says(analytics))
    comes_to_an_end(lambda: collect(*APPROVED))
