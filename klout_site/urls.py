from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from klout_site.views import evaluation, health, pages, privacy
from perks.brand_site import site as brand_site

urlpatterns = [
    path("", pages.home, name="home"),
    path("how-it-works/", pages.how_it_works, name="how_it_works"),
    path("evaluation/", evaluation.evaluation, name="evaluation"),
    path("healthz", health.healthz, name="healthz"),
    path("settings/privacy/", privacy.privacy, name="privacy"),
    path("settings/privacy/opt-out/", privacy.opt_out, name="opt_out"),
    path("settings/privacy/opt-in/", privacy.opt_in, name="opt_in"),
    path("", include("profiles.urls")),
    path("", include("perks.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("brand/", brand_site.urls),
    path("admin/", admin.site.urls),
]
