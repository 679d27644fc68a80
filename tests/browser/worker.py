"""klout_site's Celery application, with the tests' servers within reach."""

from __future__ import annotations

from klout_site.celery import app
from tests.browser import seam

seam.install()

__all__ = ["app"]
