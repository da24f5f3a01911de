"""The printable labels of samples: the blind number, the round and the session, and nothing that names product or maker."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typst
from django.utils import translation
from django.utils.translation import gettext

from .models import Round

_TEMPLATE = Path(__file__).parent / "typst" / "sample_labels.typ"


def sheet(round: Round, numbers: Sequence[tuple[int, str | None]]) -> bytes:
    """A4 pages, three by eight labels, always in Indonesian; words are handed over as data, never as markup."""
    with translation.override("id"):
        data = {
            "round": round.name,
            "title": gettext("Sample"),
            "note": gettext("Judge what you taste and see. Do not ask whose it is."),
            "labels": [{"number": str(number), "session": session or ""} for number, session in numbers],
        }
    return typst.compile(str(_TEMPLATE), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
