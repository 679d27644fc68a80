from __future__ import annotations

from django.urls import path

from profiles.views import accounts, pages, settings

urlpatterns = [
    path("me/", pages.me, name="me"),
    path("@<str:handle>/", pages.profile, name="profile"),
    path("welcome/", pages.welcome, name="welcome"),
    path("settings/profile/", settings.profile_settings, name="profile_settings"),
    path("settings/visibility/", settings.visibility, name="visibility"),
    path("settings/accounts/", accounts.accounts, name="accounts"),
    path("settings/accounts/connect/", accounts.connect, name="connect"),
    path("settings/accounts/consent/", accounts.consent, name="consent"),
    path(
        "settings/accounts/callback/<str:host>/",
        accounts.connect_callback,
        name="connect_callback",
    ),
    path("settings/accounts/<int:account_id>/refresh/", accounts.refresh, name="refresh"),
    path("settings/accounts/<int:account_id>/disconnect/", accounts.disconnect, name="disconnect"),
    path("settings/accounts/<int:account_id>/progress/", accounts.progress, name="progress"),
]
