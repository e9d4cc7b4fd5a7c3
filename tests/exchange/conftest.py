"""What every test of the machine door has: a machine with a token of the follow-up service."""

from __future__ import annotations

import pytest

from tests.exchange.machine import Machine
from tests.people import Cast


@pytest.fixture
def machine(them: Cast) -> Machine:
    return Machine(them)
