from __future__ import annotations

import logging
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context as current
from django.conf import settings
from django.contrib import messages
from django.utils.translation import gettext as _

from profiles.entrance import AccountAdapter
from profiles.models import User

log = logging.getLogger(__name__)


class Backend(AuthenticationBackend):
    """The demo's passwords are known to everybody: in production they open nothing."""

    def user_can_authenticate(self, user: User | None) -> bool:
        from_the_demo = settings.PRODUCTION and getattr(user, "is_demo", False)
        return not from_the_demo and super().user_can_authenticate(user)


class Adapter(AccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down stops nobody from signing up; they are told."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's are OSErrors, and may name the address
            log.error("The mail server took no e-mail (%s).", type(error).__name__)
            words = _("We could not send an e-mail just now. Ask for it again in a few minutes.")
            messages.error(current.request, words)
