from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from perks.eligibility import Phase, Rule, phase

LONGEST_CODE = 100


class Brand(models.Model):
    """Who gives perks away."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    website = models.URLField(_("website"), blank=True)
    is_demo = models.BooleanField(_("demo"), default=False)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class BrandMember(models.Model):
    """Somebody who may create perks for a brand and see how they go."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="brand_memberships"
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="member_of_a_brand_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of brand {self.brand_id}"


class PerkQuerySet(models.QuerySet["Perk"]):
    def of_member(self, user_id: int | None) -> PerkQuerySet:
        return self.filter(brand__members__user_id=user_id)

    def on_the_market(self, at: datetime) -> PerkQuerySet:
        """Published and not over; some may only open later."""
        return self.filter(published_at__isnull=False, closes_at__gt=at)

    def with_stock(self) -> PerkQuerySet:
        """Adds `total` and `claimed`, counted in units."""
        return self.annotate(
            total=models.Count("units"),
            claimed=models.Count("units", filter=Q(units__claimed_at__isnull=False)),
        )


class Perk(models.Model):
    """Something a brand gives to people who fit its rule. How many there are: its units."""

    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, related_name="perks", verbose_name=_("brand")
    )
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=5000)
    picture = models.ImageField(_("picture"), upload_to="perks/", blank=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    min_score = models.PositiveSmallIntegerField(
        _("minimum score"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # Empty asks for nothing.
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    networks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # None: a draft, which its brand alone can see.
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = PerkQuerySet.as_manager()

    class Meta:
        verbose_name = _("perk")
        verbose_name_plural = _("perks")
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")), name="perk_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(min_score__gte=1, min_score__lte=100), name="perk_score_from_1_to_100"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"],
                name="perks_on_the_market",
                condition=Q(published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("perk", args=[self.pk])

    @property
    def rule(self) -> Rule:
        return Rule(
            min_tenths=self.min_score * 10,
            countries=tuple(self.countries),
            networks=tuple(self.networks),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            published=self.published_at is not None,
        )

    def phase(self, at: datetime) -> Phase:
        return phase(self.rule, at=at)

    @property
    def picture_digest(self) -> str:
        """The content's hash, after which the file is named; "" without a picture."""
        return (self.picture.name or "").rpartition("/")[2].removesuffix(".webp")

    @property
    def picture_url(self) -> str:
        """A view of its own, since a draft's picture is as private as the draft."""
        return reverse("perk_picture", args=[self.pk, self.picture_digest]) if self.picture else ""


class Unit(models.Model):
    """One piece of a perk and its code: free, or claimed once and for all.

    `user` goes when the person leaves; the code, when it was claimed and the keyed hash `mark`
    (perks/marks.py) stay, so that what was given stays counted, once per log-in.
    """

    perk = models.ForeignKey(Perk, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(_("code"), max_length=LONGEST_CODE)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="claimed_units"
    )
    mark = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["perk", "code"], name="a_code_is_given_once"),
            models.UniqueConstraint(fields=["perk", "user"], name="one_unit_per_person"),
            models.UniqueConstraint(
                fields=["perk", "mark"], condition=~Q(mark=""), name="one_unit_per_mark"
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True, user__isnull=True, mark="")
                | (Q(claimed_at__isnull=False) & ~Q(mark="")),
                name="unit_is_free_or_claimed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["perk", "id"], name="free_units", condition=Q(claimed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"unit {self.pk} of perk {self.perk_id}"
