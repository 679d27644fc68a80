from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "klout_site"
    verbose_name = _("Site")

    def ready(self) -> None:
        # Makes it the app of all shared tasks. Not in the package's __init__: the supervisor
        # imports the package too, and needs neither Celery nor settings.
        from klout_site import celery  # noqa: F401


class StaffAdminConfig(AdminConfig):
    default_site = "klout_site.admin.StaffAdminSite"
