from __future__ import annotations

from django.urls import path

from profiles.linking.providers import PROVIDERS
from profiles.views import archives, bluesky, pages, settings
from profiles.views.accounts import leaving, page, returning
from scoring.networks.bluesky import client

# allauth looks for the address to come back to by these names.
callbacks = [
    path(
        f"settings/accounts/callback/{key}/",
        returning.central_callback,
        {"network": key},
        name=f"{key}_callback",
    )
    for key in PROVIDERS
]
urlpatterns = [
    path("me/", pages.me, name="me"),
    path("@<str:handle>/", pages.profile, name="profile"),
    path("welcome/", pages.welcome, name="welcome"),
    path("settings/profile/", settings.profile_settings, name="profile_settings"),
    path("settings/visibility/", settings.visibility, name="visibility"),
    path("settings/accounts/", page.accounts, name="accounts"),
    path("settings/accounts/connect/", leaving.connect, name="connect"),
    path("settings/accounts/connect/<str:network>/", leaving.connect, name="connect_network"),
    path("settings/accounts/consent/", leaving.consent, name="consent"),
    path("settings/accounts/choose/", returning.choose, name="choose_account"),
    *callbacks,
    path(
        "settings/accounts/callback/<str:host>/",
        returning.connect_callback,
        name="connect_callback",
    ),
    path("settings/accounts/<int:account_id>/refresh/", page.refresh, name="refresh"),
    path("settings/accounts/<int:account_id>/disconnect/", page.disconnect, name="disconnect"),
    path("settings/accounts/<int:account_id>/progress/", page.progress, name="progress"),
    path("settings/archives/", archives.archives, name="archives"),
    path("settings/archives/upload/", archives.upload, name="archive_upload"),
    path("settings/archives/<int:archive_id>/", archives.archive, name="archive"),
    path("settings/archives/<int:archive_id>/delete/", archives.delete, name="archive_delete"),
    path(client.METADATA_PATH, bluesky.client_metadata, name="bluesky_client_metadata"),
    path(client.JWKS_PATH, bluesky.jwks, name="bluesky_jwks"),
    path(client.LOOPBACK_PATH, bluesky.loopback, name="bluesky_loopback"),
]
