"""What a network says about itself, once: pages and docs/networks.md are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scoring.collectors.base import Collector, Signal, Tokens
from scoring.collectors.rates import Pace

Words = str | Promise


class Link(StrEnum):
    """How an account of the network comes here."""

    SERVER = "server"  # the person names a server or a handle first
    CONSENT = "consent"  # one central server; django-allauth leads there and back
    ARCHIVE = "archive"  # only by bringing its archive
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Scope:
    name: str
    why: Words  # a sentence that people read before they consent


@dataclass(frozen=True, slots=True)
class Policy:
    """What the network's rules let us do with what it tells. `source`: where they stand."""

    source: str
    # False: figures are shown unchanged and stay out of the score, unless the operator has
    # leave from the network and says so (IN_SCORE).
    may_score: bool = True
    may_show: bool = True
    # False: numbers only; words, addresses and hashtags of posts are not stored.
    keeps_words: bool = True
    # Posts and readings that were not read again for so many days are deleted.
    days_kept: int | None = None
    # Sentences for the operator: what else the rules ask for.
    notes: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What an operator does once. `keys`: names in the environment; none: nothing to do."""

    keys: tuple[str, ...] = ()
    where: str = ""  # address of the page where keys are made
    steps: tuple[Words, ...] = ()
    cost: Words = ""  # money and waiting, in a sentence
    # Names in the environment that widen what is read, with what they do.
    options: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the network calls what posts receive and who listens ("" where it has none)."""

    followers: Words
    favourites: Words = ""
    reposts: Words = ""
    replies: Words = ""
    typical: Words = _("a typical post")


@dataclass(frozen=True, slots=True)
class Archive:
    """What the network's export can and can't tell, and how its owner gets it."""

    how: Words
    tells: Words
    lacks: Words


@dataclass(frozen=True, slots=True)
class Keys:
    """The operator's registration at a central network."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"Keys({self.client_id!r}, ***)"


class OAuth(Protocol):
    """What happens to tokens after consent. Both ask the network; neither knows the database."""

    def refresh(self, tokens: Tokens, keys: Keys | None, *, at: datetime) -> Tokens:
        """New tokens for old. Raises CollectError, permanent where only consent can help."""

    def revoke(self, tokens: Tokens, keys: Keys | None) -> bool:
        """True only if the network confirmed. Never raises; takes a few seconds at most."""


@dataclass(frozen=True, slots=True)
class Network:
    key: str
    name: str
    colour: str  # "#rrggbb", the network's own
    icon: str  # a name in the Lucide set
    link: Link
    terms: Terms
    capabilities: frozenset[Signal]
    policy: Policy
    setup: Setup
    reads: Words  # one sentence: what we will read once they agree, and what never
    host: str = ""  # of LinkedAccount.host, where there is one central server
    scopes: tuple[Scope, ...] = ()
    pace: Pace | None = None
    collector: Collector | None = None
    oauth: OAuth | None = None
    archive: Archive | None = None
    figures: Mapping[str, Words] = field(default_factory=dict)  # labels of Audience.figures
    off_because: Words = ""
