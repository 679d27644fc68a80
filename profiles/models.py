from __future__ import annotations

import re
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

HANDLE: Final = re.compile(r"[a-z0-9](?:[a-z0-9_]{1,28})[a-z0-9]", re.IGNORECASE | re.ASCII)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        if not email:
            raise ValueError("A log-in needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, **(extra | _STAFF))


_STAFF: Final = {"is_staff": True, "is_superuser": True}


class User(AbstractBaseUser, PermissionsMixin):
    """A log-in: e-mail and password. What the world may see of a person is the Profile."""

    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_demo = models.BooleanField(_("demo"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_login_per_email")]


class Profile(models.Model):
    """What a person chose to be here, and whether the public may see it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    handle = models.CharField(
        _("handle"),
        max_length=30,
        validators=[
            RegexValidator(
                rf"^{HANDLE.pattern}\Z",
                _("Use 3 to 30 letters a-z, digits or _, and a letter or digit at both ends."),
                flags=re.IGNORECASE | re.ASCII,  # else ı and ſ are letters a-z
            )
        ],
    )
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    country = CountryField(_("country"), blank=True)
    is_public = models.BooleanField(_("public"))
    # Whether others may see that this person responds to them, and they to this person.
    shows_ties = models.BooleanField(_("shown among who influences whom"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    opted_out_at = models.DateTimeField(null=True, editable=False)
    # The last "yes, again": lifts refusals that are older.
    opted_in_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.UniqueConstraint(Lower("handle"), name="one_profile_per_handle"),
            models.CheckConstraint(
                condition=models.Q(opted_out_at__isnull=True) | models.Q(is_public=False),
                name="nobody_opted_out_is_public",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def name(self) -> str:
        return self.display_name or f"@{self.handle}"

    @property
    def opted_out(self) -> bool:
        return self.opted_out_at is not None


class Appeal(models.Model):
    """A person says that something in their score is wrong, or wants a human to look at it."""

    class Kind(models.TextChoices):
        PART = "part", _("A part of the score is wrong")
        LOOK = "look", _("A human should look at my score")

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        MENDED = "mended", _("You were right: it is mended")
        KEPT = "kept", _("It stays as it is")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appeals")
    kind = models.CharField(_("about"), max_length=10, choices=Kind)
    # What it is about, as of the day: the part's key and the account, and what was shown then.
    part = models.CharField(max_length=20, blank=True)
    account_number = models.BigIntegerField(null=True, blank=True)
    shown = models.JSONField(default=dict, blank=True)
    text = models.TextField(_("what is wrong"), max_length=2000)
    sent_at = models.DateTimeField(_("sent"))
    due_at = models.DateTimeField(_("to be answered by"))
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ("due_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="open", answered_at__isnull=True)
                | (
                    ~models.Q(outcome="open")
                    & models.Q(answered_at__isnull=False)
                    & ~models.Q(answer="")
                ),
                name="an_answer_has_words_and_a_date",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="appeals_open", condition=models.Q(outcome="open"))
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"


class FormulaNotice(models.Model):
    """Somebody was sent the e-mail about a formula: nobody gets it twice."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    version = models.SmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice of a formula")
        verbose_name_plural = _("notices of formulas")
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="one_notice_per_formula")
        ]

    def __str__(self) -> str:
        return f"formula {self.version}"
