"""What the made-up brands give away. Pure data; days count from the moment of filling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Offer:
    """`claimed` of the units go to people who qualify; not `published`, it is a draft."""

    title: str
    text: str
    drawing: str  # in drawings.MOTIFS; "" for none
    min_score: int
    units: int
    claimed: int
    opens_in_days: int
    closes_in_days: int
    countries: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    published: bool = True


@dataclass(frozen=True, slots=True)
class MadeBrand:
    name: str
    slug: str
    offers: tuple[Offer, ...]


BOBS_BRAND: Final = "fern-and-kettle"
ALICES_PERK: Final = "An advance copy of “The Lighthouse Ledger”"
BRANDS: Final = (
    MadeBrand(
        "Fern & Kettle",
        BOBS_BRAND,
        (
            Offer(
                "A tin of first-flush Darjeeling",
                "Fifty grams from this spring's first picking, posted to your door.\n\n"
                "Tell us what you think of it, or don't: the tea is yours either way.",
                "tea",
                min_score=30,
                units=120,
                claimed=34,
                opens_in_days=-9,
                closes_in_days=21,
            ),
            Offer(
                "A tasting evening for two",
                "Eleven teas, one long table, and the people who grow them. Bring a friend.",
                "evening",
                min_score=40,
                units=30,
                claimed=28,
                opens_in_days=-20,
                closes_in_days=6,
                countries=("IT", "FR", "DE", "AT", "CH"),
            ),
            Offer(
                "The winter blend, before anybody else",
                "Orange, clove and a smoky black tea. We have not settled on a name yet.",
                "",
                min_score=35,
                units=60,
                claimed=0,
                opens_in_days=12,
                closes_in_days=40,
                published=False,
            ),
        ),
    ),
    MadeBrand(
        "Nightline Rail",
        "nightline-rail",
        (
            Offer(
                "A night in the sleeper",
                "A bed, breakfast and the sea in the window when you wake up.\n\n"
                "Valid on every line, on any night but Friday.",
                "train",
                min_score=45,
                units=30,
                claimed=0,
                opens_in_days=5,
                closes_in_days=60,
            ),
            Offer(
                "A week of regional trains",
                "Seven days, as many slow trains as you like.",
                "hills",
                min_score=38,
                units=80,
                claimed=11,
                opens_in_days=-4,
                closes_in_days=30,
                countries=("DE", "NL", "AT", "CH"),
            ),
        ),
    ),
    MadeBrand(
        "Paper Lantern Books",
        "paper-lantern-books",
        (
            Offer(
                ALICES_PERK,
                "Six weeks before it reaches the shops. A novel about three sisters, a lighthouse "
                "and one very honest account book.",
                "book",
                min_score=20,
                units=200,
                claimed=63,
                opens_in_days=-14,
                closes_in_days=17,
                networks=("mastodon",),
            ),
            Offer(
                "Dinner with the author",
                "Twelve chairs, one kitchen, and questions until midnight.",
                "evening",
                min_score=40,
                units=12,
                claimed=12,
                opens_in_days=-18,
                closes_in_days=9,
            ),
        ),
    ),
    MadeBrand(
        "Volta Bikes",
        "volta-bikes",
        (
            Offer(
                "A cargo bike for a month",
                "We bring it, we fetch it, you carry whatever you like. Insurance is on us.",
                "bike",
                min_score=65,
                units=25,
                claimed=6,
                opens_in_days=-2,
                closes_in_days=45,
            ),
        ),
    ),
)
