"""One file for every environment; what differs comes from the environment (.env.example)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from klout_site import env, local

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What kind of site this is -----------------------------------------------------------
PRODUCTION = env.boolean("PRODUCTION", False)
DEBUG = env.boolean("DEBUG", False)
DEMO = env.boolean("DEMO", False)
# "host:port" servers on the loopback that the site may talk to over plain http: the demo's only.
LOOPBACK_SERVERS = frozenset(env.words("LOOPBACK_SERVERS"))
for _name, _set in [("DEBUG", DEBUG), ("DEMO", DEMO), ("LOOPBACK_SERVERS", LOOPBACK_SERVERS)]:
    if PRODUCTION and _set:
        raise ImproperlyConfigured(f"{_name} must not be set where PRODUCTION is: unset one.")

SITE_NAME = env.text("SITE_NAME", "Klout")
PORT = env.integer("PORT", 8000, low=1, high=65535)
SITE_URL = env.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
_site = env.site("SITE_URL", SITE_URL)
if PRODUCTION and _site.scheme != "https":
    raise ImproperlyConfigured("SITE_URL must start with https:// in production.")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", _site.hostname if PRODUCTION else "localhost,127.0.0.1,[::1]"
)
USER_AGENT = f"{SITE_NAME} (+{SITE_URL})"

# --- Secrets -----------------------------------------------------------------------------


def _local(name: str) -> Callable[[], str] | None:
    return None if PRODUCTION else lambda: local.secret(name)


SECRET_KEY = env.secret("SECRET_KEY", generate=_local("secret_key"))
# Fernet keys for tokens at rest: the first encrypts, all decrypt.
CREDENTIAL_KEYS = env.fernet_keys("CREDENTIAL_KEYS", generate=_local("credential_key"))
# Keys the hashes of people we may name no more (opt-outs, responders). Losing it forgets them.
IDENTITY_KEY = env.secret("IDENTITY_KEY", generate=_local("identity_key"))

# --- Applications ------------------------------------------------------------------------
INSTALLED_APPS = [
    "klout_site.apps.SiteConfig",
    "perks",
    "profiles",
    "scoring",
    "klout_site.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "csp",
    "django_countries",
    "lucide",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "klout_site.zerobytes.RefuseZeroBytes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "klout_site.ratelimit.RateLimitMiddleware",
]
ROOT_URLCONF = "klout_site.urls"
WSGI_APPLICATION = "klout_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "klout_site.context.site",
            ],
            "builtins": ["lucide.templatetags.lucide", "django.templatetags.i18n"],
        },
    }
]

# --- Data --------------------------------------------------------------------------------
DATABASES = {
    "default": env.database("DATABASE_URL", local.database_url())
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
}
DATABASES["default"].setdefault("OPTIONS", {})
# A statement that hangs must not hold a worker for ever.
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
DATABASES["default"]["OPTIONS"].setdefault("options", "-c statement_timeout=30000")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL", local.redis_url())
CACHES = {
    "default": {
        "BACKEND": "klout_site.cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "site",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(local.folder() / "media")))
MEDIA_URL = "media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # 100,000 pasted codes fit

# --- Work in the background --------------------------------------------------------------
CELERY_BROKER_URL = env.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A broker that went away redelivers what was in hand; our tasks may run again.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A collection is a few hundred requests at most; one that takes longer hangs.
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 270
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the longest task; what is due is known to the database anyway (scoring/services).
    "visibility_timeout": 300,
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 5,
    # A page that rings a doorbell must not wait long for a broker that is down.
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULER = "klout_site.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE_FILENAME = str(local.folder() / "beat-schedule")
REFRESH_EVERY = timedelta(hours=env.integer("REFRESH_HOURS", 24, low=1, high=24 * 14))
# How long a claimed refresh may run before somebody else may take it. Above the time limit.
_shortest_lease = CELERY_TASK_TIME_LIMIT + 1 if PRODUCTION else 2
REFRESH_LEASE = timedelta(
    seconds=env.integer("REFRESH_LEASE_SECONDS", 300, low=_shortest_lease, high=3600)
)
REFRESH_POLL_SECONDS = env.integer("REFRESH_POLL_SECONDS", 15, low=1, high=600)

# --- Networks (what each needs, and what it brings: docs/networks.md) ----------------------
# Our registrations at central networks; those without one are not offered.
NETWORK_KEYS = env.network_keys(
    [
        *("github", "x", "youtube", "facebook", "instagram", "threads"),
        *("linkedin", "foursquare", "twitch", "tiktok", "pinterest"),
    ]
)
# Signs us in at Bluesky's servers: an ES256 key as PEM. Without one, outside production, the
# site is a loopback client there, as the AT protocol has it for development.
BLUESKY_PRIVATE_KEY = env.es256_key("BLUESKY_PRIVATE_KEY")
# Where the AT protocol's accounts are listed, and who answers for all of Bluesky.
BLUESKY_PLC = env.origin("BLUESKY_PLC", "https://plc.directory")
BLUESKY_APPVIEW = env.origin("BLUESKY_APPVIEW", "https://public.api.bsky.app")
# Networks whose rules keep them out of the score unless the operator has their leave.
IN_SCORE = frozenset({"youtube"} if env.boolean("YOUTUBE_IN_SCORE", False) else ())
# True where LinkedIn has approved the operator for its Community Management API.
LINKEDIN_ANALYTICS = env.boolean("LINKEDIN_ANALYTICS", False)
# X is paid by what is read, in dollars a month: for the site, and for one person of it.
X_DOLLARS_A_MONTH = env.integer("X_DOLLARS_A_MONTH", 50, low=0, high=1_000_000)
X_DOLLARS_A_PERSON = env.integer("X_DOLLARS_A_PERSON", 2, low=0, high=1_000)
# What people bring in archives, until a worker has read it.
ARCHIVES_ROOT = Path(env.text("ARCHIVES_ROOT", str(local.folder() / "archives")))
# The largest that may be uploaded. Its media pass by; see scoring/archives/sieving.py.
ARCHIVES_GIGABYTES = env.integer("ARCHIVES_GIGABYTES", 20, low=1, high=1000)
# Each upload keeps one web worker busy for as long as it takes.
ARCHIVES_AT_ONCE = env.integer("ARCHIVES_AT_ONCE", 1, low=1, high=100)
# How long before a new formula counts people are told of it, at least.
FORMULA_NOTICE_DAYS = env.integer("FORMULA_NOTICE_DAYS", 30, low=0, high=365)

# --- People ------------------------------------------------------------------------------
AUTH_USER_MODEL = "profiles.User"
AUTHENTICATION_BACKENDS = ["klout_site.logins.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "profiles.forms.SignupForm"
ACCOUNT_ADAPTER = "klout_site.logins.Adapter"
ACCOUNT_FORMS = {
    "login": "profiles.entrance.LogInForm",
    "signup": "profiles.entrance.SignUpForm",
    "add_email": "profiles.entrance.AddEmailForm",
    "change_password": "profiles.entrance.ChangePasswordForm",
    "set_password": "profiles.entrance.SetPasswordForm",
    "reset_password": "profiles.entrance.ResetPasswordForm",
    "reset_password_from_key": "profiles.entrance.ResetPasswordKeyForm",
    "reauthenticate": "profiles.entrance.ReauthenticateForm",
}
# Linking only: profiles/linking. No log-in and no sign-up by a network, and no address of
# allauth's for it; its rows for accounts and tokens stay empty (ours are encrypted).
SOCIALACCOUNT_ADAPTER = "profiles.linking.adapter.NetworksAdapter"
SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_AUTO_SIGNUP = SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_PROVIDERS = {"facebook": {"VERSION": "v26.0", "METHOD": "oauth2"}}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = env.choice(
    "EMAIL_VERIFICATION", "optional", {"optional", "mandatory", "none"}
)
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXIES", 0, low=0, high=10)

# --- E-mail ------------------------------------------------------------------------------
EMAIL_BACKEND = f"django.core.mail.backends.{env.text('EMAIL_BACKEND', 'console')}.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, low=1, high=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"no-reply@{_site.hostname}")

# --- Language, numbers, dates ------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Files that every browser gets -------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(local.folder() / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
_static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if not PRODUCTION:
    _static = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION

# --- The browser's side of security ------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, where there is no TLS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if env.boolean("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logs: what happened, never to whom --------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    # /healthz says in its answer what is down; asked every few seconds, it would fill the log.
    "filters": {
        "news": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: not record.getMessage().endswith("/healthz"),
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "WARNING", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    },
    # Request lines of the HTTP client hold servers and ids of people.
    "loggers": {"httpx2": {"level": "WARNING"}, "httpcore2": {"level": "WARNING"}},
}
