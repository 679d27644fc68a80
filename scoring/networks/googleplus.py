"""Google+, switched off in April 2019. What its people took along still tells a story."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from scoring.collectors.base import Signal
from scoring.networks.declaring import Archive, Link, Network, Policy, Setup, Terms

GOOGLEPLUS: Final = Network(
    key="googleplus",
    name="Google+",
    colour="#db4437",
    icon="circle-plus",
    link=Link.ARCHIVE,
    host="plus.google.com",
    terms=Terms(_("followers"), _("+1s"), _("reshares"), _("comments")),
    capabilities=frozenset({Signal.FAVOURITES, Signal.REPOSTS, Signal.REPLIES, Signal.RESPONDERS}),
    policy=Policy(
        source="https://support.google.com/googlecurrents/answer/9217723",
        notes=(_("The archive is its owner's own; Google has no say in it any more."),),
    ),
    setup=Setup(cost=_("Nothing: there is nobody left to register with.")),
    reads=_(
        "From your Takeout archive we read your public posts with their +1s, comments and"
        " reshares. Who gave them is kept as a keyed hash only."
    ),
    archive=Archive(
        how=_("It had to be made before April 2019, at takeout.google.com: Google+ Stream."),
        tells=_("Your posts, and who gave each a +1, commented or shared it on."),
        lacks=_("How many had you in their circles."),
    ),
)
