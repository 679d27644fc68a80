from __future__ import annotations

from scoring.models.accounts import Credential, LinkedAccount, Progress, ServerApp
from scoring.models.archives import Archive
from scoring.models.facts import Post, Reading
from scoring.models.leaving import Suppression
from scoring.models.scores import (
    AccountSignals,
    BusyResponder,
    CurrentScore,
    FormulaRelease,
    RescoreRun,
    ScoreDay,
    ScoreMonth,
    SignalsDay,
)
from scoring.models.spending import Spending

__all__ = [
    "AccountSignals",
    "Archive",
    "BusyResponder",
    "Credential",
    "CurrentScore",
    "FormulaRelease",
    "LinkedAccount",
    "Post",
    "Progress",
    "Reading",
    "RescoreRun",
    "ScoreDay",
    "ScoreMonth",
    "ServerApp",
    "SignalsDay",
    "Spending",
    "Suppression",
]
