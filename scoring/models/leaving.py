from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Suppression(models.Model):
    """A network identity that opted out: only its keyed hash, and when.

    It names nobody and belongs to nobody; it lets us recognise the same identity when it
    comes again, and refuse it.
    """

    identity_hash = models.CharField(max_length=64, unique=True)
    opted_out_at = models.DateTimeField()

    class Meta:
        verbose_name = _("opted-out identity")
        verbose_name_plural = _("opted-out identities")

    def __str__(self) -> str:
        return self.identity_hash[:12]
