"""klout_site.wsgi, with the tests' servers within reach."""

from __future__ import annotations

from klout_site.wsgi import application
from tests.browser import seam

seam.install()

__all__ = ["application"]
