from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from profiles.models import Profile
from profiles.selectors import AccountParts, ScoreView, score_view
from scoring.selectors import current_score


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
        day = current_score(profile.user_id)
        if day is None:
            raise CommandError(f"@{profile.handle} has no score yet.")
        view = score_view(day)
        if options["json"]:
            facts = as_dict(profile.handle, view) | {"inputs_hash": day.inputs_hash}
            return json.dumps(facts, indent=2)
        return as_text(profile.handle, view)


def as_dict(handle: str, view: ScoreView) -> dict[str, Any]:
    return {
        "handle": handle,
        "score": view.points,
        "interval": None if view.low is None else [view.low, view.high],
        "day": view.day.isoformat(),
        "posts_counted": view.posts_counted,
        "formula_version": view.version,
        "parts": [
            {
                "network": group.network.key if group.network else None,
                "account": group.handle or None,
                "key": part.key,
                "name": str(part.term.name),
                "points": part.points,
                "cap": part.cap,
                "value": part.value,
            }
            for group in view.groups
            for part in group.parts
        ],
    }


def as_text(handle: str, view: ScoreView) -> str:
    lines = [f"@{handle}: {view.points:.1f} on {view.day} (formula {view.version})"]
    if view.low is not None:
        lines.append(f"  80% sure it lies from {view.low:.1f} to {view.high:.1f}")
    for group in view.groups:
        lines += ["", *_group_lines(group)]
    return "\n".join([*lines, "", f"  {'Sum':<20}{view.points:>6.1f}"])


def _group_lines(group: AccountParts) -> list[str]:
    title = [f"  {group.network.name}: {group.handle}"] if group.network else []
    return title + [
        f"  {part.term.name!s:<20}{part.points:>6.1f} of {part.cap:<5g}{_counted(part)}"
        for part in group.parts
    ]


def _counted(part: Any) -> str:
    if part.key == "base":
        return f" {part.counted}"
    if part.value is None:
        return f" {part.silence}"
    return f" {part.value:,.2f} {part.counted}".replace(".00 ", " ")
