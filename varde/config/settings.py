"""Settings: one file, from the environment, with defaults that are safe.

`VARDE_DATABASE_URL`, `VARDE_DATABASE_OWNER_URL` and `VARDE_DATABASE_CLOCK_URL` name the database
as the three roles of ADR 3; without them `varde` starts the embedded one and sets them.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_FOLDER = os.environ.get("VARDE_DATA_FOLDER", "")  # of a database of our own: is it full?
HOME = Path(os.environ.get("VARDE_HOME", BASE_DIR.parent / ".varde"))

DEMO = os.environ.get("VARDE_DEMO") == "1"
DEBUG = False
# Whose password is enough; the others come through a sign-in service of their own.
PASSWORD_ROLES = None if DEMO else {"administrator"}  # None: everybody's
ALLOWED_HOSTS = os.environ.get("VARDE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
SECURE = os.environ.get("VARDE_SECURE", "0") == "1"  # behind TLS: secure cookies and HSTS
BEHIND_PROXY = os.environ.get("VARDE_BEHIND_PROXY", "0") == "1"  # X-Forwarded-For is its word
LIVE_URL = os.environ.get("VARDE_LIVE_URL", "")  # the origin of live updates; "" = same origin
LIVE_HEALTH = os.environ.get("VARDE_LIVE_HEALTH", LIVE_URL)  # where live itself is asked

PAGE_ORIGINS = [o for o in os.environ.get("VARDE_PAGE_ORIGINS", "").split(",") if o]


def _secret() -> str:
    given = os.environ.get("VARDE_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(os.urandom(48).hex())
    return kept.read_text()


SECRET_KEY = _secret()


def database(url: str) -> dict[str, object]:
    """Django's words for a postgresql:// URL; a socket folder may stand in `?host=`."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    port = query.pop("port", str(parts.port or ""))
    return {
        "ENGINE": "varde.base.backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": query,
    }


def _databases() -> dict[str, dict[str, object]]:
    url = os.environ.get("VARDE_DATABASE_URL", "postgresql:///varde?user=varde_app")
    app = database(url)
    pool = {"min_size": 1, "max_size": int(os.environ.get("VARDE_POOL", "8")), "timeout": 10}
    # Values are bound by the server, statements prepared and planned once: policies make
    # planning dearer than running.
    prepared = {
        "server_side_binding": True,
        "prepare_threshold": 3,
        "options": "-c plan_cache_mode=force_generic_plan",
    }
    app["OPTIONS"] = {**app["OPTIONS"], "pool": pool, **prepared}  # type: ignore[dict-item]
    owner = database(os.environ.get("VARDE_DATABASE_OWNER_URL", url))
    clock = database(os.environ.get("VARDE_DATABASE_CLOCK_URL", url))
    return {"default": app, "owner": owner, "clock": clock}


DATABASES = _databases()
# Rows of the list, drawn once for all who see the same unit's; never out of the process.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "rows": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "rows",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}
DATABASE_ROUTERS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "varde.base",
    "varde.audit",
    "varde.people",
    "varde.catalogue",
    "varde.measuring",
    "varde.triage",
    "varde.dialogue",
    "varde.plan",
    "varde.pathway",
    "varde.web",
]

MIDDLEWARE = [
    "varde.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "varde.web.middleware.ActingViewer",
]
ROOT_URLCONF = "varde.config.urls"
WSGI_APPLICATION = "varde.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "ui" / "templates", BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "varde.web.context.common",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "varde.web.templatetags.varde",
            ],
        },
    },
]

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "varde_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "varde_csrf"
CSRF_FAILURE_VIEW = "varde.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("VARDE_ORIGINS", "").split(",") if o]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English"), ("se", "Davvisámegiella")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "varde_language"
USE_THOUSAND_SEPARATOR = False
DECIMAL_SEPARATOR = ","  # for Northern Sámi, which Django has no formats for

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "web" / "ui" / "static"]
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"django.request": {"level": "ERROR"}},  # a refused address may hold a number
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
