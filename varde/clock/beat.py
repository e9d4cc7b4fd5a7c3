"""The beat: runs each task when it is time, stamps what succeeded, and outlives what fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from django.db import close_old_connections, connections

from varde.base import clock
from varde.base.stamps import stamp
from varde.clock import seal, tasks

log = logging.getLogger("varde.clock")


@dataclass
class Task:
    name: str
    run: Callable[..., int]
    every: float  # seconds
    next: float = field(default=0.0)


def schedule() -> list[Task]:
    return [
        Task("overdue", tasks.overdue, 15),
        Task("expect", tasks.expect, 120),
        Task("tasks", tasks.due_tasks, 15),
        Task("controls", tasks.controls, 5),
        Task("unanswered", tasks.unanswered, 30),
        Task("idle", tasks.idle, 30),
        Task("outbox", tasks.outbox, 5),
        Task("watches", tasks.watches, 15),
        Task("wake", tasks.wake, 15),
        Task("follow-up", tasks.follow_up, 60),
        Task("plans", tasks.plans, 600),
        Task("asked-on", tasks.asked_on, 60),
        Task("lists", tasks.lists, 300),
        Task("departments", tasks.departments, 3600),
        Task("seal", seal.seal, 5),
        Task("forget", tasks.forget, 3600),
        Task("recheck", tasks.recheck, 3600),
    ]


def beat(stop: Event) -> None:
    """Until told to stop."""
    todo = schedule()
    while not stop.is_set():
        for task in todo:
            if time.monotonic() >= task.next and not stop.is_set():
                task.next = time.monotonic() + task.every
                run(task)
        stop.wait(1.0)


def run(task: Task) -> bool:
    """One task, once. What fails is said without content, and tried again at its next time."""
    at = clock.now()
    try:
        task.run(at=at)
        stamp(task.name, at)
    except Exception as error:  # Faulty too: what could be done is done, and not stamped
        log.error("The clock's task %s failed: %s", task.name, type(error).__name__)
        for one in connections.all():
            one.close_if_unusable_or_obsolete()
        return False
    finally:
        close_old_connections()
    return True
