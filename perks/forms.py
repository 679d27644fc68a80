"""The form in which a brand's member describes a perk."""

from __future__ import annotations

import base64
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from perks import codes, pictures, selectors, wording
from perks.models import Brand, Perk
from perks.services import Details

PASTE, GENERATE = "paste", "generate"


class UtcInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PerkForm(forms.ModelForm):
    """`brands` are those that may be chosen; a saved perk's brand stays.

    A picture that passed is kept in a hidden field while something else has to be corrected:
    browsers forget the chosen file.
    """

    brands = Brand.objects.none()

    brand = forms.ModelChoiceField(queryset=Brand.objects.none(), label=_("Brand"))
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What it is, and how to use the code. Nobody may be asked to post."),
    )
    upload = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB. Best twice as wide as high."),
    )
    upload_kept = forms.CharField(required=False, widget=forms.HiddenInput)
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    opens_at = forms.DateTimeField(label=_("Opens (UTC)"), widget=UtcInput)
    closes_at = forms.DateTimeField(label=_("Closes (UTC)"), widget=UtcInput)
    min_score = forms.IntegerField(
        label=_("Minimum score"), min_value=1, max_value=100, help_text=_("From 1 to 100.")
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        choices=lambda: list(countries),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everywhere."),
    )
    networks = forms.MultipleChoiceField(
        label=_("Networks"),
        required=False,
        choices=lambda: wording.network_choices(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("People need one of them. None ticked: any network."),
    )
    how_many = forms.IntegerField(label=_("How many"), min_value=1, max_value=codes.MAX_UNITS)
    codes_from = forms.ChoiceField(
        label=_("Codes"),
        choices=[(GENERATE, _("Generate codes for me")), (PASTE, _("Use the codes below"))],
        widget=forms.RadioSelect,
        initial=GENERATE,
    )
    codes = forms.CharField(
        label=_("Your codes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("One code per line, as many as there are units."),
    )

    class Meta:
        model = Perk
        fields = (
            "brand", "title", "text", "opens_at", "closes_at", "min_score", "countries", "networks"
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: int | None = None
        if self.instance.pk:
            self._ask_for_more_units()
        if "brand" in self.fields:
            self._offer_brands()

    def _ask_for_more_units(self) -> None:
        self.fields["how_many"] = forms.IntegerField(
            label=_("Add units"), min_value=0, max_value=codes.MAX_UNITS, initial=0
        )

    def _offer_brands(self) -> None:
        field = self.fields["brand"]
        field.queryset = self.brands
        only = list(self.brands[:2])
        if len(only) == 1:
            field.initial, field.widget = only[0], forms.HiddenInput()

    @property
    def only_counts(self) -> bool:
        return "_count" in self.data

    @property
    def details(self) -> Details:
        """What was typed, over what was stored."""
        perk = self.instance
        names = (
            "title", "text", "opens_at", "closes_at", "min_score", "countries", "networks"
        )  # fmt: skip
        return Details(**{name: getattr(perk, name) for name in names})

    @property
    def new_codes(self) -> list[str]:
        return self.cleaned_data.get("new_codes", [])

    @property
    def webp(self) -> bytes | None:
        return self.cleaned_data.get("upload") or self.cleaned_data.get("upload_kept")

    @property
    def kept_picture(self) -> str:
        """As a data: address, for the page that asks for corrections."""
        kept = self.data.get(self.add_prefix("upload_kept")) if self.is_bound else ""
        return f"data:image/webp;base64,{kept}" if kept and "upload_kept" not in self.errors else ""

    def is_valid(self) -> bool:
        """Who only asks how many people qualify gets the form again, filled in."""
        if not self.only_counts:
            return super().is_valid()
        rule = {"min_score", "countries", "networks"}
        for name in set(self.errors) - rule - {"upload"}:
            del self.errors[name]
        if not rule & set(self.errors):
            self.people = people_who_qualify(self.details)
        return False

    def clean_upload(self) -> bytes | None:
        file: UploadedFile | None = self.cleaned_data["upload"]
        if not file:
            return None
        webp = pictures.to_webp(file)
        self.data = self.data.copy()
        self.data[self.add_prefix("upload_kept")] = base64.b64encode(webp).decode()
        return webp

    def clean_upload_kept(self) -> bytes | None:
        """It comes from the browser like any file, so it is checked like any file."""
        try:
            kept = base64.b64decode(self.cleaned_data["upload_kept"], validate=True)
        except ValueError:  # no base64, or not even ASCII
            return None
        return pictures.to_webp(io.BytesIO(kept)) if kept else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            message = gettext("It must close after it opens, and it opens on %(moment)s.")
            self.add_error("closes_at", message % {"moment": wording.moment(opens_at)})
        if cleaned.get("how_many") is not None and cleaned.get("codes_from"):
            self._clean_codes(cleaned["how_many"], cleaned.get("codes", ""))
        return cleaned

    def _clean_codes(self, how_many: int, pasted: str) -> None:
        taken = set(self.instance.units.values_list("code", flat=True)) if self.instance.pk else ()
        if self.cleaned_data["codes_from"] == GENERATE:
            if pasted.strip():
                self.add_error("codes_from", _("You pasted codes: use those, or empty the box."))
            self.cleaned_data["new_codes"] = codes.generate(how_many, taken=taken)
            return
        try:
            self.cleaned_data["new_codes"] = codes.read_pasted(
                pasted, how_many=how_many, taken=taken
            )
        except ValidationError as error:
            self.add_error("codes", error)


def people_who_qualify(details: Details) -> int:
    return selectors.people_who_qualify(
        min_score=details.min_score, countries=details.countries, networks=details.networks
    )
