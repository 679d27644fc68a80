from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.accounts import LinkedAccount


class Spending(models.Model):
    """What reading a paid network cost in one month, in millionths of a dollar.

    One row for the whole site (no account) and one for each account. The site's row stays when
    an account goes: the money is spent.
    """

    network = models.CharField(max_length=20)
    month = models.DateField()  # its first day
    account = models.ForeignKey(
        LinkedAccount, on_delete=models.CASCADE, null=True, blank=True, related_name="spending"
    )
    micros = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spending")
        constraints = [
            models.UniqueConstraint(
                fields=["network", "month", "account"],
                name="one_row_a_month",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.month:%Y-%m}: {self.micros / 1e6:.2f} USD"
