"""Child processes that never outlive the one who started them. Nothing here needs Django."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(how: signal.Signals, parent: int) -> Callable[[], None]:
    """A preparation for a new child: the kernel sends it `how` as soon as `parent` is gone, even by kill -9."""

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def follow_make() -> None:
    """Stop as if by Ctrl-C when the `make` that started this process is gone."""
    comm = Path(f"/proc/{os.getppid()}/comm")
    if comm.exists() and comm.read_text().strip() in {"make", "gmake"}:
        _libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_parent_death: signal.Signals = signal.SIGTERM,
    owner: tuple[int, int] | None = None,
    log: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (Ctrl-C reaches only us), as `owner` (uid, gid) where one is given."""
    # The owner is taken on before `preexec_fn`: the kernel forgets the death signal when the user changes.
    identity: dict[str, Any] = {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=die_with_parent(on_parent_death, os.getpid()),
            **identity,
        )
    finally:
        if output:
            output.close()


def stop(child: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, patience: float = 20) -> int:
    """Ask a child to end, wait `patience` seconds, then end it; returns its exit code."""
    if child.poll() is None:
        child.send_signal(how)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()
