"""Settings shared by every environment. What differs stands in dev, test and prod."""

import pgtrigger
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from ovop_portal.logging import configuration

from .env import BASE_DIR, env

SITE_NAME = "OVOP NTT"
SITE_URL = env("SITE_URL")

# The programme's province (Kemendagri code) and its working time zone.
PROVINCE_CODE = "53"
TIME_ZONE = "Asia/Makassar"
USE_TZ = True

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

INSTALLED_APPS = [
    "ovop_portal.apps.PortalConfig",
    "ovop_portal.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "corsheaders",
    "csp",
    "django_filters",
    "drf_spectacular",
    "rest_framework",
    "pgtrigger",
    "pghistory",
    "evaluations",
    "villages",
    "schools",
    "communities",
    "registry",
    "partners",
    "oauth2_provider",
    "accounts",
    "regions",
    "common",
]

MIDDLEWARE = [
    "common.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "common.api.chain.ApiChainMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.BorrowedPhoneMiddleware",
    "common.middleware.SignedOutPostMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.AuditContextMiddleware",
]

# What stands between the chain above and the REST API, in place of everything listed after ApiChainMiddleware.
API_MIDDLEWARE = [
    "common.api.packing.BrotliMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "ovop_portal.urls"
WSGI_APPLICATION = "ovop_portal.wsgi.application"

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
                "common.context.site",
                "accounts.context.session_flags",
                "registry.context.staff_counts",
            ],
            "builtins": ["common.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]

FORM_RENDERER = "common.forms.PortalFormRenderer"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LoginBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "home"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env("MEDIA_ROOT") or BASE_DIR / "var" / "media"

STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Photos and scans; served only through views that ask the scope (docs/photos.md).
    "images": {"BACKEND": "registry.images.storage.DurableFileStorage"},
    # The name of a static file carries its content's hash; compressed once, when collected.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The table `django_cache` is shared by all workers, so rate limits count across them. Django's own 300 rows would be
# full with one busy hour's counters and drop those still counting; beyond 100.000 rows a twentieth goes.
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 20},
    }
}
if env("REDIS_URL"):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("REDIS_URL"),
    }

# How long a page of the public site is kept ready while nothing in the catalogue changes (registry/kept_pages.py).
KEPT_PAGES_SECONDS = 60

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.authentication.PartnerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["partners.throttles.ApiThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["common.api.render.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.parse.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "common.api.render.OnlyJSON",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "common.api.errors.Handler",
    "EXCEPTION_FORMATTER_CLASS": "common.api.errors.Formatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OVOP NTT API",
    "DESCRIPTION": (
        "Mirror and follow the registry of flagship products of villages, schools and communities of Nusa Tenggara Timur. "
        "The guide is docs/api.md."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_URLCONF": "ovop_portal.urls",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "RegionKindEnum": ["province", "regency", "city", "district", "village", "ward"],
        "RegionChangeKindEnum": "regions.models.SuccessionKind",
        "PhotoKindEnum": "registry.api.schema.PHOTO_KINDS",
        "PermitKindEnum": "registry.api.schema.PERMIT_KINDS",
        "SubmissionStateEnum": "registry.api.schema_drafts.STATES",
        "EntryStateEnum": "registry.api.schema.ENTRY_STATES",
        "WebhookStateEnum": ["active", "failing", "paused"],
        "DeliveryStateEnum": ["waiting", "delivered", "failed"],
    },
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["common.api.docs.only_this_version"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.api.docs.describe_headers",
        "partners.api_schema.describe_access",
        "registry.api.schema.sparse",
    ],
}
# Any page may read the open part; nothing is written across origins, and no cookie counts in the API.
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_EXPOSE_HEADERS = [
    *("ETag", "Last-Modified", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-ID"),
]
CORS_PREFLIGHT_MAX_AGE = 86400

# Nothing inline, nothing from another host: pages must work under this on every door.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_FAILURE_VIEW = "common.errors.csrf_failure"

# A form of photos is sent one photo at a time; a page of text never needs more than this.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "registry.images.upload.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Whether nginx sends the files the views allow, from an internal location of this prefix (docs/operate.md).
USE_X_ACCEL = env("USE_X_ACCEL")
X_ACCEL_PREFIX = "/_media/"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://ovop@/ovop")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
# PgBouncer in transaction mode keeps no cursor between two statements.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True

# Accounts know no e-mail; sign-in is by username or phone (accounts/backends.py).
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Strict per account, generous per address: a hall full of village heads shares one.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "300/m/ip,10/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "activation": "300/m/ip,20/h/key",
    "password_help_address": "300/h/ip",
    "password_help": "5/h/key",
    "complaint": "20/h/ip",
}

# Conflicts of interest of reviewers (evaluations/conflicts.py); every panel page says these rules in words.
# `years_back`: how long an office held before still counts. `kinds`: which of the computed kinds are on. `roles_apart`: roles
# that are no office over a product. A conflict a reviewer declares always counts.
EVALUATION_CONFLICTS = {
    "years_back": 2,
    "kinds": ["mandate", "handled", "enterprise", "phone"],
    "roles_apart": ["reviewer"],
}

# The officers' second factor; production asks for it (STAFF_MFA_REQUIRED). A passkey is bound to the host of SITE_URL:
# keep one host name, a change of it means that every officer adds the passkey again (codes of the app go on working).
STAFF_MFA_REQUIRED = False
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.MfaReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTotpForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}

# Long, not complicated: spaces are welcome, no rule about capitals or signs.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "phone")},
    },
    {"NAME": "accounts.validators.FewCharactersValidator"},
]

# Partner systems: client credentials only (partners/oauth.py). Tokens live an hour and are kept as hashes; django-oauth-toolkit's
# own pages are not mounted. The flags follow RFC 9700.
OAUTH2_PROVIDER_APPLICATION_MODEL = "partners.Credential"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "partners.scopes.CredentialScopes",
    "OAUTH2_VALIDATOR_CLASS": "partners.oauth.CredentialValidator",
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
# Requests a minute of somebody without a token, by address (IPv6: by /64); a partner's own limit stands on its row.
API_ANONYMOUS_RATE = 300
# Tokens a minute from one address, and tries for one client id.
API_TOKEN_RATE = 30
# Whether webhooks may lead to http, to any port and into the portal's own network; only where nobody else is.
WEBHOOK_PRIVATE_TARGETS = False

# History by statement-level triggers (row-level ones make bulk writes several times slower); event rows are append-only.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True

LOGGING = configuration(json_lines=False, level=env("LOG_LEVEL"))
