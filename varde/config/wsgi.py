"""The web process: pages and the machine door."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
