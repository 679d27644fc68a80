"""What the networks said. Facts only: nothing here is an opinion about a person."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.accounts import LinkedAccount
from scoring.models.archives import Archive


class Post(models.Model):
    """A public post as it stands now; gone at the next collection when gone there."""

    account = models.ForeignKey(LinkedAccount, on_delete=models.CASCADE, related_name="posts")
    uid = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    text = models.CharField(max_length=500, blank=True)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    # "post", "repository", "video" ... (scoring/collectors/base.py, PostSeen.kind).
    kind = models.CharField(max_length=20, default="post")
    # NULL: the network does not tell. Not the same as 0.
    favourites = models.PositiveBigIntegerField(null=True)
    reposts = models.PositiveBigIntegerField(null=True)
    replies = models.PositiveBigIntegerField(null=True)
    quotes = models.PositiveBigIntegerField(null=True)
    views = models.PositiveBigIntegerField(null=True)
    saves = models.PositiveBigIntegerField(null=True)
    # Keyed hashes (scoring/vault.py): we can count people, not name them. NULL: not asked.
    responders = ArrayField(models.BigIntegerField(), null=True, blank=True)
    # Set: known from an archive only. A live collection that sees the post takes it over.
    archive = models.ForeignKey(
        Archive, on_delete=models.CASCADE, null=True, blank=True, related_name="posts"
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("-created_at", "-id")
        constraints = [models.UniqueConstraint(fields=["account", "uid"], name="one_row_per_post")]
        # To whose posts somebody responded.
        indexes = [GinIndex(fields=["responders"], name="posts_by_responder")]

    def __str__(self) -> str:
        return f"post {self.uid} of account {self.account_id}"


class Reading(models.Model):
    """The signals of one account as of one collection: what a score of that day was made from."""

    account = models.ForeignKey(LinkedAccount, on_delete=models.CASCADE, related_name="readings")
    taken_at = models.DateTimeField()
    followers = models.PositiveBigIntegerField(null=True)
    following = models.PositiveBigIntegerField(null=True)
    # Lists, starter packs and the like that others put the account on.
    listed = models.PositiveBigIntegerField(null=True)
    responders = models.PositiveIntegerField(null=True)
    # By others, since the reading before: how often, and who (keyed hashes).
    mentions = models.PositiveIntegerField(null=True)
    mentioners = ArrayField(models.BigIntegerField(), null=True, blank=True)
    # The network's own totals, shown as they are and never scored (Audience.figures).
    figures = models.JSONField(default=dict, blank=True)
    # [[favourites, reposts, replies], ...], newest first; null inside where not told.
    posts = models.JSONField(default=list)
    # Set: what an archive said; `taken_at` is then the day of the export.
    archive = models.ForeignKey(
        Archive, on_delete=models.CASCADE, null=True, blank=True, related_name="readings"
    )

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ("-taken_at", "-id")
        indexes = [models.Index(fields=["account", "-taken_at"], name="newest_reading")]

    def __str__(self) -> str:
        return f"account {self.account_id} at {self.taken_at:%Y-%m-%d %H:%M}"
