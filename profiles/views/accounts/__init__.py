"""Accounts in the settings: the page, the way to a network, and the way back."""

from __future__ import annotations

from profiles.views.accounts.pending import SESSION_KEY as SESSION_KEY
