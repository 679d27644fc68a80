from __future__ import annotations

import json
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from scoring.networks.declaring import Link
from scoring.selectors import NetworkState, network_states

HEADINGS: Final = ("network", "state", "accounts", "failing", "cut off", "last read", "spent")
NOT_LINKED: Final = {Link.ARCHIVE: "archive only", Link.OFF: "off"}


class Command(BaseCommand):
    help = "Says of each network what is configured, what is missing, and how its accounts do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> str:
        states = network_states(at=timezone.now())
        if options["json"]:
            return json.dumps([as_dict(state) for state in states], indent=2)
        return as_text(states)


def as_dict(state: NetworkState) -> dict[str, Any]:
    read = state.refreshed_at
    return {
        "network": state.network.key,
        "name": state.network.name,
        "link": state.network.link.value,
        "offered": state.offered,
        "missing": list(state.missing),
        "where": state.network.setup.where,
        "accounts": state.accounts,
        "failing": state.failing,
        "cut_off": state.cut_off,
        "last_error": state.last_error,
        "refreshed_at": read.isoformat() if read else None,
        "spent_micros": state.spent_micros,
        "cap_micros": state.cap_micros,
    }


def as_text(states: list[NetworkState]) -> str:
    rows = [HEADINGS, *(_row(state) for state in states)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    failing = [f"{s.network.name}: {s.last_error}" for s in states if s.last_error]
    missing = [_missing(state) for state in states if state.missing]
    parts = ["\n".join(part) for part in (lines, failing, missing) if part]
    return "\n\n".join(parts)


def _row(state: NetworkState) -> tuple[str, ...]:
    offered = "offered" if state.offered else "needs keys"
    counts = (state.accounts, state.failing, state.cut_off)
    return (
        state.network.name,
        NOT_LINKED.get(state.network.link, offered),
        *map(str, counts),
        f"{state.refreshed_at:%Y-%m-%d %H:%M}" if state.refreshed_at else "-",
        _money(state),
    )


def _money(state: NetworkState) -> str:
    if state.cap_micros is None:
        return "-"
    return f"${state.spent_micros / 1e6:.2f} of ${state.cap_micros / 1e6:.2f}"


def _missing(state: NetworkState) -> str:
    where = f"\n    {state.network.setup.where}" if state.network.setup.where else ""
    return f"{state.network.name}: set {', '.join(state.missing)}{where}"
