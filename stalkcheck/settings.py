"""One settings file; what differs between machines comes from the environment.

STALKCHECK_HOSTS       host names served, by commas; only loopback without it
STALKCHECK_KEYRING     the key ring's file; `~/.config/stalkcheck/keyring.json` without it
STALKCHECK_SECRET_KEY  Django's secret key; the file `secret_key` beside the key ring without it
STALKCHECK_PROXY       1 when one reverse proxy in front sets X-Forwarded-Proto and X-Forwarded-For
STALKCHECK_DEBUG       1 for development alone
DATABASE_URL           postgres://user:password@host:port/name or sqlite:///path; a file in var/ without it
"""

import os
from contextlib import suppress
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from stalkcheck import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
with suppress(OSError):  # a read-only copy can still run the commands that need no database
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)

KEYRING_PATH = environment.keyring_path()
SECRET_KEY, SECRET_KEY_IS_KEPT = environment.secret_key(beside=KEYRING_PATH)
DEBUG = environment.flag("STALKCHECK_DEBUG")
ALLOWED_HOSTS = environment.words("STALKCHECK_HOSTS", default=environment.LOOPBACK_HOSTS)
BEYOND_LOOPBACK = not set(ALLOWED_HOSTS) <= set(environment.LOOPBACK_HOSTS)

INSTALLED_APPS = [
    "questionnaire",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "formtools",
    "csp",
]

ROOT_URLCONF = "stalkcheck.urls"
WSGI_APPLICATION = "stalkcheck.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

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
                "django.template.context_processors.i18n",
            ],
        },
    },
]

CRISPY_TEMPLATE_PACK = "conversation"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("conversation",)
CRISPY_FAIL_SILENTLY = False

# --- Data ---------------------------------------------------------------------------------------------------

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL", ""), VAR_DIR)}

# --- People -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "questionnaire.User"

# --- Language and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- Static files: few and small, so they are served from where they are written ---------------------------

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- The browser's side -------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
}
