"""The network side: which account belongs to whom, and with what token we may read it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkedAccountQuerySet(models.QuerySet["LinkedAccount"]):
    def due(self, at: datetime) -> LinkedAccountQuerySet:
        return self.filter(next_refresh_at__lte=at).order_by("next_refresh_at")


class LinkedAccount(models.Model):
    """One account at one network, proven by OAuth to be its owner's."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="linked_accounts"
    )
    network = models.CharField(max_length=20)
    host = models.CharField(max_length=253)
    uid = models.CharField(max_length=200)
    handle = models.CharField(max_length=300)
    display_name = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    connected_at = models.DateTimeField()
    # None: nothing will be asked until the person reconnects.
    next_refresh_at = models.DateTimeField(null=True)
    # The server asked us to wait until then; nobody's haste is above that.
    quiet_until = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    needs_reconnect = models.BooleanField(default=False)
    failures = models.PositiveSmallIntegerField(default=0)
    is_demo = models.BooleanField(default=False)
    # How this account stands among the responders of others (scoring/services/numbering.py).
    person_number = models.BigIntegerField(null=True, blank=True, db_index=True)
    # What the collector wants to find next time (scoring/collectors/base.py, Cursor.state).
    cursor = models.JSONField(default=dict, blank=True)
    # Keyed hashes of further names of the same owner (Identity.also), to recognise an archive by.
    proofs = ArrayField(models.CharField(max_length=64), default=list, blank=True)

    objects = LinkedAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("linked account")
        verbose_name_plural = _("linked accounts")
        ordering = ("connected_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["network", "host", "uid"], name="one_person_per_network_account"
            ),
            models.CheckConstraint(
                condition=~models.Q(needs_reconnect=True, next_refresh_at__isnull=False),
                name="no_refresh_without_a_token",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_refresh_at"],
                name="refresh_due",
                condition=models.Q(next_refresh_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.network}: {self.handle}"


class Credential(models.Model):
    """The tokens of one account, encrypted (scoring/vault.py); gone with the account.

    Written under a lock of the row only: networks end a log-in whose refresh token comes twice.
    """

    class Status(models.TextChoices):
        ALIVE = "alive", _("Alive")
        DEAD = "dead", _("Refused by the network")

    account = models.OneToOneField(
        LinkedAccount, on_delete=models.CASCADE, related_name="credential"
    )
    sealed_token = models.BinaryField()
    sealed_refresh = models.BinaryField(null=True)
    # Tokens.extra as JSON.
    sealed_extra = models.BinaryField(null=True)
    scopes = ArrayField(models.CharField(max_length=300), default=list)
    status = models.CharField(max_length=10, choices=Status, default=Status.ALIVE)
    granted_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(null=True)
    # NULL: does not expire, or the network does not say.
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"credential of account {self.account_id}"


class Progress(models.Model):
    """How far the running (or last) collection of an account is, in things counted."""

    class Step(models.TextChoices):
        QUEUED = "queued", _("Waiting for a worker")
        PROFILE = "profile", _("Reading the profile")
        POSTS = "posts", _("Reading posts")
        RESPONDERS = "responders", _("Seeing who responded")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")

    account = models.OneToOneField(LinkedAccount, on_delete=models.CASCADE, related_name="progress")
    step = models.CharField(max_length=12, choices=Step, default=Step.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.step} {self.done}/{self.total}"


class ServerApp(models.Model):
    """Our registration as an application at one server of a network that has many."""

    network = models.CharField(max_length=20)
    host = models.CharField(max_length=253)
    redirect_uri = models.CharField(max_length=500)
    base_url = models.CharField(max_length=300)
    client_id = models.CharField(max_length=500)
    sealed_secret = models.BinaryField()
    scopes = models.CharField(max_length=500)
    pkce = models.BooleanField()
    authorization_endpoint = models.CharField(max_length=500)
    token_endpoint = models.CharField(max_length=500)
    revocation_endpoint = models.CharField(max_length=500)
    registered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("registration at a server")
        verbose_name_plural = _("registrations at servers")
        constraints = [
            models.UniqueConstraint(
                fields=["network", "host", "redirect_uri"], name="one_registration_per_server"
            )
        ]

    def __str__(self) -> str:
        return self.host
