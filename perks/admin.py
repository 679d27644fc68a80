"""Staff's view of brands, perks and units."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from perks.models import Brand, BrandMember, Perk, Unit
from perks.perk_admin import PerkAdmin

admin.site.register(Perk, PerkAdmin)


class MemberInline(admin.TabularInline):
    model = BrandMember
    raw_id_fields = ("user",)
    extra = 1


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "website", "is_demo")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("is_demo",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (MemberInline,)


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    """To look at. Codes are secrets of whoever holds them."""

    list_display = ("id", "perk", "claimed_at")
    list_select_related = ("perk",)
    list_filter = (("claimed_at", admin.EmptyFieldListFilter),)
    search_fields = ("perk__title",)
    fields = ("perk", "user", "claimed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
