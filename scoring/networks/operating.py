"""What the operator's settings make of a declaration: offered or not, scored or not, paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from scoring.networks.declaring import Link, Network

MICROS: Final = 1_000_000  # of a dollar


@dataclass(frozen=True, slots=True)
class Caps:
    """Of a network that is paid by what is read, in millionths of a dollar."""

    month: int  # the whole site, in one month
    person: int  # one account, in one month
    # With less than this a collection can see the profile, and little else.
    least: int
    # What a day's reading needs to see new posts and mentions, and the first one to see enough.
    daily: int
    first: int


def offered(network: Network) -> bool:
    """Whether people can link accounts of it: by consent, and with all that the site needs."""
    return network.link in {Link.SERVER, Link.CONSENT} and not missing_keys(network)


def missing_keys(network: Network) -> tuple[str, ...]:
    """Names in the environment that the operator has yet to set before it can be offered."""
    if network.link is Link.CONSENT and network.key not in settings.NETWORK_KEYS:
        return network.setup.keys
    if network.key == "bluesky" and settings.PRODUCTION and not settings.BLUESKY_PRIVATE_KEY:
        return network.setup.keys or ("BLUESKY_PRIVATE_KEY",)
    return ()


def may_score(network: Network) -> bool:
    """By the network's rules, or by the leave that the operator says to have."""
    return network.policy.may_score or network.key in settings.IN_SCORE


def caps(network: str) -> Caps | None:
    """None where reading costs nothing."""
    if network != "x":
        return None
    month, person = settings.X_DOLLARS_A_MONTH, settings.X_DOLLARS_A_PERSON
    return Caps(month * MICROS, person * MICROS, least=20_000, daily=130_000, first=260_000)
