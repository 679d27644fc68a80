"""Staff look; they don't write: what is here came from networks and from the formula.

But for which formula counts from when: that is theirs to announce.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from scoring.models import (
    Archive,
    CurrentScore,
    FormulaRelease,
    LinkedAccount,
    ServerApp,
    Spending,
)
from scoring.services import releasing


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


@admin.register(CurrentScore)
class CurrentScoreAdmin(ReadOnly):
    list_display = ("user", "day", "points", "formula", "posts")
    list_filter = ("formula",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__profile__handle")

    @admin.display(ordering="tenths")
    def points(self, obj: CurrentScore) -> float | None:
        return None if obj.tenths is None else obj.tenths / 10


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


class ReleaseForm(forms.ModelForm):
    class Meta:
        model = FormulaRelease
        fields = releasing.Plan.__slots__

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            release = self.instance if self.instance.pk else None
            stored = FormulaRelease.objects.filter(pk=release.pk).first() if release else None
            try:
                releasing.check_plan(self.plan(), release=stored, today=timezone.now().date())
            except ValidationError as error:
                for field, words in error.message_dict.items():
                    self.add_error(field if field in self.fields else None, words)
        return self.cleaned_data

    def plan(self) -> releasing.Plan:
        """What is shown but can't be changed comes from the row."""
        names = releasing.Plan.__slots__
        known = {name: getattr(self.instance, name) for name in names} | self.cleaned_data
        return releasing.Plan(**known)


@admin.register(FormulaRelease)
class FormulaReleaseAdmin(admin.ModelAdmin):
    form = ReleaseForm
    list_display = (
        "__str__",
        "announced_on",
        "effective_on",
        "side_by_side_until",
        "mailed_at",
    )
    actions = None  # bulk deletion would not ask the service

    def get_readonly_fields(
        self, request: HttpRequest, obj: FormulaRelease | None = None
    ) -> tuple[str, ...]:
        """Once people have been told, little can change; once it counts, less."""
        today = timezone.now().date()
        if obj is None or obj.announced_on > today:
            return ("mailed_at",) if obj else ()
        counts = ("effective_on",) if obj.effective_on <= today else ()
        return ("version", "announced_on", *counts, "mailed_at")

    def has_delete_permission(
        self, request: HttpRequest, obj: FormulaRelease | None = None
    ) -> bool:
        told = obj is not None and obj.announced_on <= timezone.now().date()
        return not told and super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: FormulaRelease, form: ReleaseForm, change: bool
    ) -> None:
        today = timezone.now().date()
        if change:
            releasing.amend(obj.pk, form.plan(), today=today)
        else:
            obj.pk = releasing.announce(form.plan(), today=today).pk

    def delete_model(self, request: HttpRequest, obj: FormulaRelease) -> None:
        releasing.withdraw(obj.pk, today=timezone.now().date())
