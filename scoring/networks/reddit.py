"""Reddit is off: nobody can register a site like this one there any more."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from scoring.networks.declaring import Link, Network, Policy, Setup, Terms

REDDIT: Final = Network(
    key="reddit",
    name="Reddit",
    colour="#ff4500",
    icon="message-square",
    link=Link.OFF,
    host="reddit.com",
    terms=Terms(_("followers"), _("upvotes"), "", _("comments")),
    capabilities=frozenset(),
    policy=Policy(
        source="https://support.reddithelp.com/hc/en-us/articles/42728983564564-Responsible-Builder-Policy",
        may_score=False,
        may_show=False,
    ),
    setup=Setup(),
    reads=_("We read nothing from Reddit."),
    off_because=_(
        "Since November 2025 Reddit hands out keys by approval only, after a review that most"
        " sites like this one do not pass, and in July 2026 it revoked keys made before. We ship"
        " no code that nobody could use; if Reddit opens again, it gets a module like the others."
    ),
)
