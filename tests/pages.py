"""Every page of the site, and somebody to look at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from scoring.models import LinkedAccount
from tests import scenes


@dataclass(frozen=True)
class Page:
    """`who` is logged in ("" is nobody); `path` may name a number of settle() in braces."""

    who: str
    path: str
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who or 'nobody'}:{self.path}"


SITE: Final = (
    Page("", "/"),
    Page("", "/how-it-works/"),
    Page("", "/evaluation/"),
    Page("", "/formula-changes/"),
    Page("", "/perks/"),
    Page("", "/perks/{open}/"),
    Page("", "/@alice/"),
    Page("", "/@alice/parts/{account}/audience/"),
    Page("", "/@alice/moments/"),
    Page("", "/@alice/ties/"),
    Page("", "/@alice/factors/"),
    Page("", "/@alice/history/"),
    Page("", "/@alice/history/{yesterday}/"),
    Page("", "/@alice/compare/dora/"),
    Page("", "/no-such-page/", 404),
    Page("", "/accounts/signup/"),
    Page("", "/accounts/login/"),
    Page("", "/accounts/password/reset/"),
    Page("alice", "/me/"),
    Page("alice", "/me/what-if/"),
    Page("alice", "/me/perks/"),
    Page("alice", "/perks/"),
    Page("alice", "/perks/{claimed}/"),
    Page("alice", "/perks/{open}/"),
    Page("alice", "/perks/{far}/"),
    Page("alice", "/me/appeal/"),
    Page("alice", "/me/appeals/"),
    Page("alice", "/settings/accounts/"),
    Page("alice", "/settings/archives/"),
    Page("alice", "/settings/profile/"),
    Page("alice", "/settings/privacy/"),
    Page("alice", "/settings/privacy/opt-out/"),
    Page("alice", "/accounts/email/"),
    Page("newcomer", "/me/"),
    Page("newcomer", "/settings/accounts/"),
    Page("waiting", "/me/"),
    Page("cut_off", "/me/"),
    Page("gone", "/me/"),
    Page("gone", "/settings/privacy/"),
    Page("nameless", "/welcome/"),
)
BRAND: Final = (
    Page("bob", "/brand/perks/perk/"),
    Page("bob", "/brand/perks/perk/add/"),
    Page("bob", "/brand/perks/perk/{draft}/change/"),
    Page("bob", "/brand/perks/perk/{draft}/delete/"),
    Page("bob", "/brand/perks/perk/{claimed}/codes/"),
)
STAFF: Final = (
    Page("staff", "/admin/"),
    Page("staff", "/admin/profiles/user/"),
    Page("staff", "/admin/perks/perk/{claimed}/change/"),
)
# The rest is made of the same parts as those above.
ALIKE: Final = (
    Page("newcomer", "/@newcomer/history/"),
    Page("newcomer", "/me/what-if/"),
    Page("", "/@alice/compare/"),
    Page("", "/accounts/confirm-email/no-such-key/"),
    Page("", "/accounts/password/reset/done/"),
    Page("alice", "/accounts/password/change/"),
    Page("newcomer", "/me/perks/"),
    Page("cut_off", "/settings/accounts/"),
    Page("", "/accounts/inactive/"),
    Page("", "/accounts/confirm-email/"),
    Page("", "/accounts/password/reset/key/0-no-such-key/"),
    Page("", "/accounts/password/reset/key/done/"),
    Page("alice", "/accounts/reauthenticate/"),
    Page("alice", "/accounts/logout/"),
    Page("bob", "/brand/perks/perk/{claimed}/change/"),
    Page("bob", "/brand/perks/perk/{claimed}/history/"),
    Page("bob", "/perks/{draft}/"),
    Page("staff", "/admin/profiles/user/add/"),
    Page("staff", "/admin/profiles/profile/"),
    Page("staff", "/admin/perks/brand/"),
    Page("staff", "/admin/perks/brand/add/"),
    Page("staff", "/admin/perks/unit/"),
    Page("staff", "/admin/profiles/appeal/"),
    Page("staff", "/admin/scoring/formularelease/add/"),
    Page("staff", "/admin/scoring/linkedaccount/"),
    Page("staff", "/admin/scoring/currentscore/"),
)
ALL: Final = (*SITE, *BRAND, *STAFF, *ALIKE)


def settle() -> dict[str, int | str]:
    """Brings everybody who is needed. Numbers of perks and of an account, a day with a score."""
    scenes.person_with_score("alice")
    scenes.person_with_score("dora", days=3)
    scenes.person("erin", public=True)
    scenes.responds("erin", to="alice")
    scenes.person("newcomer")
    scenes.person_waiting("waiting")
    scenes.person_cut_off("cut_off")
    scenes.person_gone("gone")
    scenes.login_without_profile("nameless")
    scenes.member("bob", "Acme")
    scenes.person("staff", is_staff=True, is_superuser=True)
    numbers = {
        "open": scenes.perk("Acme", "A teapot", min_score=10, codes=["A-1", "A-2"]),
        "claimed": scenes.perk("Acme", "A kettle", min_score=10, codes=["B-1", "B-2"]),
        "far": scenes.perk("Acme", "A piano", min_score=100, codes=["C-1"]),
        "draft": scenes.perk("Acme", "A draft", min_score=10, codes=["D-1"], published=False),
    }
    scenes.claim("alice", numbers["claimed"])
    account = LinkedAccount.objects.get(user__profile__handle="alice")
    yesterday = (timezone.now() - scenes.DAY).date().isoformat()
    return {**numbers, "account": account.pk, "yesterday": yesterday}
