"""What the tests of plans begin with."""

from __future__ import annotations

import pytest

from tests.people import Cast
from tests.plan.agreed import responsible
from varde.people.viewer import Viewer


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """A patient for whom the GP answers."""
    one = them.patient()
    responsible(them, one)
    return one
