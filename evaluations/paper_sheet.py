"""The A4 score sheet for writing by hand: of one product, or blank for a family. Always in Indonesian."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from common.formatting import date_long, number
from registry.models import Category

from .models import Entrant, Round
from .services.sheets import circumstances
from .sheet_page import NOT_ASKED, plain
from .sheet_rubric import asked_codes, words_for

TEMPLATE = Path(__file__).parent / "typst" / "sheet.typ"
Data = dict[str, Any]


def of_family(round: Round, instrument_id: int, family: str) -> bytes:
    """The sheet of a family with lines for the name of the product."""
    with translation.override("id"):
        group = Category.objects.groups().filter(slug=family).first()
        return _compile(round, instrument_id, family, {"family": group.name if group else family, "product": "", "maker": "", "code": ""})


def of_product(entrant: Entrant) -> bytes:
    """The sheet of one product; criteria it is not asked are named with the reason, without boxes."""
    with translation.override("id"):
        about = circumstances(entrant)
        asked = asked_codes(entrant.instrument_id, entrant.family, entrant.facts, has_sample=about.has_sample)
        head = {"family": "", "product": entrant.name, "maker": entrant.producer_name, "code": entrant.code}
        return _compile(entrant.round, entrant.instrument_id, entrant.family, head, asked, entrant.facts)


def _compile(round: Round, instrument_id: int, family: str, head: Data, asked: Any = None, facts: Any = None) -> bytes:
    words = words_for(instrument_id, family)
    data = {
        **head,
        "round": round.name,
        "until": date_long(round.scoring_closes_on),
        "instrument": str(words.instrument),
        "is_proposal": words.instrument.is_proposal,
        "sections": [_section(section, asked, facts or {}) for section in words.sections],
        "words": _words(),
    }
    return typst.compile(str(TEMPLATE), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})


def _section(section: Any, asked: Any, facts: dict[str, bool]) -> Data:
    rows = [_criterion(row, asked, facts) for row in section.criteria.all()]
    return {"code": section.code, "name": section.name, "points": number(plain(section.points)), "criteria": rows}


def _criterion(row: Any, asked: Any, facts: dict[str, bool]) -> Data:
    left_out = asked is not None and row.code not in asked
    why = ""
    if left_out:
        by_rule = row.applies_if and not facts.get(row.applies_if, False)
        why = str(NOT_ASKED[row.applies_if]) if by_rule else _("Judged by a sample; tick only once the sample has been received.")
        left_out = by_rule
    weight = Fraction(row.weight)
    levels = [
        {"points": number(plain(Fraction(level.points) * weight)), "name": level.name, "text": level.description}
        for level in row.levels.all()
    ]
    evidence = "; ".join(one.label for one in row.evidence.all())
    return {"code": row.code, "name": row.name, "why": why, "levels": [] if left_out else levels, "evidence": evidence}


def _words() -> dict[str, str]:
    """Every fixed word of the paper."""
    return {
        "title": _("Sheet of a reviewer"),
        "proposal": _("Proposal, not yet established"),
        "lead": _("Tick one level of each criterion. Points are not added up on paper; the portal does it."),
        "product": _("Product"),
        "maker": _("Maker"),
        "code": _("Code"),
        "family": _("Category family"),
        "until": _("Scoring until"),
        "reviewer": _("Name of the reviewer"),
        "remark": _("Remark and evidence seen"),
        "evidence": _("Evidence"),
        "advice": _("One piece of advice the producer can act on next year"),
        "signed": _("Day and signature of the reviewer"),
        "entered": _("Entered in the portal by, on"),
        "page": _("Page"),
        "points": _("points"),
    }
