"""`make bench`: ratios measured side by side in one run, on an empty database that is seeded first. See docs/speed.md."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"

import django

PARTS = ("pages", "reads", "api", "downloads", "publishing", "photos", "regions", "memory", "evaluations")


def main() -> int:
    options = _options()
    django.setup()
    from tests.bench import run

    try:
        return 0 if run.everything(options) or not options.gate else 1
    except run.WrongDatabase as reason:
        print(reason, file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(os.environ["BENCH_FOLDER"], ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000, help="catalogue entries to measure on (10000)")
    parser.add_argument("--rounds", type=int, default=40, help="how often each case is measured (40, at least 30)")
    parser.add_argument("--products", type=int, default=5_000, help="products in the evaluation round (5000)")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--gate", action="store_true", help="end with an error when a limit is passed")
    options = parser.parse_args()
    options.rounds = max(30, options.rounds)
    options.parts = options.only or list(PARTS)
    options.began = time.monotonic()
    return options


if __name__ == "__main__":
    sys.exit(main())
