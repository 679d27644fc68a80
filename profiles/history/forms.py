from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from profiles.access import Viewer, profile_or_404
from profiles.models import Profile


class CompareForm(forms.Form):
    """`cleaned_data["other"]` is a profile that the viewer may see, and not the one shown."""

    other = forms.CharField(
        label=_("Compare with"),
        help_text=_("The handle of somebody with a public page here."),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, viewer: Viewer, one: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.one = viewer, one

    def clean_other(self) -> Profile:
        handle = self.cleaned_data["other"].removeprefix("@")
        try:
            other = profile_or_404(self.viewer, handle)
        except Http404:  # hidden or not there: the words must not tell which
            raise ValidationError(_("There is no public page of that name.")) from None
        if other.pk == self.one.pk:
            raise ValidationError(_("That is the same person."))
        return other
