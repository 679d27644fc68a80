from __future__ import annotations

from scoring.models.accounts import Credential, LinkedAccount, Progress, ServerApp
from scoring.models.archives import Archive
from scoring.models.facts import Post, Reading
from scoring.models.leaving import Suppression
from scoring.models.scores import ScoreDay
from scoring.models.spending import Spending

__all__ = [
    "Archive",
    "Credential",
    "LinkedAccount",
    "Post",
    "Progress",
    "Reading",
    "ScoreDay",
    "ServerApp",
    "Spending",
    "Suppression",
]
