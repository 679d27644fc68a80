"""What people bring themselves: the exports that networks give to their members."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.accounts import LinkedAccount


class ArchiveQuerySet(models.QuerySet["Archive"]):
    def due(self, at: datetime) -> ArchiveQuerySet:
        return self.filter(next_try_at__lte=at).order_by("next_try_at")

    def unfinished(self) -> ArchiveQuerySet:
        return self.filter(state__in=[Archive.State.WAITING, Archive.State.READING])


class Archive(models.Model):
    """One upload, from its arrival to what became of it.

    Its whitelisted members lie in `folder` (a name under settings.ARCHIVES_ROOT) until they
    are read; everything else in it was never stored. Deleting the row deletes what it brought.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        READING = "reading", _("Being read")
        DONE = "done", _("Imported")
        REFUSED = "refused", _("Not imported")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="archives"
    )
    # Whose archive it is, once that is known.
    account = models.ForeignKey(
        LinkedAccount, on_delete=models.CASCADE, null=True, blank=True, related_name="archives"
    )
    # A network's key; "" while unknown.
    network = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    bytes = models.PositiveBigIntegerField(default=0)
    folder = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Things counted: entries read of entries found.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # What it brought, e.g. {"posts": 812, "followers": 3120}.
    brought = models.JSONField(default=dict, blank=True)
    why = models.CharField(max_length=500, blank=True)
    uploaded_at = models.DateTimeField()
    # The day of the export as the archive says it, else of its newest entry.
    as_of = models.DateTimeField(null=True, blank=True)
    # The person's last yes to being collected, as of the upload: it lifts older opt-outs.
    opted_in_at = models.DateTimeField(null=True, blank=True)
    # None: nothing is to be done any more. A claim moves it one lease ahead.
    next_try_at = models.DateTimeField(null=True, blank=True)
    # In a row without anything read; see scoring/services/importing.py.
    tries = models.PositiveSmallIntegerField(default=0)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        ordering = ("-uploaded_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                name="one_import_at_a_time",
                condition=models.Q(state__in=["waiting", "reading"]),
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="archive_due",
                condition=models.Q(next_try_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.network or '?'} archive {self.pk}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.READING}
