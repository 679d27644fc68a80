"""Mastodon, and every server that speaks its API."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from scoring.collectors.base import Signal
from scoring.networks.declaring import Archive, Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.mastodon.collector import PACE, MastodonCollector

MASTODON: Final = Network(
    key="mastodon",
    name="Mastodon",
    colour="#6364ff",
    icon="message-circle",
    link=Link.SERVER,
    terms=Terms(_("followers"), _("favourites"), _("boosts"), _("replies")),
    capabilities=frozenset(
        {
            Signal.FOLLOWERS,
            Signal.FAVOURITES,
            Signal.REPOSTS,
            Signal.REPLIES,
            Signal.QUOTES,
            Signal.RESPONDERS,
            Signal.MENTIONS,
        }
    ),
    policy=Policy(source="https://docs.joinmastodon.org/api/rate-limits/"),
    setup=Setup(cost=_("Nothing: the site registers itself at each server.")),
    reads=_(
        "We read your profile, your public posts and who responded to them. We can't post,"
        " follow or change anything, and keep nothing of private posts and messages."
    ),
    scopes=(
        Scope("read:accounts", _("Your public profile, with its counts of followers and posts.")),
        Scope("read:statuses", _("Your public posts, what they received and who responded.")),
        Scope(
            "read:notifications",
            _("How often others mention you in public. Private mentions are not counted."),
        ),
    ),
    pace=PACE,
    collector=MastodonCollector(),
    archive=Archive(
        how=_("Preferences, Import and export, Data export: request your archive."),
        tells=_("Your public posts; from newer servers also how many liked and boosted them."),
        lacks=_("Followers, replies received, and who responded."),
    ),
)
