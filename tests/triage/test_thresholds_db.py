"""Thresholds in the database: a ground for every one, in order, one at a time, and two persons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.people import NOW, Cast
from tests.triage.test_concurrent import together
from varde.catalogue.queries import newest
from varde.core.quantities import RESPIRATION as RESPIRATION  # noqa: F401
from varde.people.viewer import Viewer
from varde.triage.models import Threshold
from varde.triage.thresholds import copy_standard, in_force
