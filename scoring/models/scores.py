from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.accounts import LinkedAccount
from scoring.networks import barred


class ScoreDayQuerySet(models.QuerySet["ScoreDay"]):
    def standing(self) -> ScoreDayQuerySet:
        """Without people whose last account that may count is gone: they have a history, and
        no score."""
        read = LinkedAccount.objects.filter(
            user_id=models.OuterRef("user_id"), refreshed_at__isnull=False
        ).exclude(network__in=barred())
        return self.filter(models.Exists(read))


class ScoreDay(models.Model):
    """A person's score on one day, with everything needed to say why.

    Points are whole tenths: 423 is 42.3. `parts` is a list of
    {"account": id or null, "network", "handle", "key", "tenths", "value", "raw",
    "posts": how many the account had, "archive": true where they came in one}
    whose tenths add up to `tenths` exactly.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="score_days"
    )
    day = models.DateField()
    tenths = models.PositiveSmallIntegerField()
    low_tenths = models.PositiveSmallIntegerField(null=True)
    high_tenths = models.PositiveSmallIntegerField(null=True)
    parts = models.JSONField()
    posts_counted = models.PositiveIntegerField()
    formula_version = models.CharField(max_length=20)
    inputs_hash = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    objects = ScoreDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of a day")
        verbose_name_plural = _("scores by day")
        ordering = ("-day",)
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_score_a_day"),
            models.CheckConstraint(
                condition=models.Q(tenths__gte=10, tenths__lte=1000), name="score_from_1_to_100"
            ),
            models.CheckConstraint(
                condition=models.Q(low_tenths__isnull=True, high_tenths__isnull=True)
                | models.Q(low_tenths__lte=models.F("tenths"), high_tenths__gte=models.F("tenths")),
                name="interval_holds_the_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenths / 10} on {self.day}"
