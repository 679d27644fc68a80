"""The simulator's Django project: an authorization server of the real kind, in memory mostly."""

from __future__ import annotations

import os
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def _signing_key() -> str:
    """For the id tokens of Google and LinkedIn; new with every start."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _requires_pkce(client_id: str) -> bool:
    from tests.networks.netsim import rules

    return rules.requires_pkce(client_id)


def _lifetime(request: Any) -> int:
    from tests.networks.netsim import rules

    return rules.lifetime(request)


SECRET_KEY = "of the simulator"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.networks.netsim.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [os.path.join(os.path.dirname(__file__), "templates")],
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("NETSIM_DATABASE", ":memory:"),
        "OPTIONS": {"init_command": "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY"},
    }
}
# No history to follow: the tables are made as the models say.
MIGRATION_MODULES = dict.fromkeys(["auth", "contenttypes", "oauth2_provider"])
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "tests.networks.netsim.rules.Validator",
    "SCOPES_BACKEND_CLASS": "tests.networks.netsim.rules.Scopes",
    "PKCE_REQUIRED": _requires_pkce,
    "EXTRA_SERVER_KWARGS": {"token_expires_in": _lifetime},
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": _signing_key(),
    "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
