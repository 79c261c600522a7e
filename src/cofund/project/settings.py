"""Settings of the site: the only module that reads the environment.

`COFUND_HOME` holds the embedded database, files and keys (default: `var/` in the checkout, else `~/.cofund`);
`COFUND_DATABASE_URL` puts the books on PostgreSQL. The full list is in `docs/settings.md`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
# Many small tables are solved here, never a large one: threads of the arithmetic library would only wait for each other,
# and with one the same question gives the same answer in every process. It is read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent.parent


def _home() -> Path:
    """Where this site keeps its files: stated, else `var/` of the checkout, else a folder of the user."""
    stated = env.str("COFUND_HOME", default="")
    if stated:
        return Path(stated).expanduser().resolve()
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "var"
    return Path.home() / ".cofund"


COFUND_HOME = _home()
COFUND_HOME.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The site's own key, made once and readable by its owner alone."""
    path = COFUND_HOME / "secret.key"
    if not path.exists():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = env.bool("COFUND_DEBUG", default=False)
SECRET_KEY = env.str("COFUND_SECRET_KEY", default="") or _secret_key()
ALLOWED_HOSTS: list[str] = env.list("COFUND_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("COFUND_ORIGINS", default=[])
SITE_TITLE = env.str("COFUND_SITE_TITLE", default="Cofund")
# The demonstration log-ins are printed and offered on the sign-in page only where the demonstration was loaded.
BEHIND_TLS = env.bool("COFUND_BEHIND_TLS", default=False)
# Where the open data of past projects is fetched from; the files have CORDIS's own names there.
COFUND_CORDIS_URL = env.str("COFUND_CORDIS_URL", default="https://cordis.europa.eu/data")

INSTALLED_APPS = [
    "cofund.records.corpus",
    "cofund.records.directory",
    "cofund.records.programme",
    "cofund.records.ledger",
    "cofund.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # Before what reads the query of an address.
    "cofund.web.unreadable.read_queries",
    "cofund.web.languages.by_address",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # The last one, so that what it keeps goes through all others again.
    "cofund.web.kept_answers.keep_answers",
]

ROOT_URLCONF = "cofund.project.urls"
WSGI_APPLICATION = "cofund.project.wsgi.application"
AUTH_USER_MODEL = "directory.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
CSRF_FAILURE_VIEW = "cofund.web.public.errors.stale_form"

FORM_RENDERER = "cofund.web.form_rendering.FormRenderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cofund.web.context.site",
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    """The database named by `COFUND_DATABASE_URL`, else SQLite in the home folder."""
    stated = env.str("COFUND_DATABASE_URL", default="")
    database: dict[str, Any] = dict(
        env.db_url_config(stated) if stated else env.db_url_config(f"sqlite:///{COFUND_HOME / 'cofund.sqlite3'}")
    )
    if not database["ENGINE"].endswith(("sqlite3", "postgresql")):
        raise ImproperlyConfigured(
            "COFUND_DATABASE_URL names neither PostgreSQL (postgresql://…) nor SQLite (sqlite:///…)"
        )
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE takes the write lock when a transaction begins: a reader that later writes cannot be refused
        # half way. FULL makes a commit survive a power cut, which the books need.
        options.setdefault("transaction_mode", "IMMEDIATE")
        options.setdefault("timeout", 30)
        options.setdefault("init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    else:
        database.setdefault("CONN_HEALTH_CHECKS", True)
    # A page that opens its own connection pays for it as much as for a small page; on SQLite the last one to close
    # moves the whole log into the database besides.
    database.setdefault("CONN_MAX_AGE", 600)
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Where e-mail goes; unless a server is named, into files below the home folder, where a person who tries the site can read it.
_EMAIL = env.email_url_config(env.str("COFUND_EMAIL_URL", default="") or "filemail://")
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _EMAIL["EMAIL_HOST"], _EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _EMAIL["EMAIL_HOST_USER"], _EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _EMAIL.get("EMAIL_USE_TLS", False), _EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = COFUND_HOME / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("COFUND_EMAIL_FROM", default="Cofund <cofund@localhost>")
# An address whose mail somebody imports (`cofund import bounces`), for readers whose program leaves a newsletter by e-mail.
COFUND_EMAIL_LEAVE = env.str("COFUND_EMAIL_LEAVE", default="")
# How long the link that confirms a newsletter holds; what is not confirmed by then is erased.
COFUND_NEWSLETTER_CONFIRM_DAYS = env.int("COFUND_NEWSLETTER_CONFIRM_DAYS", default=7)
# Address under which people reach the site, for links in e-mails.
COFUND_SITE_URL_IS_STATED = bool(env.str("COFUND_SITE_URL", default=""))
COFUND_SITE_URL = env.str("COFUND_SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

# Who publishes open data: what 360Giving and IATI give a publisher to begin identifiers with, and the address of the licence.
COFUND_360GIVING_PREFIX = env.str("COFUND_360GIVING_PREFIX", default="360G-cofund")
COFUND_IATI_PREFIX = env.str("COFUND_IATI_PREFIX", default="XI-IATI-cofund")
COFUND_DATA_LICENCE = env.str("COFUND_DATA_LICENCE", default="")
# How many requests a minute the API answers to one network address, or to one key; each process counts for itself.
COFUND_API_PER_MINUTE = env.int("COFUND_API_PER_MINUTE", default=300)
# Whether webhooks may lead into the site's own network, and without encryption.
COFUND_WEBHOOK_PRIVATE = env.bool("COFUND_WEBHOOK_PRIVATE", default=False)

LANGUAGE_CODE = "en-gb"
# The address of a page says its language; see docs/languages.md.
LANGUAGES = [("en-gb", "English"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
TIME_ZONE = env.str("COFUND_TIME_ZONE", default="Europe/Brussels")
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
MEDIA_ROOT = COFUND_HOME / "files"
# Plain file names: a manifest would need a build step before the first page, and `make run` has none.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files come straight out of the apps: there is no folder to collect them in, and none to forget.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "cofund.web.sessions"
AUTHENTICATION_BACKENDS = ["cofund.web.people.KeptPeople"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
X_FRAME_OPTIONS = "DENY"
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        # An ordinary 403 or 404 is told to the person who asked; the terminal is for what went wrong in the site.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": env.str("COFUND_LOG_LEVEL", default="WARNING")},
}
