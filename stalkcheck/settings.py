"""One settings file; what differs between machines comes from the environment.

docs/deployment.md lists the variables. A wrong value ends the process with one line that names its variable.
"""

from contextlib import suppress
from pathlib import Path
from socket import gethostname

from questionnaire.domain import languages
from stalkcheck import VERSION, databases, environment  # noqa: F401  (a setting)
from stalkcheck.browser_features import PERMISSIONS_POLICY, content_security_policy  # noqa: F401
from stalkcheck.delivery import DELIVERY  # noqa: F401  (a setting)
from stalkcheck.identity_providers import IDENTITY_PROVIDERS
from stalkcheck.security_contact import SECURITY_CONTACTS  # noqa: F401  (a setting)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
with suppress(OSError):  # a read-only copy can still run the commands that need no database
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)

KEYRING_PATH = environment.keyring_path()
KEYRING_COMMAND = environment.text("STALKCHECK_KEYRING_COMMAND").strip()
SECRET_KEY, SECRET_KEY_IS_KEPT = environment.secret_key(beside=KEYRING_PATH)
DEBUG = environment.flag("STALKCHECK_DEBUG")
ALLOWED_HOSTS = environment.hosts()
BEYOND_LOOPBACK = not all(map(environment.is_loopback, ALLOWED_HOSTS))
PROXIES = environment.proxies()
BEHIND_PROXY = PROXIES > 0

INSTALLED_APPS = [
    "questionnaire",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "formtools",
    "csp",
]

ROOT_URLCONF = "stalkcheck.urls"
WSGI_APPLICATION = "stalkcheck.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Serving ------------------------------------------------------------------------------------------------

# By which it is told from other servers of the installation.
SERVER_NAME = environment.text("STALKCHECK_SERVER_NAME") or gethostname()
# Of each worker. PDFs have threads of their own: pages keep theirs while ten people ask for one.
THREADS = environment.number("STALKCHECK_THREADS", 2, least=2, most=32)
# Of all workers together; each makes one at a time.
PDF_PLACES = environment.number("STALKCHECK_PDF_PLACES", environment.workers(), least=1, most=64)
PDF_VARIANT = environment.choice("STALKCHECK_PDF", "pdf/ua-1", "pdf/a-2a")
METRICS_TOKEN = environment.secret("STALKCHECK_METRICS_TOKEN", "")

MIDDLEWARE = [
    "questionnaire.middleware.acting.ActingMiddleware",
    "questionnaire.middleware.measured.MeasuredMiddleware",
    "questionnaire.middleware.operations.OperationsMiddleware",
    # Before the rest the headers of every response, also of one that a middleware below returns itself.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "stalkcheck.headers.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "stalkcheck.loopback.LoopbackMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "questionnaire.middleware.renewed.RenewedSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "questionnaire.middleware.large_posts.LargePostsMiddleware",
    "questionnaire.middleware.renewed.RenewedCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "questionnaire.accounts.session_limits.SessionLimitsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "questionnaire.middleware.next_page.NextPageMiddleware",
    "questionnaire.screen.lock.LockMiddleware",
    "questionnaire.accounts.given_password.GivenPasswordMiddleware",
    "questionnaire.accounts.second_factor.SecondFactorMiddleware",
    "questionnaire.middleware.limits.LimitsMiddleware",
    "questionnaire.middleware.asked_again.AskAgainMiddleware",
    "questionnaire.middleware.places.PlacesMiddleware",
    "questionnaire.permissions.PermissionMiddleware",
    "questionnaire.middleware.closed_intake.ClosedIntakeMiddleware",
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
                "questionnaire.screen.lock.context_processor",
                "questionnaire.views.page_header.context_processor",
                "questionnaire.accounts.oidc.context_processor",
                "questionnaire.operations.error_codes.context_processor",
            ],
        },
    },
]

CRISPY_TEMPLATE_PACK = "conversation"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("conversation",)
CRISPY_FAIL_SILENTLY = False

# --- Data ---------------------------------------------------------------------------------------------------

