"""Perks in an admin site: the brands' own (brand_site.py) and staff's (admin.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perks import forms, selectors, services, wording
from perks.eligibility import Phase
from perks.models import Brand, Perk
from perks.services.editing import claimed_forever, has_claims, rules_frozen

CODES_A_PAGE = 200
_WHAT = gettext_lazy("What it is")
_WORDS = ("title", "text", "upload", "upload_kept")
_WHEN = (gettext_lazy("When"), {"fields": (("opens_at", "closes_at"),)})
_WHO = gettext_lazy("Who can have it")
_UNITS = (gettext_lazy("Units and codes"), {"fields": ("how_many", "codes_from", "codes")})


class PerkAdmin(admin.ModelAdmin):
    form = forms.PerkForm
    change_form_template = "brand/change_form.html"
    delete_confirmation_template = "brand/delete.html"
    change_list_template = "brand/change_list.html"
    list_display = ("title", "brand", "state", "opens", "closes", "units", "left", "people")
    list_select_related = ("brand",)
    list_title = gettext_lazy("Perks of all brands")
    list_per_page = 20  # each row counts people
    search_fields = ("title",)
    ordering = ("-created_at", "-pk")
    # Codes are secrets between a brand and whoever holds them.
    shows_codes = False
    # Bulk deletion would not ask the services.
    actions = None
    view_on_site = False

    # --- The list ------------------------------------------------------------------------

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The list has no filters, so that one in its address was made by hand: 400."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Perk]:
        return super().get_queryset(request).with_stock()

    @admin.display(description=gettext_lazy("state"))
    def state(self, perk: Perk) -> str:
        return wording.phase_name(perk.phase(timezone.now()))

    @admin.display(description=gettext_lazy("opens (UTC)"), ordering="opens_at")
    def opens(self, perk: Perk) -> datetime:
        return perk.opens_at

    @admin.display(description=gettext_lazy("closes (UTC)"), ordering="closes_at")
    def closes(self, perk: Perk) -> datetime:
        return perk.closes_at

    @admin.display(description=gettext_lazy("claimed"))
    def units(self, perk: Perk) -> str:
        return _("%(claimed)s of %(total)s") % {"claimed": perk.claimed, "total": perk.total}

    @admin.display(description=gettext_lazy("left"))
    def left(self, perk: Perk) -> int:
        return perk.total - perk.claimed

    @admin.display(description=gettext_lazy("people who qualify"))
    def people(self, perk: Perk) -> int:
        return _people(perk)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.list_title})

    # --- The form ------------------------------------------------------------------------

    def brands_for(self, request: HttpRequest) -> QuerySet[Brand]:
        return Brand.objects.all()

    def get_form(self, request: HttpRequest, obj: Perk | None = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        shown = set(flatten_fieldsets(self.get_fieldsets(request, obj)))
        shown -= set(self.get_readonly_fields(request, obj))
        # Declared fields are in a form whether it shows them or not: None takes one out.
        absent = dict.fromkeys(set(form.base_fields) - shown)
        return type(form)("PerkForm", (form,), {"brands": self.brands_for(request), **absent})

    def get_fieldsets(self, request: HttpRequest, obj: Perk | None = None) -> Any:
        if obj is None:
            who = (_WHO, {"fields": ("min_score", "networks", "countries")})
            return [(_WHAT, {"fields": ("brand", *_WORDS)}), _WHEN, who, _UNITS]
        what = (*_WORDS, "remove_picture") if obj.picture else _WORDS
        return [(_WHAT, {"fields": what}), _WHEN, self._who(obj), _UNITS]

    def get_readonly_fields(self, request: HttpRequest, obj: Perk | None = None) -> Any:
        frozen = obj is not None and has_claims(obj)
        return ("min_score", "fixed_networks", "fixed_countries") if frozen else ()

    def _who(self, perk: Perk) -> Any:
        if has_claims(perk):
            fields = ("min_score", "fixed_networks", "fixed_countries")
            return (_WHO, {"fields": fields, "description": rules_frozen()})
        return (_WHO, {"fields": ("min_score", "networks", "countries")})

    @admin.display(description=gettext_lazy("Networks"))
    def fixed_networks(self, perk: Perk) -> str:
        return ", ".join(wording.network_names(perk.networks)) or _("Any network")

    @admin.display(description=gettext_lazy("Countries"))
    def fixed_countries(self, perk: Perk) -> str:
        return ", ".join(wording.country_names(perk.countries)) or _("Everywhere")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        hour = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return {"opens_at": hour, "closes_at": hour + timedelta(days=30), "min_score": 20}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        perk, form = context["original"], context["adminform"].form
        context["asked_people"] = form.people
        context["kept_picture"] = form.kept_picture
        if perk is not None:
            stored = self.get_queryset(request).get(pk=perk.pk)  # the form has written over `perk`
            context["stored"] = stored
            context["phase"] = stored.phase(timezone.now())
            context["is_draft"] = context["phase"] is Phase.DRAFT
            context["phase_name"] = wording.phase_name(context["phase"])
            context["people"] = _people(stored)
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Writing: the services do it ------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except services.Refused as refusal:
            # Somebody claimed between the check of the form and the writing.
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def save_model(
        self, request: HttpRequest, obj: Perk, form: forms.PerkForm, change: bool
    ) -> None:
        if change:
            picture = form.webp or services.KEEP_PICTURE
            if form.cleaned_data.get("remove_picture") and not form.webp:
                picture = None
            services.update_perk(
                perk_id=obj.pk, details=form.details, codes=form.new_codes, picture=picture
            )
            return
        created = services.create_perk(
            brand=form.cleaned_data["brand"],
            details=form.details,
            codes=form.new_codes,
            picture=form.webp,
            at=timezone.now(),
        )
        obj.pk = created.pk

    def response_add(self, request: HttpRequest, obj: Perk, *args: Any) -> HttpResponse:
        message = _("Saved as a draft. Nobody but your brand sees it until you publish it.")
        self.message_user(request, message, messages.SUCCESS)
        return self._back_to(obj)

    def response_change(self, request: HttpRequest, obj: Perk) -> HttpResponse:
        try:
            message = self._do_more(request, obj)
            self.message_user(request, message, messages.SUCCESS)
        except services.Refused as refusal:
            self.message_user(request, _("Saved, but not published."), messages.WARNING)
            self.message_user(request, str(refusal), messages.ERROR)
        return self._back_to(obj)

    def _do_more(self, request: HttpRequest, obj: Perk) -> str:
        """What the pressed button asks for, once the form has been saved."""
        if "_publish" in request.POST:
            services.publish_perk(perk_id=obj.pk, at=timezone.now())
            return _("Published.")
        if "_unpublish" in request.POST:
            services.unpublish_perk(perk_id=obj.pk)
            return _("Taken off the market. Codes that people have claimed stay theirs.")
        return _("Saved.")

    def _back_to(self, perk: Perk) -> HttpResponse:
        name = f"{self.admin_site.name}:perks_perk_change"
        return HttpResponseRedirect(reverse(name, args=[perk.pk]))

    # --- Deleting ------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Free units go with their perk; units that were claimed protect it."""
        claimed = [str(perk) for perk in objs if has_claims(perk)]
        return [str(perk) for perk in objs], {}, set(), claimed

    def delete_model(self, request: HttpRequest, obj: Perk) -> None:
        services.delete_perk(perk_id=obj.pk)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except services.Refused:  # claimed since the page was shown
            self.message_user(request, claimed_forever(), messages.ERROR)
            return HttpResponseRedirect(request.path)

    # --- Codes that were claimed ----------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        codes = self.admin_site.admin_view(self.codes_view)
        return [path("<int:pk>/codes/", codes, name="perks_perk_codes"), *super().get_urls()]

    def codes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        perk = self.get_object(request, str(pk))
        if perk is None or not self.shows_codes or not self.has_view_permission(request, perk):
            raise Http404
        page = Paginator(selectors.claimed_codes(perk), CODES_A_PAGE).get_page(
            request.GET.get("page")
        )
        total = page.paginator.count
        context = {
            **self.admin_site.each_context(request),
            "title": _("Claimed codes"),
            "subtitle": str(perk),
            "opts": self.opts,
            "perk": perk,
            "page": page,
            "summary": ngettext("%(n)s code claimed", "%(n)s codes claimed", total) % {"n": total},
        }
        request.current_app = self.admin_site.name
        return render(request, "brand/codes.html", context)


def _people(perk: Perk) -> int:
    return selectors.people_who_qualify(
        min_score=perk.min_score, countries=perk.countries, networks=perk.networks
    )
