"""Rules and reasons as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from perks import eligibility as why
from perks.eligibility import Phase, Reason, Rule
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link


def moment(at: datetime) -> str:
    """In the reader's format, and always in UTC: a perk opens everywhere at once."""
    date = date_format(timezone.localtime(at, timezone.get_default_timezone()), "DATETIME_FORMAT")
    return _("%(date)s UTC") % {"date": date}


def country_names(codes: Iterable[str]) -> list[str]:
    return [str(countries.name(code)) or code for code in codes]


def network_choices() -> list[tuple[str, str]]:
    """Networks of which people can have accounts here, if by their archives only."""
    return [(n.key, n.name) for n in NETWORKS.values() if n.link is not Link.OFF]


def network_names(keys: Iterable[str]) -> list[str]:
    return [NETWORKS[key].name if key in NETWORKS else key for key in keys]


def phase_name(phase: Phase) -> str:
    return {
        Phase.DRAFT: _("Draft"),
        Phase.SCHEDULED: _("Scheduled"),
        Phase.OPEN: _("Open"),
        Phase.OVER: _("Over"),
    }[phase]


def requirements(rule: Rule) -> list[str]:
    """What a perk asks for, a phrase each."""
    phrases = [_("Score of %(score)s or more") % {"score": rule.min_tenths // 10}]
    if rule.countries:
        phrases.append(_any_country(rule.countries))
    if rule.networks:
        phrases.append(_any_network(rule.networks))
    return phrases


def points_away(tenths: int) -> str:
    """Rounded up to whole points: who is told 4 and climbs 4 is there."""
    if tenths < 10:
        return _("less than 1 point away")
    points = -(-tenths // 10)
    return ngettext("%(points)s point away", "%(points)s points away", points) % {"points": points}


def sentence(reason: Reason) -> str:
    """Said to the person it is about."""
    return _SENTENCES[type(reason)](reason)


def borderline(rule: Rule, standing: why.Standing) -> str:
    """Said to somebody whose interval reaches over what the perk asks for; else ""."""
    if not why.is_borderline(rule, standing):
        return ""
    words = {
        "low": _points(standing.low_tenths),
        "high": _points(standing.high_tenths),
        "asked": rule.min_tenths // 10,
    }
    if (standing.tenths or 0) >= rule.min_tenths:
        return (
            _(
                "Borderline: your score lies between %(low)s and %(high)s, and this asks for"
                " %(asked)s. The number shown decides, and it is enough."
            )
            % words
        )
    return (
        _(
            "Borderline: your score lies between %(low)s and %(high)s, and this asks for"
            " %(asked)s. The number shown decides, and it is just below."
        )
        % words
    )


def _points(tenths: int | None) -> str:
    return floatformat((tenths or 0) / 10, 1)


def _any_country(codes: Iterable[str]) -> str:
    return _("In %(countries)s") % {"countries": get_text_list(country_names(codes), _("or"))}


def _any_network(keys: Iterable[str]) -> str:
    return _("On %(networks)s") % {"networks": get_text_list(network_names(keys), _("or"))}


def _points_short(reason: why.PointsShort) -> str:
    return _("You are %(points_away)s.") % {"points_away": points_away(reason.tenths)}


def _too_few_posts(reason: why.TooFewPosts) -> str:
    counts = {"posts": reason.posts, "needed": reason.needed}
    return _("Not enough yet: %(posts)s of %(needed)s posts.") % counts


def _wrong_country(reason: why.WrongCountry) -> str:
    names = get_text_list(country_names(reason.allowed), _("or"))
    if not reason.own:
        return _("Only for people in %(countries)s, and your profile names no country.") % {
            "countries": names
        }
    return _("Only for people in %(countries)s.") % {"countries": names}


def _missing_network(reason: why.MissingNetwork) -> str:
    names = get_text_list(network_names(reason.any_of), _("or"))
    return _("Only for people who have connected %(networks)s.") % {"networks": names}


_SENTENCES: Final[dict[type[Reason], Callable[[Any], str]]] = {
    why.Draft: lambda r: _("It has not been published."),
    why.NotOpenYet: lambda r: _("It opens on %(moment)s.") % {"moment": moment(r.opens_at)},
    why.Over: lambda r: _("It closed on %(moment)s.") % {"moment": moment(r.closed_at)},
    why.OptedOut: lambda r: _("You have opted out, so there is no score. Opt in again first."),
    why.ClaimedBefore: lambda r: _("You had one before you opted out. It is one per person."),
    why.NoScore: lambda r: _("You have no score yet: connect an account first."),
    why.TooFewPosts: _too_few_posts,
    why.PointsShort: _points_short,
    why.WrongCountry: _wrong_country,
    why.MissingNetwork: _missing_network,
}
