from __future__ import annotations

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klout_site.settings")
application = get_wsgi_application()

# Two threads that both compute take turns this often. At Python's 5 ms they spent more time on
# handing over than on pages: 42 requests a second against 75 of one thread; so, they do 76.
sys.setswitchinterval(0.05)
