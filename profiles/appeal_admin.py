"""Appeals in staff's admin site: read, looked into, and answered once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles import services
from profiles.appeals import reads
from profiles.models import Appeal
from scoring import tasks
from scoring.models import LinkedAccount
from scoring.services import refreshing

NOT_OPEN = [Appeal.Outcome.MENDED, Appeal.Outcome.KEPT]


class AnswerForm(forms.ModelForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[(one.value, one.label) for one in NOT_OPEN],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
        help_text=gettext_lazy(
            "The person reads this on the site. It can be sent once, and not be changed afterwards."
        ),
    )

    class Meta:
        model = Appeal
        fields = ("outcome", "answer")

    def clean(self) -> dict[str, Any]:
        """Locked until it is saved: of two who answer at once, the second is told."""
        waiting = Appeal.objects.filter(pk=self.instance.pk, outcome=Appeal.Outcome.OPEN)
        if waiting.select_for_update().first() is None:
            raise forms.ValidationError(_("Somebody else has just answered it."))
        return self.cleaned_data


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", _("open")), ("overdue", _("overdue")), ("answered", _("answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appeal]) -> QuerySet[Appeal]:
        is_open = Q(outcome=Appeal.Outcome.OPEN)
        asked = {
            "open": is_open,
            "overdue": is_open & Q(due_at__lt=timezone.now()),
            "answered": ~is_open,
        }
        return queryset.filter(asked.get(self.value() or "", Q()))


class AppealAdmin(admin.ModelAdmin):
    form = AnswerForm
    change_form_template = "admin/profiles/appeal/change_form.html"
    list_display = ("about", "person", "sent_at", "due", "outcome")
    list_filter = (StateFilter, "kind")
    list_select_related = ("user__profile",)
    # What waits stands first, what waits longest at the top.
    ordering = (F("answered_at").desc(nulls_first=True), "due_at", "pk")
    search_fields = ("user__profile__handle",)
    fields = ("person", "text", "beside", "sent_at", "due", "outcome", "answer")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Appeal | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Appeal | None = None) -> bool:
        answered = obj is not None and obj.outcome != Appeal.Outcome.OPEN
        return not answered and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Appeal | None = None) -> tuple[str, ...]:
        answered = obj is not None and obj.outcome != Appeal.Outcome.OPEN
        return (*self.fields, "answered_at", "answered_by") if answered else self.fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Appeal | None = None
    ) -> tuple[str, ...]:
        return ("person", "text", "beside", "sent_at", "due", "answered_at", "answered_by")

    def save_model(self, request: HttpRequest, obj: Appeal, form: AnswerForm, change: bool) -> None:
        services.answer_appeal(
            appeal_id=obj.pk,
            outcome=form.cleaned_data["outcome"],
            answer=form.cleaned_data["answer"],
            by=request.user,
            at=timezone.now(),
        )

    # --- What staff see ------------------------------------------------------------------

    @admin.display(description=gettext_lazy("about"))
    def about(self, appeal: Appeal) -> str:
        return str(reads.in_words(appeal.part, appeal.shown).name or appeal.get_kind_display())

    @admin.display(description=gettext_lazy("person"))
    def person(self, appeal: Appeal) -> str:
        profile = appeal.user.profile
        if profile.is_public:
            return format_html(
                '<a href="{}">{}</a>', reverse("profile", args=[profile.handle]), profile
            )
        return str(profile)

    @admin.display(description=gettext_lazy("to be answered by"), ordering="due_at")
    def due(self, appeal: Appeal) -> str:
        day = f"{appeal.due_at:%Y-%m-%d}"
        if reads.view_of(appeal, at=timezone.now()).is_overdue:
            return format_html("<strong>{} · {}</strong>", day, _("overdue"))
        return day

    @admin.display(description=gettext_lazy("shown then, and now"))
    def beside(self, appeal: Appeal) -> str:
        about = reads.subject(appeal.user_id, part=appeal.part, account=appeal.account_number)
        return render_to_string(
            "profiles/_appeal_beside.html",
            {
                "then": reads.in_words(appeal.part, appeal.shown),
                "now": reads.in_words(appeal.part, about.shown) if about else None,
                "accounts": _accounts(appeal),
            },
        )

    # --- What staff can do about it --------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        again = path(
            "<int:pk>/read-again/",
            self.admin_site.admin_view(self.read_again),
            name="profiles_appeal_read_again",
        )
        return [again, *super().get_urls()]

    def read_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Reads the account (or, about the whole score, all of them) as soon as may be."""
        appeal = self.get_object(request, str(pk))
        if request.method != "POST" or appeal is None:
            raise Http404
        if not self.has_change_permission(request, appeal):
            raise Http404
        asked = [row for row in _accounts(appeal) if refreshing.make_due(row, at=timezone.now())]
        for account in asked:
            tasks.ring(account.pk)
            self.log_change(request, appeal, _("Asked for account %d to be read.") % account.pk)
        if asked:
            messages.success(request, _("It is being read now. Reload this page in a minute."))
        else:
            messages.warning(request, _("Not now: read just before, cut off, or disconnected."))
        return redirect("admin:profiles_appeal_change", pk)


def _accounts(appeal: Appeal) -> list[LinkedAccount]:
    own = LinkedAccount.objects.filter(user_id=appeal.user_id).order_by("pk")
    return list(own.filter(pk=appeal.account_number) if appeal.account_number else own)