FORMS_DIR = environment.folder("STALKCHECK_FORMS")
EVENTS_TO = environment.text("STALKCHECK_EVENTS").strip()
CALENDAR_WITH_REFERENCE = environment.flag("STALKCHECK_CALENDAR_REFERENCE")
DATABASES = {
    "default": databases.database(
        environment.secret("DATABASE_URL", ""),
        VAR_DIR,
        connection_seconds=environment.number("STALKCHECK_CONNECTION_SECONDS", 60, least=0, most=86_400),
        behind_pooler=environment.flag("STALKCHECK_POOLER"),
    )
}
POSTGRESQL_ROLE_SETTINGS = databases.ROLE_SETTINGS
# Attempts to sign in are counted here, so all workers must share it. A full cache forgets counts.
CACHES = {
    "default": {
        "BACKEND": "questionnaire.accounts.attempts_cache.AttemptsCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- People -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "questionnaire.User"
AUTHENTICATION_BACKENDS = ["questionnaire.accounts.backend.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_MIN_LENGTH = 12
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {
        "NAME": "questionnaire.accounts.password_validators.KnownWordsValidator",
        "OPTIONS": {"words": ["stalkcheck", "stalking", "veiligthuis", "wachtwoord", "welkom", "password"]},
    },
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "questionnaire.accounts.login.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "questionnaire.accounts.login_forms.LoginForm",
    "reauthenticate": "questionnaire.accounts.login_forms.ReauthenticateForm",
    "change_password": "questionnaire.accounts.login_forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
# In a minute by one address, which an office can share; a device in use has its own count.
_SIGN_INS = environment.number("STALKCHECK_SIGN_INS", 30, least=1, most=10_000)
_REFUSED = environment.number("STALKCHECK_REFUSED_SIGN_INS", 10, least=1, most=10_000)
ACCOUNT_RATE_LIMITS = {"login": f"{_SIGN_INS}/m/ip", "login_failed": f"{_REFUSED}/m/ip,5/5m/key,50/d/key"}

SECOND_FACTOR_REQUIRED = BEYOND_LOOPBACK and not environment.flag("STALKCHECK_ONE_FACTOR")
CONFIRMED_SECONDS = 10 * 60
MFA_ADAPTER = "questionnaire.accounts.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "questionnaire.accounts.second_factor_forms.AuthenticateForm",
    "reauthenticate": "questionnaire.accounts.second_factor_forms.ReauthenticateForm",
    "activate_totp": "questionnaire.accounts.second_factor_forms.ActivateForm",
    "add_webauthn": "questionnaire.accounts.second_factor_forms.AddPasskeyForm",
    "authenticate_webauthn": "questionnaire.accounts.second_factor_forms.AuthenticatePasskeyForm",
    "login_webauthn": "questionnaire.accounts.second_factor_forms.SignInByPasskeyForm",
    "reauthenticate_webauthn": "questionnaire.accounts.second_factor_forms.ReauthenticatePasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": f"{_SIGN_INS}/m/ip"}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Conversations"
MFA_TOTP_TOLERANCE = 1

SOCIALACCOUNT_ADAPTER = "questionnaire.views.provider_sign_in.SocialAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

SESSION_ENGINE = "questionnaire.accounts.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 15 * 60

# --- Mail: reminders alone, and only where a server is set --------------------------------------------------

_MAIL = environment.mail_server() or {}
SENDS_MAIL = bool(_MAIL)
MAIL_WITH_REFERENCES = environment.flag("STALKCHECK_MAIL_REFERENCES")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SENDS_MAIL else 'dummy'}.EmailBackend"
EMAIL_TIMEOUT = 10
EMAIL_HOST, EMAIL_PORT = _MAIL.get("EMAIL_HOST", ""), _MAIL.get("EMAIL_PORT", 0)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.get("EMAIL_HOST_USER", ""), _MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.get("EMAIL_USE_SSL", False), _MAIL.get("EMAIL_USE_TLS", False)
DEFAULT_FROM_EMAIL = _MAIL.get("DEFAULT_FROM_EMAIL", "")

# --- Language and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = languages.DEFAULT_LANGUAGE
LANGUAGES = list(languages.LANGUAGES.items())
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- Static files: collected, compressed and named by hash when STALKCHECK_STATIC is set --------------------

STATIC_URL = "/static/"
STATIC_ROOT = environment.text("STALKCHECK_STATIC") or None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- The browser's side -------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = content_security_policy(
    address for provider in IDENTITY_PROVIDERS for address in (provider.server, *provider.also_at)
)

SECURE_SSL_REDIRECT = BEYOND_LOOPBACK
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The preload list binds a whole domain for years: its owner decides. W003: CSRF has a name of our own.
SILENCED_SYSTEM_CHECKS = ["security.W021", "security.W003"]

# The prefix __Host- makes the browser refuse these cookies from another host, path or plain http.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "questionnaire.views.screen_lock.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
# A log that is opened stays in memory: what is written to disk can be found there later.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

# --- Logs: warnings to standard error, without personal data ------------------------------------------------

DEFAULT_EXCEPTION_REPORTER_FILTER = "stalkcheck.logging.PrivateExceptionReporterFilter"
_FORMATTERS = {"text": "PrivateFormatter", "json": "JsonFormatter"}
_FORMATTER = _FORMATTERS[environment.log_format()]
_LOG_LEVEL = environment.choice("STALKCHECK_LOG_LEVEL", "warning", "info", "error").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "quiet": {
            "()": f"stalkcheck.logging.{_FORMATTER}",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["stderr"], "level": _LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "level": _LOG_LEVEL, "propagate": True}},
}
