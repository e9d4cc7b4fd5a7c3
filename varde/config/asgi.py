"""The live process: server-sent events, nothing else."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.config.settings")

import django

django.setup()

from varde.web.live import application  # noqa: E402  Django is set up first

__all__ = ["application"]
