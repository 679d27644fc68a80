from __future__ import annotations

import time
from datetime import date
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from scoring import selectors
from scoring.formula import NoSuchFormula, load
from scoring.services.mass import checking, comparing, pool, running

BAR: Final = 24
# Between two lines where nobody watches a bar.
SECONDS: Final = 10


class Command(BaseCommand):
    help = (
        "Everybody's score of a day: --all writes it, --all --dry-run says what a formula would"
        " change, --as-of checks that stored ones come out again bit for bit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--all", action="store_true", help="score everybody; may be killed")
        what.add_argument("--as-of", type=_day, metavar="DATE", help="check a stored day")
        parser.add_argument("--formula", default="", help="default: the one that counts that day")
        parser.add_argument("--day", type=_day, metavar="DATE", help="with --all; default: today")
        parser.add_argument("--dry-run", action="store_true", help="with --all; writes nothing")
        parser.add_argument(
            "--repack", action="store_true", help="with --all; after an upgrade from version 1"
        )
        parser.add_argument("--user", type=int, metavar="ID", help="with --as-of: only that person")
        parser.add_argument("--workers", type=int, default=pool.WORKERS, help="processes")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 1:
            raise CommandError("--workers: one at least.")
        self._bar = Bar(self, quiet=options["verbosity"] == 0)
        try:
            if options["formula"]:
                load(options["formula"])
            if not options["all"]:
                self._check(options)
            elif options["dry_run"]:
                self._compare(options)
            else:
                self._rescore(options)
        except (NoSuchFormula, running.CannotRun, pool.WorkerFailed) as why:
            raise CommandError(str(why)) from None

    def _rescore(self, options: dict[str, Any]) -> None:
        at = timezone.now()
        day, version = _of(options, at.date())
        total = running.rescore_everybody(
            version=version,
            day=day,
            at=at,
            workers=options["workers"],
            told=self._bar.show,
            repack=options["repack"],
        )
        self._bar.end()
        again = ", going on where the last run was ended" if total.resumed else ""
        self._say(
            options,
            f"{total.people:,} people scored for {day} by formula {version}{again},"
            f" {total.changed:,} of them written: {self._bar.rate(total.people):,.0f} a second."
            f" {total.peak / 1e6:,.0f} MB in the workers at most.",
        )

    def _compare(self, options: dict[str, Any]) -> None:
        day, version = _of(options, timezone.now().date())
        found = running.compare_everybody(
            version=version, day=day, workers=options["workers"], told=self._bar.show
        )
        self._bar.end()
        self.stdout.write(f"Formula {version} for {day}; nothing was written.\n{as_text(found)}")

    def _check(self, options: dict[str, Any]) -> None:
        found = running.check_day(
            version=options["formula"],
            day=options["as_of"],
            at=timezone.now(),
            workers=options["workers"],
            told=self._bar.show,
            user_id=options["user"],
        )
        self._bar.end()
        if not found.stored:
            raise CommandError(f"No score is stored for {options['as_of']}.")
        said = _found(found)
        if found.different:
            raise CommandError(said)
        self._say(options, said)

    def _say(self, options: dict[str, Any], words: str) -> None:
        if options["verbosity"] > 0:
            self.stdout.write(words)


def _of(options: dict[str, Any], today: date) -> tuple[date, str]:
    day = options["day"] or today
    return day, options["formula"] or selectors.formula_on(day)


def _day(said: str) -> date:
    return date.fromisoformat(said)


def _found(found: checking.Found) -> str:
    parts = [
        f"{found.stored:,} stored: {found.equal:,} come out again bit for bit,"
        f" {found.different:,} differ"
    ]
    if found.lost:
        parts.append(f"of {found.lost:,} the signals are no longer kept")
    if found.otherwise:
        parts.append(f"{found.otherwise:,} were made by another formula")
    return ", ".join(parts) + "."


def as_text(found: comparing.Differences) -> str:
    lines = [
        f"{found.people:,} people: {found.compared:,} have a number before and after,"
        f" {found.gained:,} get one, {found.lost:,} lose theirs, {found.thin:,} have too few posts,"
        f" {found.new:,} had no score yet.",
    ]
    if found.compared:
        mean = found.sum / found.compared / 10
        lines += [
            f"Mean difference {mean:+.2f} points; {found.intervals:,} keep their number and get"
            " another interval.",
            *_histogram(found),
        ]
    return "\n".join(lines)


def _histogram(found: comparing.Differences) -> list[str]:
    edges = comparing.EDGES
    most = max(1, int(found.bars.max()))
    lines = []
    for index, count in enumerate(found.bars):
        low = None if index == 0 else edges[index - 1]
        high = None if index == len(edges) else edges[index] - 1
        bar = "#" * round(BAR * int(count) / most)
        share = int(count) / found.compared
        lines.append(f"{_between(low, high):>16}  {count:>12,}  {share:6.1%}  {bar}".rstrip())
    return lines


def _between(low: int | None, high: int | None) -> str:
    """In points, of whole tenths, both ends included."""
    if low is None:
        return f"{(high or 0) / 10:+.1f} or less"
    if high is None:
        return f"{low / 10:+.1f} or more"
    return "0" if low == high == 0 else f"{low / 10:+.1f} to {high / 10:+.1f}"


class Bar:
    """One line that grows on a terminal; elsewhere a line now and then."""

    def __init__(self, command: BaseCommand, *, quiet: bool) -> None:
        self._out = command.stderr
        self._quiet = quiet
        self._terminal = command.stderr.isatty()
        self._began = self._said = time.monotonic()

    def show(self, progress: running.Progress) -> None:
        now = time.monotonic()
        if self._quiet or (not self._terminal and now - self._said < SECONDS):
            return
        self._said = now
        line = self._line(progress, now - self._began)
        if self._terminal:
            self._write(f"\r{line}\x1b[K", ending="")
        else:
            self._write(line, ending="\n")

    def end(self) -> None:
        if self._terminal and not self._quiet:
            self._write("\r\x1b[K", ending="")

    def _write(self, words: str, *, ending: str) -> None:
        self._out.write(words, str, ending)  # `str`: in no colour, nothing is wrong
        self._out.flush()

    def rate(self, people: int) -> float:
        return people / max(1e-9, time.monotonic() - self._began)

    def _line(self, progress: running.Progress, passed: float) -> str:
        full = round(BAR * progress.share)
        # Of a run that goes on, what was done before took no time now.
        done = max(1e-9, progress.share - progress.begun)
        left = passed * (1 - progress.share) / done
        return (
            f"{'#' * full}{'.' * (BAR - full)} {progress.share:4.0%}"
            f"  {progress.people:,} people, {self.rate(progress.people):,.0f}/s,"
            f" {_duration(left)} left"
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
