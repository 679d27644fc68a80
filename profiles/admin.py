from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangosUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from profiles.appeal_admin import AppealAdmin
from profiles.models import Appeal, Profile, User


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type] = {}


@admin.register(User)
class UserAdmin(DjangosUserAdmin):
    form = UserForm
    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "date_joined", "last_login", "is_active", "is_staff", "is_demo")
    list_filter = ("is_active", "is_staff", "is_demo")
    search_fields = ("email", "profile__handle")
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin):
    list_display = ("handle", "display_name", "country", "is_public", "opted_out_at")
    list_filter = ("is_public", "country")
    search_fields = ("handle", "display_name", "user__email")
    # Whether a page is public is its owner's word alone.
    readonly_fields = ("user", "is_public", "created_at", "opted_out_at", "opted_in_at")

    def has_add_permission(self, request: object) -> bool:
        return False


admin.site.register(Appeal, AppealAdmin)
