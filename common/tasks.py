"""Work for later. Apps call `enqueue` inside their transaction and register periodic work in `ready()`.

The contract of a task: a plain function of JSON arguments that may run more than once (a worker can die after the
work and before saying so), so it first looks whether its work is still to be done. docs/adr/0003-task-queue.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from .models import Job

Json = str | int | float | bool | None | list | dict

_PERIODIC: dict[str, timedelta] = {}


def task_name(task: str | Callable[..., object]) -> str:
    """The dotted path under which a worker finds the function again."""
    return task if isinstance(task, str) else f"{task.__module__}.{task.__qualname__}"


def enqueue(task: str | Callable[..., object], *args: Json, key: str = "", run_after: datetime | None = None) -> Job | None:
    """Ask for `task(*args)` after the current transaction commits; None when the same key already waits.

    A worker sees the row only after commit, and a rollback takes it back. Arguments are ids and plain values, never
    objects. A job already running under the key does not count: it may have read what has changed since.
    """
    name = task_name(task)
    import_string(name)  # a wrong name fails here, not at night in a worker
    json.dumps(args)
    try:
        with transaction.atomic():
            return Job.objects.create(name=name, arguments=list(args), key=key, run_after=run_after or timezone.now())
    except IntegrityError:
        if key and Job.objects.filter(name=name, key=key, state=Job.State.WAITING).exists():
            return None
        raise


def register_periodic(name: str, *, minutes: float = 0, hours: float = 0) -> None:
    """Have `name` (a dotted path, no arguments) run every so often, by exactly one scheduler; called in `ready()`."""
    every = timedelta(minutes=minutes, hours=hours)
    if every < timedelta(seconds=30):
        raise ValueError(f"{name}: a period is at least 30 seconds")
    _PERIODIC[name] = every


def periodic() -> Mapping[str, timedelta]:
    """Every registered periodic task with its period."""
    return MappingProxyType(_PERIODIC)
