"""Answers of networks in their own shape, about people who do not exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def recorded(name: str, base: str = "") -> Any:
    """ "mastodon/statuses" -> its JSON; `base` takes the place of {base} in addresses."""
    path = Path(__file__).parent / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8").replace("{base}", base))
