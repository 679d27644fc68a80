from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from profiles.models import Profile
from profiles.selectors import AccountParts, PartView, Reason, ScoreView, TooFew, score_of, too_few
from profiles.shown import accounts_shown
from scoring import selectors as scoring


class Command(BaseCommand):
    help = "Says what somebody's score is made of: the same parts as on their page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("handle", help="with or without the @")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, handle: str, **options: Any) -> str:
        handle = handle.removeprefix("@")
        profile = Profile.objects.filter(handle__iexact=handle).first()
        if profile is None:
            raise CommandError(f"Nobody here goes by @{handle}.")
        current = scoring.current_score(profile.user_id)
        accounts = list(scoring.accounts_of(profile.user_id))
        shown = accounts_shown(accounts, is_own=True)
        found = score_of(current, accounts, shown=shown) or too_few(current)
        if found is None:
            raise CommandError(f"@{profile.handle} has no score yet.")
        if options["json"]:
            return json.dumps(as_dict(profile.handle, found), indent=2)
        return as_text(profile.handle, found)


def as_dict(handle: str, found: ScoreView | TooFew) -> dict[str, Any]:
    """`score` is null on too few posts."""
    if isinstance(found, TooFew):
        return {
            "handle": handle,
            "score": None,
            "posts_counted": found.posts,
            "posts_needed": found.needed,
        }
    return {
        "handle": handle,
        "score": found.points,
        "interval": None if found.low is None else [found.low, found.high],
        "day": found.day.isoformat(),
        "posts_counted": found.posts_counted,
        "formula_version": found.version,
        "parts": [_part(group, part) for group in found.groups for part in group.parts],
        "helps": [_reason(reason) for reason in found.helps],
        "limits": [_reason(reason) for reason in found.limits],
    }


def _part(group: AccountParts, part: PartView) -> dict[str, Any]:
    return {
        "network": group.network.key if group.network else None,
        "account": group.handle or None,
        "key": part.key,
        "name": str(part.term.name),
        "points": part.points,
        "alone": part.alone,
        "cap": part.cap,
        "value": part.value,
        "told": part.told,
        "note": str(part.note),
        "typical_points": None if part.typical is None else round(part.typical, 1),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"key": reason.key, "points": reason.points, "why": reason.words}


def as_text(handle: str, found: ScoreView | TooFew) -> str:
    if isinstance(found, TooFew):
        return f"@{handle}: not enough yet, {found.posts} of {found.needed} posts"
    lines = [f"@{handle}: {found.points:.1f} on {found.day} (formula {found.version})"]
    if found.low is not None:
        lines.append(f"  80% sure it lies from {found.low:.1f} to {found.high:.1f}")
    lines += _reasons("What holds it up", "+", found.helps)
    lines += _reasons("Why it is not higher", "-", found.limits)
    for group in found.groups:
        lines += ["", *_group_lines(group)]
    return "\n".join([*lines, "", f"  {'Sum':<22}{found.points:>6.1f}"])


def _reasons(title: str, sign: str, reasons: tuple[Reason, ...]) -> list[str]:
    rows = [f"  {sign}{r.points:<6.1f}{r.name!s}: {r.words}" for r in reasons]
    return ["", f"  {title}:", *rows] if rows else []


def _group_lines(group: AccountParts) -> list[str]:
    title = [f"  {group.network.name}: {group.handle}"] if group.network else []
    return title + [
        f"  {part.term.name!s:<22}{part.points:>6.1f} of {part.cap:<5g} {_counted(part)}".rstrip()
        for part in group.parts
    ]


def _counted(part: PartView) -> str:
    said = str(part.silence) or f"{part.said} {part.counted}".strip()
    return f"{said} ({part.note})" if part.note else said
