"""What a long-running command needs: end on a signal, survive a database that restarts."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

logger = logging.getLogger("ovop.jobs")


def process_name() -> str:
    """A name no other living process has."""
    return f"{socket.gethostname()}-{os.getpid()}"


class Loop:
    """Calls `step` until SIGTERM or SIGINT; `step` returns how many seconds to rest. Database errors wait and go on."""

    def __init__(self, step: Callable[[], float]):
        self.step = step
        self.ended = False
        self.trouble = 0

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self.ended:
            close_old_connections()
            self._rest(self._step())

    def _end(self, _number: int, _frame: object) -> None:
        self.ended = True

    def _step(self) -> float:
        try:
            rest = self.step()
        except (DatabaseError, InterfaceError):
            self.trouble += 1
            rest = min(2.0**self.trouble, 30)
            logger.warning("database not reachable", exc_info=self.trouble == 1, extra={"wait": rest})
            connection.close()
        else:
            self.trouble = 0
        return rest

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.ended and time.monotonic() < until:
            time.sleep(min(seconds, 0.2))
