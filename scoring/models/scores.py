"""From signals to scores: what the formula was given, and what came out.

Signals are packed rows (scoring/formula/signals.py), so that a stored day can be computed again
bit for bit, and explained, by any version of the formula. A score keeps the number only.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.accounts import LinkedAccount


class AccountSignals(models.Model):
    """The newest signals of one account. `packed`: STRIDE bytes."""

    account = models.OneToOneField(
        LinkedAccount, on_delete=models.CASCADE, primary_key=True, related_name="signals"
    )
    # As on the account: the whole site is read from here, by person, without a join.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=20)
    packed = models.BinaryField()
    day = models.DateField()

    class Meta:
        verbose_name = _("signals of an account")
        verbose_name_plural = _("signals of accounts")

    def __str__(self) -> str:
        return f"signals of account {self.account_id} on {self.day}"


class SignalsDay(models.Model):
    """An account's signals as they were on a day; valid until its next row.

    Empty bytes: disconnected on that day. The account itself may be gone: what is kept of it is
    numbers, and whose they were, until the person opts out.
    """

    pk = models.CompositePrimaryKey("user_id", "account_number", "day")
    # Without a constraint in the database, which would be asked for each of millions of rows.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    account_number = models.BigIntegerField()
    network = models.CharField(max_length=20)
    day = models.DateField()
    packed = models.BinaryField()

    class Meta:
        verbose_name = _("signals of a day")
        verbose_name_plural = _("signals by day")

    def __str__(self) -> str:
        return f"signals of account {self.account_number} on {self.day}"


class CurrentScore(models.Model):
    """A person's score now. No row: nothing to score (any more).

    Points are whole tenths: 423 is 42.3. NULL: not enough posts yet. No index on the score, so
    that writing a million of them touches no index (docs/design.md).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="current_score",
    )
    tenths = models.SmallIntegerField(null=True)
    low = models.SmallIntegerField(null=True)
    high = models.SmallIntegerField(null=True)
    posts = models.IntegerField()
    day = models.DateField()
    formula = models.SmallIntegerField()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tenths__isnull=True, low__isnull=True, high__isnull=True)
                | models.Q(
                    low__gte=10,
                    tenths__gte=models.F("low"),
                    high__gte=models.F("tenths"),
                    high__lte=1000,
                ),
                name="score_from_1_to_100_within_its_interval",
            )
        ]

    def __str__(self) -> str:
        return f"{(self.tenths or 0) / 10} on {self.day}"


class ScoreDay(models.Model):
    """A person's score on one day: the open months, partitioned by month (scoring/migrations)."""

    pk = models.CompositePrimaryKey("user_id", "day")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    day = models.DateField()
    tenths = models.SmallIntegerField()
    low = models.SmallIntegerField()
    high = models.SmallIntegerField()
    formula = models.SmallIntegerField()

    class Meta:
        verbose_name = _("score of a day")
        verbose_name_plural = _("scores by day")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.tenths / 10} on {self.day}"


class ScoreMonth(models.Model):
    """A closed month of somebody's score: arrays with a place for each day, NULL where none."""

    pk = models.CompositePrimaryKey("user_id", "month")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    month = models.DateField()  # its first day
    tenths = ArrayField(models.SmallIntegerField(null=True))
    low = ArrayField(models.SmallIntegerField(null=True))
    high = ArrayField(models.SmallIntegerField(null=True))
    formula = ArrayField(models.SmallIntegerField(null=True))

    class Meta:
        verbose_name = _("score by month")
        verbose_name_plural = _("scores by month")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class BusyResponder(models.Model):
    """Somebody who responds so much that each response counts less: a keyed hash and a count."""

    number = models.BigIntegerField(primary_key=True)
    responses = models.IntegerField()

    class Meta:
        verbose_name = _("busy responder")
        verbose_name_plural = _("busy responders")

    def __str__(self) -> str:
        return f"{self.responses} responses"


class FormulaRelease(models.Model):
    """From when on which version counts, and how long the one before is shown beside it."""

    version = models.SmallIntegerField(_("formula"), unique=True)
    announced_on = models.DateField(_("announced on"))
    effective_on = models.DateField(_("counts from"))
    side_by_side_until = models.DateField(_("both shown until"))
    notes = models.TextField(_("what changes, and why"), help_text=_("Everybody reads this."))
    # When everybody was sent their e-mail; NULL while it is not yet done.
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # By how much it moves how many people (scoring/services/releasing.py); empty: not yet known.
    deltas = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("formula release")
        verbose_name_plural = _("formula releases")
        ordering = ("-effective_on", "-version")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_on__gte=models.F("announced_on"))
                & models.Q(side_by_side_until__gte=models.F("effective_on")),
                name="announced_before_it_counts",
            )
        ]

    def __str__(self) -> str:
        return f"formula {self.version}"


class RescoreRun(models.Model):
    """How far a rescoring of everybody is, so that the next one goes on where it was killed."""

    formula = models.SmallIntegerField()
    day = models.DateField()
    # All people with a lower id are done.
    next_user = models.BigIntegerField(default=0)
    people = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rescoring of everybody")
        verbose_name_plural = _("rescorings of everybody")

    def __str__(self) -> str:
        return f"formula {self.formula} for {self.day}"
