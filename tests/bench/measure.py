"""Measuring side by side: every case once a round, so that whatever else the machine does meets all of them alike."""

from __future__ import annotations

import gc
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Case = Callable[[], object]
WARM_UP = 4


@dataclass
class Sample:
    """The times of one case in seconds."""

    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]

    def over(self, other: Sample) -> float:
        """The ratio to another case: the median of the rounds, in each of which both met the same machine."""
        return statistics.median(mine / its for mine, its in zip(self.times, other.times, strict=True))


def interleaved(cases: dict[str, Case], rounds: int, *, warm_up: int = WARM_UP) -> dict[str, Sample]:
    """Run every case in every round, each round beginning with another case; the first rounds are not counted."""
    names = list(cases)
    samples = {name: Sample() for name in names}
    gc.collect()
    for number in range(warm_up + rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            began = time.perf_counter()
            cases[name]()
            took = time.perf_counter() - began
            if number >= warm_up:
                samples[name].times.append(took)
    return samples


@dataclass(frozen=True)
class Gate:
    """A ratio, or a figure, that must not exceed a limit."""

    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def passed(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        word = "PASS" if self.passed else "FAIL"
        return f"{word}  {self.what}: {self.value:.2f}{self.unit} (at most {self.limit:g}{self.unit})"


class Report:
    """What is printed: tables, and at the end the gates."""

    def __init__(self) -> None:
        self.gates: list[Gate] = []

    def table(self, title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        """A Markdown table that reads in a terminal too."""
        widths = [max(len(row[place]) for row in [header, *rows]) for place in range(len(header))]
        print(f"\n{title}\n")
        for row in [header, tuple("-" * width for width in widths), *rows]:
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")

    def gate(self, what: str, value: float, limit: float, unit: str = "") -> None:
        self.gates.append(Gate(what, value, limit, unit))

    def finish(self) -> bool:
        """Print the gates; whether all are passed."""
        print()
        for gate in self.gates:
            print(gate)
        return all(gate.passed for gate in self.gates)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f}"


def times(ratio: float) -> str:
    return f"{ratio:.2f} x"


def forget_peak() -> None:
    """Let the kernel count the highest memory of this process anew (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def memory(name: str) -> float:
    """VmRSS (now) or VmHWM (highest) of this process in MB."""
    return int(re.findall(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)[0]) / 1024
