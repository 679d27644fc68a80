"""The simulator as a server: tables and cast are made when it starts."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.networks.netsim.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from tests.networks.netsim.cast import assemble  # noqa: E402

assemble(os.environ["NETSIM_CALLBACKS"].split())
