"""/brand/: an admin site for the members of brands. They see their own brand and nothing else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, NoReturn

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _

from perks import access
from perks.models import Brand, Perk
from perks.perk_admin import PerkAdmin

# Django's own ways to log in and out, change passwords and look at any object: not these.
UNUSED: Final = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


class BrandSite(AdminSite):
    site_header = site_title = _("Brands at %(site)s") % {"site": settings.SITE_NAME}
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and access.is_member(request.user)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        inner = super().admin_view(view, cacheable)

        @functools.wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in UNUSED]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"is_brand_site": True}

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect(reverse("admin:perks_perk_changelist", current_app=self.name))

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: Any = None
    ) -> HttpResponse:
        return self.index(request)


class MembersPerkAdmin(PerkAdmin):
    """Membership decides, not the permissions that staff can have."""

    list_title = _("Your perks")
    shows_codes = True
    object_history_template = "brand/history.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Perk]:
        return super().get_queryset(request).filter(brand__in=access.brands_of(request.user))

    def brands_for(self, request: HttpRequest) -> QuerySet[Brand]:
        return access.brands_of(request.user)

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> NoReturn:
        raise Http404

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Perk | None = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Perk | None = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Perk | None = None) -> bool:
        return True


site = BrandSite(name="brand")
site.register(Perk, MembersPerkAdmin)
