"""The printable sheet of QR labels: A4, three by seven, as PDF."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import segno
import typst
from django.utils.translation import gettext

from . import showcase
from .models import CatalogueEntry

_TEMPLATE = Path(__file__).parent / "typst" / "labels.typ"


def sheet(entry: CatalogueEntry) -> bytes:
    """One page of equal labels for a published entry. What a person wrote is handed over as data, never as markup."""
    picture = BytesIO()
    segno.make(showcase.check_address(entry.code), error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False)
    data = {
        "name": entry.name,
        "maker": showcase.maker_name(entry),
        "place": showcase.short_place(entry),
        "code": entry.code,
        "ask": gettext("Check the registration"),
        "note": gettext("Compare photo and maker. Does not replace a distribution permit."),
        "qr": picture.getvalue().decode(),
    }
    return typst.compile(str(_TEMPLATE), format="pdf", sys_inputs={"data": json.dumps(data)})
