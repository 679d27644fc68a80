from __future__ import annotations

from scoring.models.accounts import Credential, LinkedAccount, Progress, ServerApp
from scoring.models.facts import Post, Reading
from scoring.models.leaving import Suppression
from scoring.models.scores import ScoreDay

__all__ = [
    "Credential",
    "LinkedAccount",
    "Post",
    "Progress",
    "Reading",
    "ScoreDay",
    "ServerApp",
    "Suppression",
]
