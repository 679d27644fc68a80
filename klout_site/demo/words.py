"""What made-up people are called and what they write about. Nothing here is about anybody."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject: its hashtag, a second one that often goes with it, and things to talk about."""

    tag: str
    beside: str
    things: tuple[str, ...]


THEMES: Final = (
    Theme(
        "gardening",
        "growyourown",
        ("the tomato bed", "a stubborn fig tree", "the compost heap", "slugs", "the first peas",
         "saving seeds", "a north-facing balcony", "pruning roses"),
    ),
    Theme(
        "bread",
        "sourdough",
        ("the rye starter", "a very wet dough", "yesterday's focaccia", "baking on a stone",
         "a slow overnight rise", "whole-grain flour", "the perfect crust", "cinnamon rolls"),
    ),
    Theme(
        "cycling",
        "biketooter",
        ("the new bike lane", "a morning ride", "fixing a flat in the rain", "the cargo bike",
         "climbing the pass", "an old steel frame", "the commute", "winter tyres"),
    ),
    Theme(
        "python",
        "programming",
        ("type hints", "a regex that bit me", "the test suite", "packaging", "an old script",
         "dataclasses", "a memory leak", "reading other people's code"),
    ),
    Theme(
        "photography",
        "filmphotography",
        ("a roll of expired film", "the light this morning", "street portraits", "fog",
         "an old rangefinder", "printing at home", "the harbour at night", "black and white"),
    ),
    Theme(
        "books",
        "bookstodon",
        ("the last Le Guin", "a library haul", "short stories", "a novel I gave up on",
         "the second-hand shop", "reading aloud", "a family saga", "poetry before breakfast"),
    ),
    Theme(
        "coffee",
        "espresso",
        ("a light roast", "the old grinder", "filter against espresso", "a tiny café",
         "beans from a friend", "cold brew", "the morning ritual", "milk foam"),
    ),
    Theme(
        "music",
        "nowplaying",
        ("a live recording", "the choir rehearsal", "learning the cello", "a mixtape",
         "vinyl crackle", "that bass line", "a street band", "the festival"),
    ),
    Theme(
        "astronomy",
        "astrophotography",
        ("the rings of Saturn", "a cheap telescope", "the meteor shower", "dark skies",
         "a lunar eclipse", "variable stars", "the space station", "a galaxy in Andromeda"),
    ),
    Theme(
        "trains",
        "nighttrain",
        ("the sleeper to the coast", "a missed connection", "regional lines", "the dining car",
         "a closed station", "the mountain railway", "interrail plans", "a punctual train"),
    ),
    Theme(
        "knitting",
        "fibrearts",
        ("a sweater for my sister", "natural dyes", "socks on five needles", "dropped stitches",
         "alpaca wool", "an Aran pattern", "mending", "the knitting circle"),
    ),
    Theme(
        "opendata",
        "maps",
        ("the city's bus data", "a map of benches", "air quality readings", "an honest chart",
         "mapping footpaths", "a broken CSV", "the census", "street names"),
    ),
    Theme(
        "cooking",
        "vegetarian",
        ("grandmother's lentils", "a pot of stock", "fermenting cabbage", "wild garlic",
         "leftovers", "a sharp knife", "market day", "Sunday lunch"),
    ),
    Theme(
        "climate",
        "energy",
        ("balcony solar", "insulating the attic", "the heat pump", "a wetland project",
         "trees in our street", "repairing things", "the river level", "district heating"),
    ),
)  # fmt: skip

SENTENCES: Final = (
    "Spent the evening on {thing}. Worth every minute.",
    "A few notes on {thing}, in case they save somebody an afternoon.",
    "Unpopular opinion about {thing}: slower is better.",
    "Does anybody here know a good book about {thing}?",
    "Today I learned more about {thing} than I ever wanted to.",
    "I keep coming back to {thing}.",
    "Small victory with {thing} today.",
    "What nobody tells you about {thing}: it takes twice as long, and that is fine.",
    "Three years ago I knew nothing about {thing}. Ask me anything.",
    "Still thinking about {thing}. More tomorrow.",
    "If you have been putting off {thing}, this is your sign.",
    "Wrote down what I got wrong about {thing}. It became a long list.",
    "Thank you all for the answers about {thing}! You are the best part of this place.",
    "My neighbour and I disagree about {thing}. We had cake anyway.",
)

FIRST_NAMES: Final = (
    "Ada", "Aino", "Akira", "Amara", "Anton", "Beatriz", "Bilal", "Camille", "Carlo", "Chiara",
    "Daan", "Dalia", "Diego", "Elif", "Elin", "Emeka", "Esther", "Farah", "Felix", "Fiona",
    "Gaia", "Greta", "Hana", "Hugo", "Ines", "Ivo", "Jana", "Jonas", "Kai", "Kofi",
    "Lea", "Leila", "Lorenzo", "Lucia", "Maja", "Malik", "Marta", "Mateo", "Mei", "Mina",
    "Nadia", "Nils", "Noor", "Olga", "Omar", "Paula", "Petra", "Priya", "Quentin", "Rania",
    "Ravi", "Rosa", "Samir", "Sofia", "Tariq", "Tess", "Theo", "Vera", "Yuki", "Zoe",
)  # fmt: skip
LAST_NAMES: Final = (
    "Abara", "Almeida", "Andersen", "Bauer", "Bellini", "Bianchi", "Castillo", "Chen", "Conti",
    "Costa", "Dubois", "Duarte", "Eriksen", "Esposito", "Fischer", "Fontaine", "Garnier", "Haddad",
    "Hansen", "Horvath", "Ibrahim", "Ivanova", "Janssen", "Kaya", "Keller", "Khan", "Kowalska",
    "Kumar", "Lambert", "Laurent", "Lindgren", "Lopes", "Marino", "Martens", "Mensah", "Moreau",
    "Nakamura", "Novak", "Okafor", "Oliveira", "Osei", "Park", "Pereira", "Petrov", "Rahman",
    "Ricci", "Romero", "Rossi", "Santos", "Sato", "Schmidt", "Silva", "Sousa", "Tanaka", "Vidal",
    "Virtanen", "Visser", "Weber", "Wilson", "Zielinska",
)  # fmt: skip


# What alice has made, and its topics.
REPOSITORIES: Final = (
    (
        "sowing-calendar: When to sow what, as a calendar that phones understand",
        ("gardening", "calendar"),
    ),
    ("balcony: Works out how much sun a balcony gets", ("gardening", "python")),
    ("shelf: A list of read books, as plain text", ("books", "python")),
    ("grind: Notes on coffee grinders, and a script that compares them", ("coffee",)),
    ("seed-swap: A page on which neighbours swap seeds", ("gardening",)),
    ("dotfiles: How my terminal looks", ()),
)


def sentences(rng: random.Random, themes: Sequence[Theme]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Posts without end as (text, hashtags): the first theme most often, no text twice in a row."""
    while True:
        theme = themes[min(int(rng.expovariate(1.2)), len(themes) - 1)]
        text = rng.choice(SENTENCES).format(thing=rng.choice(theme.things))
        tags = (theme.tag, theme.beside) if rng.random() < 0.35 else (theme.tag,)
        yield f"{text} {' '.join(f'#{tag}' for tag in tags)}", tags


def unused(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or with a number behind where somebody real has it."""
    numbered = (f"{wanted}{number}" for number in count(2))
    return wanted if wanted not in taken else next(n for n in numbered if n not in taken)
