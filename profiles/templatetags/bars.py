"""The lines of a sum. Who has many accounts has dozens, and a template takes its time for each."""

from __future__ import annotations

from typing import Final

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from profiles.selectors.bars import AccountParts, PartView
from profiles.selectors.saying import points

register = template.Library()

LINE: Final = (
    '<li class="sum__line part part--{}{}"><span class="sum__key" aria-hidden="true"></span>'
    '<span class="sum__name">{}</span> <span class="sum__counted">{}{}</span> {} '
    '<span class="sum__points">{} <small>{}</small></span></li>\n'
)
BAR: Final = (
    '<span class="bar" aria-hidden="true"><svg width="100%" height="8">'
    '<rect class="bar__filled" width="{}%" height="100%"/>{}</svg></span>'
)
MARK: Final = '<rect class="bar__typical" x="{}%" width="2" height="100%"/>'
NOTE: Final = ' <span class="sum__note">{}</span>'


@register.filter
def lines(group: AccountParts, handle: str) -> SafeString:
    """One for each part; `handle`: of whose page, where a click leads behind each number."""
    return format_html_join("", "{}", ((_line(group, part, handle),) for part in group.parts))


@register.filter
def bar(part: PartView) -> SafeString:
    """Silent, with a mark where a peer would stand: the numbers stand beside it."""
    mark = "" if part.typical_percent is None else format_html(MARK, str(part.typical_percent))
    return format_html(BAR, str(part.percent), mark)


def _line(group: AccountParts, part: PartView, handle: str) -> SafeString:
    return format_html(
        LINE,
        part.key,
        "" if part.told else " part--guessed",
        _name(group, part, handle),
        part.silence or f"{part.said} {part.counted}".lstrip(),
        format_html(NOTE, part.note) if part.note else "",
        bar(part),
        points(part.points),
        _most(group, part),
    )


def _name(group: AccountParts, part: PartView, handle: str) -> str:
    name = str(part.term.name)
    if not handle or not part.has_evidence or group.account is None:
        return name
    address = reverse("part", args=[handle, group.account, part.key])
    return format_html('<a href="{}">{}</a>', address, name)


def _most(group: AccountParts, part: PartView) -> str:
    if group.is_beside_others:
        return _("alone %(points)s") % {"points": points(part.alone)}
    return _("of %(points)s") % {"points": points(part.cap)}
