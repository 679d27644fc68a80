from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from profiles import services
from profiles.extras.what_if import STEPS, Slider
from profiles.models import Profile, User
from scoring.networks.declaring import Network
from scoring.services.connecting import Proven

VISIBILITY: Final = [
    ("public", _("Everybody, at /@my-handle: my score and what it is made of. I am 18 or older.")),
    ("private", _("Only me.")),
]
# A name for machines: keyboards and spelling checkers keep out.
PLAIN: Final = {"autocapitalize": "none", "spellcheck": "false"}


class HandleMixin(forms.Form):
    """A handle that is well formed and free; the database has the last word."""

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"].removeprefix("@")
        own = getattr(self, "profile", None)
        taken = Profile.objects.filter(handle__iexact=handle)
        if taken.exclude(pk=own.pk if own else None).exists():
            raise services.handle_taken(handle)
        return handle


def _handle_field() -> forms.CharField:
    return forms.CharField(
        label=_("Handle"),
        max_length=31,  # 30 and an @ that somebody may type
        validators=[_well_formed],
        help_text=_("3 to 30 letters, digits or _. It becomes your address here: /@handle"),
        error_messages={"required": _("Choose a handle.")},
        # The shortest length is the browser's to check; here the validator says it all.
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "minlength": 3} | PLAIN),
    )


def _well_formed(typed: str) -> None:
    Profile._meta.get_field("handle").run_validators(typed.removeprefix("@"))


class NewProfileForm(HandleMixin):
    """Handle, and who may see it: asked in plain words, with nothing ticked beforehand."""

    handle = _handle_field()
    visibility = forms.ChoiceField(
        label=_("Who may see your page?"),
        choices=VISIBILITY,
        widget=forms.RadioSelect,
        help_text=_("You can change this with one click at any time."),
        error_messages={"required": _("Please choose who may see your page.")},
    )

    @property
    def wants_public(self) -> bool:
        return bool(self.cleaned_data["visibility"] == "public")


class SignupForm(NewProfileForm):
    """What allauth's sign-up asks beside e-mail and password."""

    field_order = ("email", "password1", "handle", "visibility")

    def signup(self, request: HttpRequest, user: User) -> None:
        try:
            services.create_profile(
                user=user, handle=self.cleaned_data["handle"], is_public=self.wants_public
            )
        except ValidationError:
            # Taken between the check and now: the log-in stands, /welcome/ asks for another.
            return


class ProfileForm(HandleMixin):
    handle = _handle_field()
    display_name = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("Shown above your handle.")
    )
    country = Profile._meta.get_field("country").formfield(
        required=False,
        empty_label=_("I'd rather not say"),
        help_text=_("Some perks are for certain countries only. It also stands on your page."),
    )
    shows_ties = forms.BooleanField(
        label=_("Show me among who influences whom"),
        required=False,
        help_text=_(
            "Others may then see that you respond to them, and they to you, where they agreed to "
            "it too and your page is public. Untick it, and you are gone from all of it at once."
        ),
    )

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        self.profile = profile
        fields = ("handle", "display_name", "country", "shows_ties")
        initial = {field: getattr(profile, field) for field in fields}
        super().__init__(*args, initial=initial, **kwargs)


WHERE: Final = {
    "mastodon": (
        _("Your Mastodon server or address"),
        _("For example mastodon.social or @ann@example.org"),
        _("Type your server, for example mastodon.social."),
    ),
    "bluesky": (
        _("Your Bluesky handle"),
        _("For example ann.bsky.social, or the name of your server"),
        _("Type your handle, for example ann.bsky.social."),
    ),
}


class ConnectForm(forms.Form):
    """Where the person's account is; nothing to fill in where a network has one server only."""

    server = forms.CharField(
        max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"} | PLAIN)
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{network.key}_%s", **kwargs)
        self.network = network
        if network.key not in WHERE:
            del self.fields["server"]
            return
        field = self.fields["server"]
        field.label, field.help_text, required = WHERE[network.key]
        field.error_messages["required"] = required


class ChoiceForm(forms.Form):
    """One of the accounts that a consent has opened."""

    account = forms.ChoiceField(
        label=_("Which one is yours to link?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )

    def __init__(self, *args: Any, proven: Sequence[Proven], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proven = {one.identity.uid: one for one in proven}
        choices = [(uid, one.identity.handle) for uid, one in self.proven.items()]
        self.fields["account"].choices = choices

    @property
    def chosen(self) -> Proven:
        return self.proven[self.cleaned_data["account"]]


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong?"),
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "What you would expect instead, and how we can see it. 10 to 2,000 characters."
        ),
        error_messages={
            "required": _("Say what is wrong."),
            "min_length": _("Say a little more: at least %(limit_value)d characters."),
        },
    )


class WhatIfForm(forms.Form):
    """A slider for each of the signals; what is not sent stays where it is."""

    def __init__(self, *args: Any, sliders: Sequence[Slider], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        for slider in sliders:
            self.fields[slider.name] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=STEPS,
                initial=slider.own_position,
                widget=forms.NumberInput(attrs={"type": "range", "step": 1}),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"),
                    _("A slider stands at a whole number from 0 to %(most)d.") % {"most": STEPS},
                ),
            )

    @property
    def positions(self) -> dict[str, int]:
        return {name: at for name, at in self.cleaned_data.items() if at is not None}
