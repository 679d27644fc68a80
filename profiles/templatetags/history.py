"""Charts and differences as strings. A chart has hundreds of days: one string, no template loop."""

from __future__ import annotations

from datetime import date

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from profiles.charts import Chart, Day, Point
from profiles.templatetags.scores import day_in, points_in
from profiles.templatetags.scores import points as as_points

register = template.Library()
PATH = '<path class="chart__point" d="M{x} {y}h0" data-x="{x}"><title>{title}</title></path>'
FIGURE = '<td class="figure">{}</td>'
ROW = f'<tr><th scope="row">{{}}</th>{FIGURE}{FIGURE}</tr>'


@register.filter
def signed(points: float) -> str:
    """+1.2 or −0.8."""
    sign = "+" if points > 0 else "−" if points < 0 else "±"
    return sign + as_points(abs(points))


@register.filter
def weekday(value: date) -> str:
    return date_format(value, "l")


@register.filter
def chart_points(chart: Chart) -> SafeString:
    """What a pointer or an arrow key finds, each with its words."""
    plain = _("%(day)s: %(points)s")
    sure = _("%(day)s: %(points)s, between %(low)s and %(high)s")
    language = get_language()
    return mark_safe("".join(_path(point, plain, sure, language) for point in chart.points))


@register.filter
def chart_rows(chart: Chart, handle: str = "") -> SafeString:
    """The rows of a table, newest day first; with a handle, each day leads to its page."""
    to = reverse("why", args=[handle, "9999-12-31"]) if handle else ""
    language = get_language()
    return mark_safe("".join(_row(day, to, language) for day in reversed(chart.days_shown)))


@register.filter
def flag_numbers(chart: Chart) -> SafeString:
    """Numbers above the chart, each over what happened."""
    each = ((f"{flag.percent}", flag.number) for flag in chart.flags)
    return format_html_join("", '<text x="{}%" y="13" text-anchor="middle">{}</text>', each)


@register.filter
def flag_lines(chart: Chart) -> SafeString:
    words = '<line class="chart__flag" x1="{0}" x2="{0}" y1="0" y2="{1}"/>'
    return format_html_join("", words, ((f"{flag.x}", chart.height) for flag in chart.flags))


def _path(point: Point, plain: str, sure: str, language: str | None) -> str:
    """Of numbers and dates alone, and of our own words."""
    words = {"day": day_in(point.day, language), "points": points_in(point.points, language)}
    if point.low is None or point.high is None:
        title = plain % words
    else:
        ends = {"low": points_in(point.low, language), "high": points_in(point.high, language)}
        title = sure % (words | ends)
    return PATH.format(x=point.x, y=point.y, title=title)


def _row(day: Day, to: str, language: str | None) -> str:
    words = day_in(day.day, language)
    if to:
        words = f'<a href="{to.replace("9999-12-31", day.day.isoformat())}">{words}</a>'
    sure = "–"
    if day.low is not None and day.high is not None:
        sure = f"{points_in(day.low / 10, language)} – {points_in(day.high / 10, language)}"
    return ROW.format(words, points_in(day.tenths / 10, language), sure)
