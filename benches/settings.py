"""The site's settings, with pages served as in production: no look for changed files."""

from __future__ import annotations

from klout_site.settings import *  # noqa: F403
from klout_site.settings import BASE_DIR, STORAGES

STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
STATIC_ROOT = BASE_DIR / "static"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
