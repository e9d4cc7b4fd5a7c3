"""A disk that fills while everything runs is said, on the console and to who watches."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from varde.base import disk
from varde.config import boot


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """How much room there is, as the disk says."""
    room = SimpleNamespace(free=10**9)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: room)
    monkeypatch.setenv("VARDE_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(boot, "_full", False)
    return room


def test_it_is_said_once_and_so_is_that_there_is_room_again(
    free: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    with caplog.at_level(logging.ERROR):
        for room in (10**9, disk.LEAST - 1, 0, disk.LEAST, 10**9):
            free.free = room
            boot.tell_of_disk()
        told = [record.getMessage() for record in caplog.records]
    assert [("er full" in one, "plass på disken igjen" in one) for one in told] == [
        (True, False),
        (False, True),
    ]


def test_health_says_so(
    free: SimpleNamespace, migrated: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "DATA_FOLDER", str(tmp_path))
    assert "disk" not in json.loads(Client().get("/healthz").content).get("wrong", {})
    free.free = 0
    answer = Client().get("/healthz")
    assert (answer.status_code, json.loads(answer.content)["wrong"]["disk"]) == (503, "full")


def test_a_folder_that_is_not_ours_to_see_is_not_judged(tmp_path: Path) -> None:
    assert not disk.is_full(tmp_path / "nowhere")
