"""X, as it describes itself to people and to the operator."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from scoring.collectors.base import Signal
from scoring.networks.declaring import Archive, Link, Network, Policy, Scope, Setup, Terms
from scoring.networks.oauth2 import OAuth2
from scoring.networks.x.collector import PACE, XCollector

X: Final = Network(
    key="x",
    name="X",
    host="x.com",
    colour="#0f1419",
    icon="hash",
    link=Link.CONSENT,
    terms=Terms(_("followers"), _("likes"), _("reposts"), _("replies")),
    capabilities=frozenset(
        {
            Signal.FOLLOWERS,
            Signal.LISTED,
            Signal.FAVOURITES,
            Signal.REPOSTS,
            Signal.REPLIES,
            Signal.QUOTES,
            Signal.VIEWS,
            Signal.SAVES,
            Signal.MENTIONS,
        }
    ),
    policy=Policy(
        source="https://docs.x.com/developer-terms/policy",
        # What is deleted or hidden there has to go here; what is not looked at again can't stay.
        days_kept=30,
        notes=(
            _("What X or an account's owner asks to have deleted must be gone within 24 hours."),
            _(
                "A post that was deleted or hidden at X goes here when it is read again; of an"
                " account that was made private, or not read for 30 days, all of them go."
            ),
            _("Linking is the consent to join an account at X with a profile elsewhere."),
            _("Nobody may be rewarded for posting, liking or following at X."),
            _("At most 3,000,000 posts may be read a month."),
        ),
    ),
    setup=Setup(
        keys=("X_CLIENT_ID", "X_CLIENT_SECRET"),
        where="https://console.x.com/",
        steps=(
            _("Log in with the X account that will own the app and accept the agreement."),
            _("Create an app, and describe in it what this site does with posts."),
            _("Under User authentication settings choose Web App and the permission Read."),
            _("Callback URI: <SITE_URL>/settings/accounts/callback/x/"),
            _("Website URL: <SITE_URL>"),
            _("Copy the OAuth 2.0 client ID and client secret and set both in the environment."),
            _("Buy credits, and set a spending limit there that is no lower than the one here."),
            _("Set X_DOLLARS_A_MONTH and X_DOLLARS_A_PERSON to what you are ready to pay."),
        ),
        cost=_(
            "Paid in advance by what is read: $0.005 a post, $0.010 a person. A first reading"
            " costs $0.26 at most. A day with one new post and no mention costs $0.015, and"
            " $0.005 for each known post that is read again: $0.50 for 100. No review."
        ),
        options={
            "X_DOLLARS_A_MONTH": _(
                "The most that reading X may cost this site in a month, in whole dollars. Nothing"
                " is read beyond it."
            ),
            "X_DOLLARS_A_PERSON": _(
                "The most that one person's account may cost in a month, in whole dollars. The"
                " less there is, the fewer known posts are read again."
            ),
        },
    ),
    reads=_(
        "We read your public profile, your posts with what they received, and posts that mention"
        " you. We can't post, like, follow or read your messages."
    ),
    scopes=(
        Scope("users.read", _("Your profile, with its counts of followers and lists.")),
        Scope("tweet.read", _("Your posts, their counts, and posts that mention you.")),
        Scope("offline.access", _("To look again each day without asking you each time.")),
    ),
    pace=PACE,
    collector=XCollector(),
    oauth=OAuth2(
        token_url="https://api.x.com/2/oauth2/token",
        revoke_url="https://api.x.com/2/oauth2/revoke",
        client_auth="basic",
        revokes=("refresh", "access"),
    ),
    archive=Archive(
        how=_("Settings, Your account, Download an archive of your data; it takes a day or two."),
        tells=_("Your posts, how often each was liked and reposted, and how many follow you."),
        lacks=_("Views, replies and quotes received, and who responded."),
    ),
)
