"""Measures our code against a floor: the least that anybody could do for the same result."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Final

ROUNDS: Final = 7
ROUND_SECONDS: Final = 0.3


@dataclass(frozen=True)
class Bench:
    """`ours` and `floor` do one round each and return what came out, in `unit`.

    A unit that ends in "/s" is a rate, where more is better; any other is a cost.
    """

    name: str
    unit: str
    ours: Callable[[], float]
    floor: Callable[[], float]
    rounds: int = ROUNDS


@dataclass(frozen=True)
class Result:
    """Medians of the rounds. `ratio`: how many times the floor's cost ours is, 1.0 at best."""

    name: str
    value: float
    unit: str
    floor: float
    ratio: float


def measure(bench: Bench) -> Result:
    """By turns, so that a machine that slows down slows down both."""
    bench.floor(), bench.ours()  # caches warm, connections open
    return summary(bench, [(bench.ours(), bench.floor()) for _ in range(bench.rounds)])


def summary(bench: Bench, pairs: Sequence[tuple[float, float]]) -> Result:
    """The ratio is the median of the rounds' own, which a slow moment of the machine spares."""
    values, floors = zip(*pairs, strict=True)
    ratios = [times_the_cost(bench.unit, value, floor) for value, floor in pairs]
    return Result(bench.name, median(values), bench.unit, median(floors), median(ratios))


def times_the_cost(unit: str, value: float, floor: float) -> float:
    return floor / value if unit.endswith("/s") else value / floor


def rate(work: Callable[[], object], seconds: float = ROUND_SECONDS) -> float:
    """How often a second `work` can be done."""
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        work()
        count += 1
    return count / passed


def milliseconds(work: Callable[[], object], seconds: float = ROUND_SECONDS) -> float:
    return 1000 / rate(work, seconds)


def chosen(names: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """Names that begin like one of `wanted`; all where nothing is wanted."""
    return [name for name in names if not wanted or name.startswith(tuple(wanted))]


def table(results: Iterable[Result]) -> str:
    lines = [f"{'':<28}{'ours':>12}{'floor':>12}  {'unit':<10}{'ratio':>8}"]
    for r in results:
        values = f"{_short(r.value):>12}{_short(r.floor):>12}"
        lines.append(f"{r.name:<28}{values}  {r.unit:<10}{r.ratio:>8.2f}")
    return "\n".join(lines)


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:,.2f}"


def write(file: Path, results: Iterable[Result]) -> None:
    """Replaces those of the same names; what was not measured this time stays."""
    kept = {row["name"]: row for row in json.loads(file.read_text())} if file.exists() else {}
    kept |= {result.name: asdict(result) for result in results}
    file.write_text(json.dumps(list(kept.values()), indent=2) + "\n")
