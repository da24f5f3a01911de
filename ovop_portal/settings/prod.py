"""Production: everything from the environment (the table in docs/operate.md); unsafe or missing values are refused by name."""

from django.core.exceptions import ImproperlyConfigured

from ovop_portal.logging import configuration

from .base import *  # noqa: F403 - a settings module extends its base
from .base import MIDDLEWARE, STORAGES
from .env import env, problems

if _problems := problems():
    raise ImproperlyConfigured("The portal does not start with these settings:\n- " + "\n- ".join(_problems))

DEBUG = False
DEMO = False
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = [host.strip() for host in env("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [env("SITE_URL").rstrip("/")]

# Behind the proxies of TRUSTED_PROXY_COUNT; the middleware forgets the headers where there is none.
TRUSTED_PROXY_COUNT = env("TRUSTED_PROXY_COUNT")
MIDDLEWARE = ["common.middleware.TrustedProxyMiddleware", "common.middleware.HealthHostMiddleware", *MIDDLEWARE]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# Asked over plain HTTP by the machine itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

if env("S3_BUCKET"):
    _options: dict[str, object] = {
        "bucket_name": env("S3_BUCKET"),
        "endpoint_url": env("S3_ENDPOINT") or None,
        "region_name": env("S3_REGION") or None,
        "default_acl": "private",
        "querystring_auth": True,
        "querystring_expire": 300,
        "file_overwrite": False,
    }
    STORAGES = {
        **STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _options},
        # Names are made of hashes: the same name is the same bytes.
        "images": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**_options, "file_overwrite": True}},
    }

# Officers set up their second factor before anything else; only an emergency switches this off.
STAFF_MFA_REQUIRED = env("STAFF_MFA_REQUIRED")

LOGGING = configuration(json_lines=True, level=env("LOG_LEVEL"))
