"""Reach, resonance, and relevance of who responds: from the parts of the score and stored rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from profiles.extras import people
from scoring.formula import Explained
from scoring.formula.signals import FIELD, POSTS, Row
from scoring.formula.subscores import Relevance, Subscore, reach, relevance, resonance
from scoring.models import CurrentScore, LinkedAccount
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network
from scoring.wording import TERMS, Words

# Of the people of this site who respond, so many are looked up.
LOOKED_UP: Final = 500


@dataclass(frozen=True, slots=True)
class PieceView:
    """What one term of one account brings, of what it can bring. network None: hidden."""

    name: Words
    network: Network | None
    percent: float
    told: bool


@dataclass(frozen=True, slots=True)
class SubscoreView:
    points: int
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True, slots=True)
class Subscores:
    """relevance None: no network tells who responded."""

    reach: SubscoreView
    resonance: SubscoreView
    relevance: Relevance | None


def subscores_of(
    user_id: int,
    explained: Explained | None,
    *,
    rows: Mapping[int, Row],
    accounts: Iterable[LinkedAccount],
    hidden: Collection[str] = (),
) -> Subscores | None:
    """None on too few posts. `hidden`: networks of which only points may be shown to who looks."""
    if explained is None or not explained.enough:
        return None
    shown = {
        account.pk: NETWORKS.get(account.network)
        for account in accounts
        if account.network not in hidden
    }
    return Subscores(
        reach=_view(reach(explained), shown),
        resonance=_view(resonance(explained), shown),
        relevance=_relevance(user_id, {pk: row for pk, row in rows.items() if pk in shown}),
    )


def _relevance(user_id: int, rows: Mapping[int, Row]) -> Relevance | None:
    selectivity = selectivity_of(rows)
    return None if selectivity is None else relevance(selectivity, _scores(user_id))


def selectivity_of(rows: Mapping[int, Row]) -> float | None:
    """Mean over the accounts that tell, weighted by how many people responded to each."""
    told = [row for row in rows.values() if not np.isnan(row[FIELD["selectivity"]])]
    if not told:
        return None
    weights = [max(1e-6, float(np.expm1(row[FIELD["responders"]]))) for row in told]
    return float(np.average([row[FIELD["selectivity"]] for row in told], weights=weights))


def _scores(user_id: int) -> list[float]:
    here = people.responded_to(user_id, limit=LOOKED_UP, newest=POSTS)
    rows = CurrentScore.objects.filter(user__in=list(here), tenths__isnull=False) if here else ()
    return [row.tenths / 10 for row in rows]


def _view(found: Subscore, shown: Mapping[int, Network | None]) -> SubscoreView:
    return SubscoreView(
        points=round(found.points),
        pieces=tuple(
            PieceView(
                name=TERMS[piece.key].name,
                network=shown.get(piece.account),
                percent=round(100 * piece.value / piece.cap, 1) if piece.cap else 0.0,
                told=piece.told,
            )
            for piece in found.pieces
            if piece.value > 0
        ),
    )
