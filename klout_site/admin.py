from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class StaffAdminSite(AdminSite):
    site_header = site_title = _("Staff of %(site)s") % {"site": settings.SITE_NAME}
    index_title = _("Everything on the site")

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """But what stays empty here: allauth's rows for accounts, tokens and applications."""
        models = model_or_iterable
        if getattr(models, "_meta", None) and models._meta.app_label == "socialaccount":
            return
        super().register(models, *args, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The site's own log-in, which limits guessing; nothing is here for who isn't staff."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or request.get_full_path())
