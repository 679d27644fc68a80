"""The codes that units carry: pasted by the brand, or made here."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perks.models import LONGEST_CODE

# Nothing that reads like something else: no 0 and O, 1 and I, 5 and S, 8 and B, U and V.
ALPHABET: Final = "ACDEFGHJKMNPQRTWXYZ34679"
GROUPS, GROUP_LENGTH = 3, 4  # 24 ** 12 codes: nobody guesses one
MAX_UNITS: Final = 20_000
SHOWN_PROBLEMS: Final = 10


def generate(how_many: int, *, taken: Collection[str] = ()) -> list[str]:
    """Secret codes like K7QF-M3XD-9RTA, each different from the others and from `taken`."""
    fresh: dict[str, None] = {}
    while len(fresh) < how_many:
        code = "-".join(
            "".join(secrets.choice(ALPHABET) for _letter in range(GROUP_LENGTH))
            for _group in range(GROUPS)
        )
        if code not in taken:
            fresh[code] = None
    return list(fresh)


def read_pasted(text: str, *, how_many: int, taken: Collection[str] = ()) -> list[str]:
    """One code a line, blank lines dropped. Raises ValidationError that names the lines."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, code) for number, code in lines if code]
    problems = _problems(lines, taken)
    if len(problems) > SHOWN_PROBLEMS:
        more = len(problems) - SHOWN_PROBLEMS
        problems[SHOWN_PROBLEMS:] = [
            ngettext("… and %(more)s more line.", "… and %(more)s more lines.", more)
            % {"more": more}
        ]
    if problems:
        raise ValidationError(problems)
    _check_count(pasted=len(lines), wanted=how_many)
    return [code for _number, code in lines]


def _problems(lines: list[tuple[int, str]], taken: Collection[str]) -> list[str]:
    first_seen: dict[str, int] = {}
    problems = []
    for number, code in lines:
        if problem := _problem(number, code, first_seen.get(code), taken):
            problems.append(problem)
        first_seen.setdefault(code, number)
    return problems


def _problem(number: int, code: str, before: int | None, taken: Collection[str]) -> str:
    if before is not None:
        return _("Line %(line)s repeats line %(before)s.") % {"line": number, "before": before}
    if code in taken:
        return _("Line %(line)s is already a code of this perk.") % {"line": number}
    if len(code) > LONGEST_CODE:
        return _("Line %(line)s is too long: at most %(most)s characters.") % {
            "line": number,
            "most": LONGEST_CODE,
        }
    if not code.isprintable():
        return _("Line %(line)s holds characters that can't be printed.") % {"line": number}
    return ""


def _check_count(*, pasted: int, wanted: int) -> None:
    if pasted == wanted:
        return
    units = ngettext("You want %(n)s unit", "You want %(n)s units", wanted) % {"n": wanted}
    codes = ngettext("pasted %(n)s code", "pasted %(n)s codes", pasted) % {"n": pasted}
    difference = abs(wanted - pasted)
    rest = (
        ngettext("%(n)s is missing", "%(n)s are missing", difference)
        if pasted < wanted
        else ngettext("%(n)s is too many", "%(n)s are too many", difference)
    ) % {"n": difference}
    raise ValidationError(
        _("%(units)s but %(codes)s: %(rest)s.") % {"units": units, "codes": codes, "rest": rest}
    )
