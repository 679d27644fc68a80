from __future__ import annotations

from django.urls import path

from profiles.linking.providers import PROVIDERS
from profiles.views import (
    appeals,
    archives,
    bluesky,
    changes,
    extras,
    history,
    pages,
    parts,
    settings,
)
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
    path("me/appeal/", appeals.appeal, name="appeal"),
    path("me/appeals/", appeals.appeals, name="appeals"),
    path("formula-changes/", changes.formula_changes, name="formula_changes"),
    path("@<str:handle>/", pages.profile, name="profile"),
    path("@<str:handle>/parts/<int:account_id>/<str:key>/", parts.part, name="part"),
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
    path("@<str:handle>/history/", history.history, name="history"),
    path("@<str:handle>/history/<str:day>/", history.why, name="why"),
    path("@<str:handle>/compare/", history.compare_with, name="compare_with"),
    path("@<str:handle>/compare/<str:other>/", history.compare, name="compare"),
    path("me/what-if/", extras.what_if, name="what_if"),
    path("@<str:handle>/moments/", extras.moments, name="moments"),
    path("@<str:handle>/ties/", extras.ties, name="ties"),
    path("@<str:handle>/factors/", extras.factors, name="factors"),
    path(client.METADATA_PATH, bluesky.client_metadata, name="bluesky_client_metadata"),
    path(client.JWKS_PATH, bluesky.jwks, name="bluesky_jwks"),
    path(client.LOOPBACK_PATH, bluesky.loopback, name="bluesky_loopback"),
]
