"""Bluesky, on whichever server of the AT protocol an account lives."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from scoring.collectors.base import Signal
from scoring.networks.bluesky import client
from scoring.networks.bluesky.collector import BlueskyCollector
from scoring.networks.bluesky.identity import HOST
from scoring.networks.bluesky.oauth import BlueskyOAuth
from scoring.networks.bluesky.xrpc import PACE
from scoring.networks.declaring import Archive, Link, Network, Policy, Scope, Setup, Terms

BLUESKY: Final = Network(
    key="bluesky",
    name="Bluesky",
    colour="#0085ff",
    icon="cloud",
    link=Link.SERVER,
    host=HOST,
    terms=Terms(_("followers"), _("likes"), _("reposts"), _("replies")),
    capabilities=frozenset(
        {
            Signal.FOLLOWERS,
            Signal.FAVOURITES,
            Signal.REPOSTS,
            Signal.REPLIES,
            Signal.QUOTES,
            Signal.SAVES,
            Signal.RESPONDERS,
            Signal.MENTIONS,
        }
    ),
    policy=Policy(
        source="https://docs.bsky.app/docs/support/developer-guidelines",
        notes=(
            _(
                "Of accounts that ask not to be shown to people who are logged out, we keep the"
                " numbers and none of the words."
            ),
            _("Posts that are deleted there are gone here after the next collection."),
        ),
    ),
    setup=Setup(
        keys=("BLUESKY_PRIVATE_KEY",),
        where="https://atproto.com/specs/oauth",
        steps=(
            _(
                "Make a key: openssl ecparam -genkey -name prime256v1 -noout |"
                " openssl pkcs8 -topk8 -nocrypt"
            ),
            _(
                "Set BLUESKY_PRIVATE_KEY to it. Whoever changes it makes everybody connect again:"
                " servers end log-ins whose key has gone."
            ),
            _(
                "Nothing is registered: servers read about the site at"
                " /oauth/bluesky/client-metadata.json, so it must be public at SITE_URL."
            ),
            _("Outside production, at localhost, it works without a key."),
        ),
        cost=_("Nothing, and nobody has to approve the site."),
    ),
    reads=_(
        "We read your profile, your public posts, who responded to them, and who mentioned you."
        " We can't post, follow or change anything, and never see your messages."
    ),
    scopes=(
        Scope(client.IDENTITY_SCOPE, _("Who you are: your handle, and the account behind it.")),
        Scope(client.PROFILE_SCOPE, _("Your profile, with its counts of followers and posts.")),
        Scope(
            client.NOTIFICATIONS_SCOPE,
            _("Your notifications: we count mentions and replies, and keep nothing of the rest."),
        ),
    ),
    pace=PACE,
    collector=BlueskyCollector(),
    oauth=BlueskyOAuth(),
    archive=Archive(
        how=_("Settings, Account, Export my data: download the repository (a CAR file)."),
        tells=_("Your public posts, and whom you follow."),
        lacks=_("Everything that you received: likes, reposts, replies and followers."),
    ),
    figures={
        "lists": _("lists made"),
        "starter_packs": _("starter packs made"),
        "feeds": _("feeds made"),
    },
)
