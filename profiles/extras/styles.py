"""Where somebody stands on Klout's map of styles, in words. A game: it is in no score."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import ngettext as _n

from profiles.extras.posts import newest
from scoring.formula.activity import DAYS, WEEK, WEEKS
from scoring.formula.styles import (
    BROAD_NETWORKS,
    CONSISTENT_FROM,
    FAVOURITE_TAGS,
    GRID,
    Style,
    StylePost,
    Trait,
    style,
)
from scoring.wording import Words

COLUMNS: Final = ("created_at", "kind", "text", "hashtags", "replies", "account__network")
# Kinds of posts that are about something of others'.
OF_OTHERS: Final = {"pin", "checkin"}
LINK: Final = ("http://", "https://")

NAMES: Final[dict[str, tuple[Words, Words]]] = {
    "curator": (gettext_lazy("Curator"), gettext_lazy("Finds good things, and hands them on.")),
    "broadcaster": (
        gettext_lazy("Broad\u00adcaster"),
        gettext_lazy("Brings news of all sorts, steadily."),
    ),
    "taste_maker": (gettext_lazy("Taste Maker"), gettext_lazy("Now and then, and many look up.")),
    "celebrity": (gettext_lazy("Celebrity"), gettext_lazy("Always there, always talked about.")),
    "syndicator": (gettext_lazy("Syndicator"), gettext_lazy("Picks what matters in one field.")),
    "feeder": (gettext_lazy("Feeder"), gettext_lazy("A steady stream about one field.")),
    "thought_leader": (gettext_lazy("Thought Leader"), gettext_lazy("Few words, much discussed.")),
    "pundit": (gettext_lazy("Pundit"), gettext_lazy("An opinion on the field, every week.")),
    "dabbler": (gettext_lazy("Dabbler"), gettext_lazy("A bit of this, a bit of that.")),
    "conversationalist": (
        gettext_lazy("Conver\u00adsation\u00adalist"),
        gettext_lazy("Never short of something to show."),
    ),
    "socializer": (gettext_lazy("Socializer"), gettext_lazy("Drops in, with a story to tell.")),
    "networker": (gettext_lazy("Networker"), gettext_lazy("Keeps in touch, with everybody.")),
    "observer": (gettext_lazy("Observer"), gettext_lazy("Watches one field, says little.")),
    "explorer": (gettext_lazy("Explorer"), gettext_lazy("Goes through one field, link by link.")),
    "activist": (gettext_lazy("Activist"), gettext_lazy("Speaks up where it is about the cause.")),
    "specialist": (gettext_lazy("Specialist"), gettext_lazy("Works on one thing, steadily.")),
}
TRAITS: Final[dict[str, Words]] = {
    "sharing": gettext_lazy("Sharing"),
    "creating": gettext_lazy("Creating"),
    "broad": gettext_lazy("Broad"),
    "focused": gettext_lazy("Focused"),
    "casual": gettext_lazy("Casual"),
    "consistent": gettext_lazy("Consistent"),
    "participating": gettext_lazy("Participating"),
    "listening": gettext_lazy("Listening"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    name: Words
    about: Words
    is_here: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`traits`: the two words that are true of all in it."""

    traits: tuple[Words, Words]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class StyleView:
    name: Words
    about: Words
    # (the trait's word, why it is true of the person, where the line lies)
    reasons: tuple[tuple[Words, Words, Words], ...]
    columns: tuple[tuple[Words, Words], ...]
    rows: tuple[Row, ...]


def style_of(user_id: int, at: datetime, *, without: Collection[str] = ()) -> StyleView | None:
    """None on thin data. `without`: networks to leave out."""
    rows = newest(user_id, COLUMNS, at=at, without=without)
    weeks = {age // WEEK for row in rows if (age := (at.date() - row[0].date()).days) < DAYS}
    posts = [_post(row) for row in rows]
    found = style(posts, networks=len({row[-1] for row in rows}), weeks_posted=len(weeks))
    return _view(found) if found else None


def _post(row: tuple[Any, ...]) -> StylePost:
    _created_at, kind, text, hashtags, replies, _network = row
    away = kind in OF_OTHERS or any(link in text for link in LINK)
    return StylePost(points_away=away, hashtags=hashtags, replies=replies)


def _view(found: Style) -> StyleView:
    name, about = NAMES[found.name]
    return StyleView(
        name=name,
        about=about,
        reasons=tuple((TRAITS[trait.name], *_why(trait)) for trait in found.traits),
        columns=tuple(
            (TRAITS[makes], TRAITS[rhythm])
            for makes in ("sharing", "creating")
            for rhythm in ("casual", "consistent")
        ),
        rows=tuple(
            Row((TRAITS[talks], TRAITS[breadth]), _cells(2 * half + below, found))
            for half, talks in enumerate(("participating", "listening"))
            for below, breadth in enumerate(("broad", "focused"))
        ),
    )


def _cells(row: int, found: Style) -> tuple[Cell, ...]:
    return tuple(
        Cell(*NAMES[key], is_here=(row, column) == (found.row, found.column))
        for column, key in enumerate(GRID[row])
    )


def _why(trait: Trait) -> tuple[str, str]:
    """What was counted, and from where on which word is true."""
    share = {"percent": round(100 * trait.value)}
    line = {"percent": round(100 * trait.line)}
    match trait.axis:
        case "making":
            told = _("%(percent)d%% of the posts point to something of others'") % share
            return told, _("sharing from %(percent)d%% on, else creating") % line
        case "hashtags":
            told = _("%(percent)d%% of the hashtags are the %(many)d most used") % (
                share | {"many": FAVOURITE_TAGS}
            )
            return told, _("focused from %(percent)d%% on, else broad") % line
        case "networks":
            told = _n(
                "too few hashtags to tell; posts at %d network",
                "too few hashtags to tell; posts at %d networks",
                round(trait.value),
            )
            many = _n("broad from %d network on", "broad from %d networks on", BROAD_NETWORKS)
            return told % trait.value, many % BROAD_NETWORKS
        case "rhythm":
            told = _("posted in %(weeks)d of the last %(all)d weeks")
            many = _("consistent from %d weeks on, else casual") % CONSISTENT_FROM
            return told % {"weeks": trait.value, "all": WEEKS}, many
    told = _("%(percent)d%% of the posts were answered") % share
    return told, _("participating from %(percent)d%% on, else listening") % line
