"""Staff look; they don't write: what is here came from networks and from the formula."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from scoring.models import Archive, LinkedAccount, ScoreDay, ServerApp, Spending


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LinkedAccount)
class LinkedAccountAdmin(ReadOnly):
    list_display = (
        "handle",
        "network",
        "refreshed_at",
        "next_refresh_at",
        "needs_reconnect",
        "failures",
    )
    list_filter = ("network", "needs_reconnect", "is_demo")
    search_fields = ("handle", "host")
    date_hierarchy = "refreshed_at"


@admin.register(ScoreDay)
class ScoreDayAdmin(ReadOnly):
    list_display = ("user", "day", "points", "formula_version", "posts_counted")
    list_filter = ("formula_version",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__profile__handle")

    @admin.display(ordering="tenths")
    def points(self, obj: ScoreDay) -> float:
        return obj.tenths / 10


@admin.register(ServerApp)
class ServerAppAdmin(ReadOnly):
    list_display = ("host", "network", "scopes", "pkce", "registered_at")
    search_fields = ("host",)
    exclude = ("client_id", "sealed_secret")


@admin.register(Spending)
class SpendingAdmin(ReadOnly):
    list_display = ("network", "month", "account", "dollars")
    list_filter = ("network", "month")
    list_select_related = ("account",)

    @admin.display(ordering="micros")
    def dollars(self, obj: Spending) -> str:
        return f"{obj.micros / 1e6:.2f}"


@admin.register(Archive)
class ArchiveAdmin(ReadOnly):
    list_display = ("pk", "user", "network", "state", "bytes", "uploaded_at", "as_of")
    list_filter = ("network", "state")
    list_select_related = ("user",)
    exclude = ("folder",)
