"""The site's settings, on servers that are the tests' own."""

from __future__ import annotations

import os

from tests import servers

servers.use_own_redis_database(os.environ.get("PYTEST_XDIST_WORKER", ""))

from klout_site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, for tests only
