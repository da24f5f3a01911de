"""What the code base promises of itself: sizes, one writer of states, no raw rows in doors, imports that point down."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("ovop_portal", "evaluations", "villages", "schools", "communities", "registry", "partners", "accounts", "regions", "common")
DOORS = re.compile(r"(^|/)(views|admin|forms|filters|urls|api)(_\w+)?(/|\.py)|/(staff_)?(forms|views|urls)\w*\.py")


def files() -> list[Path]:
    """Production code: no migrations."""
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def functions() -> list[tuple[str, int]]:
    """(place, lines) of every function, decorators and docstring apart."""
    rows = []
    for path in files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                rows.append((f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", body[-1].end_lineno - body[0].lineno + 1))
    return rows


def share_above(sizes: list[int], limit: int) -> float:
    return sum(size > limit for size in sizes) / len(sizes)


def test_functions_are_short():
    rows = functions()
    sizes = [size for _place, size in rows]
    print(f"functions: {len(sizes)}, median {statistics.median(sizes)}, largest {max(sizes)}")
    assert statistics.median(sizes) <= 8
    assert share_above(sizes, 40) <= 0.05
    assert [place for place, size in rows if size > 80] == []


def test_files_are_short():
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    filled = [size for size in sizes.values() if size]
    print(f"files: {len(filled)}, median {statistics.median(filled)}, largest {max(filled)}")
    assert statistics.median(filled) <= 100
    assert share_above(filled, 400) <= 0.05
    assert [name for name, size in sizes.items() if size > 600] == []


def assigned_states(path: Path) -> list[int]:
    """Lines that write an attribute or a keyword of update() or create() called `state`."""
    lines = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign):
            targets = [part for target in node.targets for part in ast.walk(target)]
            lines += [node.lineno for part in targets if isinstance(part, ast.Attribute) and part.attr == "state"]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("update", "create", "bulk_update"):
            lines += [node.lineno for keyword in node.keywords if keyword.arg == "state"]
    return lines


# One writer a kind of state; the seed of load tests and the former version that gives way are named with their reason.
STATE_WRITERS = {
    "registry/workflow.py",  # Submission
    "registry/effects.py",  # the former published submission becomes superseded in the same step
    "registry/services/entries.py",  # CatalogueEntry
    "registry/services/images.py",  # StoredImage
    "common/worker.py",  # Job
    "common/scheduler.py",
    "regions/services.py",  # RegionPlan
    "regions/loading.py",
    "partners/webhooks/messages.py",  # WebhookMessage
    "evaluations/services/instruments.py",  # Instrument
    "evaluations/services/entrants.py",  # Entrant
    "evaluations/services/sheets.py",  # Sheet while it is written
    "evaluations/services/panel.py",  # Sheet whose reviewer steps back
    "evaluations/services/samples.py",  # Sample
    "evaluations/services/rakor.py",  # FollowUp
    "ovop_portal/seed/products.py",  # set-based rows for load tests, never in production
}


def test_every_state_has_one_writer():
    writers = {str(path.relative_to(ROOT)) for path in files() if assigned_states(path)}
    assert writers - STATE_WRITERS == set()


# Scopes, and named queries whose docstring says why anybody may ask them.
NAMED_QUERIES = (
    *("for_user", "published", "offered", "groups", "in_force", "search", "resolve", "successors_of", "none"),
    *("on_desk_of", "current", "active"),
    "about",  # the records that name the reader
    "asked_of",  # scoped: the questions put to the head of the own unit
    "actors",  # who stands behind a history already seen
    "coded",  # the public page of one product code; one region of the public tree
    "formerly",  # the present code of a producer's former one
    "find_login",  # the account that signs in
    "numbered",  # a report, for whoever knows its number
    "in_order",  # categories
    "kept_by",  # scoped: contacts of the own area or unit; webhooks of the partner that asks
    "sent_to",  # scoped: the log of a webhook already seen
    "ready_among",  # whether photos already seen are prepared
)


def raw_rows(path: Path) -> list[str]:
    """Uses of `.objects` in a door that do not ask a scope or a named public query."""
    allowed = rf"\.objects\.({'|'.join(NAMED_QUERIES)})\b"
    text = path.read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if ".objects" in line and not re.search(allowed, line)]


def doors() -> list[Path]:
    return [path for path in files() if DOORS.search(str(path.relative_to(ROOT)))]


@pytest.mark.parametrize("path", doors(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_door_takes_no_raw_rows(path):
    assert raw_rows(path) == []


def test_there_are_doors_to_look_at():
    assert len(doors()) > 10


def test_imports_point_down():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_signals_and_no_table_inheritance():
    text = {path: path.read_text(encoding="utf-8") for path in files()}
    assert [path for path, code in text.items() if "@receiver" in code or "GenericForeignKey(" in code] == []


INLINE = re.compile(r"""<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|\sstyle=["']|\son[a-z]+=["']|javascript:""")


def templates() -> list[Path]:
    return sorted(path for folder in ("templates", *APPS) for path in (ROOT / folder).rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_inline(path):
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later(word):
    marked = [
        str(path.relative_to(ROOT)) for path in [*files(), *templates()] if re.search(rf"\b{word}\b", path.read_text(encoding="utf-8"))
    ]
    assert marked == []
