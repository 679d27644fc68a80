from __future__ import annotations

from django.conf import settings
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class StaffAdminSite(AdminSite):
    site_header = site_title = _("Staff of %(site)s") % {"site": settings.SITE_NAME}
    index_title = _("Everything on the site")
