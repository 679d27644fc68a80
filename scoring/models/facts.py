"""What the networks said. Facts only: nothing here is an opinion about a person."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.accounts import LinkedAccount


class Post(models.Model):
    """A public post as it stands now; replaced at each collection, gone when gone there."""

    account = models.ForeignKey(LinkedAccount, on_delete=models.CASCADE, related_name="posts")
    uid = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    text = models.CharField(max_length=500, blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    # NULL: the network does not tell. Not the same as 0.
    favourites = models.PositiveIntegerField(null=True)
    reposts = models.PositiveIntegerField(null=True)
    replies = models.PositiveIntegerField(null=True)
    # Keyed hashes (scoring/vault.py): we can count people, not name them. NULL: not asked.
    responders = ArrayField(models.BigIntegerField(), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("-created_at", "-id")
        constraints = [models.UniqueConstraint(fields=["account", "uid"], name="one_row_per_post")]

    def __str__(self) -> str:
        return f"post {self.uid} of account {self.account_id}"


class Reading(models.Model):
    """The signals of one account as of one collection: what a score of that day was made from."""

    account = models.ForeignKey(LinkedAccount, on_delete=models.CASCADE, related_name="readings")
    taken_at = models.DateTimeField()
    followers = models.PositiveIntegerField(null=True)
    following = models.PositiveIntegerField(null=True)
    responders = models.PositiveIntegerField(null=True)
    # [[favourites, reposts, replies], ...], newest first; null inside where not told.
    posts = models.JSONField(default=list)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ("-taken_at", "-id")
        indexes = [models.Index(fields=["account", "-taken_at"], name="newest_reading")]

    def __str__(self) -> str:
        return f"account {self.account_id} at {self.taken_at:%Y-%m-%d %H:%M}"
