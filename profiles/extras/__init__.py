"""What is shown beside the score and made of the same rows: activity, styles, moments, ties ..."""

from __future__ import annotations
