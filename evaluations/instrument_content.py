"""An instrument's rows as content and back, its hash, and what differs between two contents."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .instrument_schema import SHARED, Content, plain
from .models import Criterion, CriterionEvidence, DevelopmentPath, Instrument, Level, PathRule, Section, SectionMinimum, StarBand
from .scoring import ROUNDING


def content_of(instrument: Instrument) -> Content:
    """The whole content; load the instrument with `whole()` to do it in a constant number of queries."""
    sections = list(instrument.sections.all())
    families = list(dict.fromkeys(section.family for section in sections if section.family))
    paths = list(instrument.paths.all())
    return {
        **head_of(instrument),
        "knock_out_path": next((path.key for path in paths if path.is_for_knock_outs), None),
        "bands": [
            {"stars": band.stars, "from": plain(band.from_points), "label": band.label, "path": band.path.key}
            for band in instrument.bands.all()
        ],
        "paths": [{"key": path.key, "label": path.label, "advice": path.advice} for path in paths],
        "path_rules": [
            {"path": rule.path.key, "when": {"criterion": rule.criterion_code, "at_most_level": rule.at_most_level}}
            for rule in instrument.path_rules.all()
        ],
        "minimum_sections": [
            {"stars": one.stars, "section": one.section_code, "at_least": plain(one.at_least)} for one in instrument.minimums.all()
        ],
        "sections": [_section(section) for section in sections if section.family == SHARED],
        "variants": [
            {"family": family, "sections": [_section(section) for section in sections if section.family == family]} for family in families
        ],
    }


def head_of(instrument: Instrument) -> Content:
    """The values that stand in the instrument's own row."""
    return {
        "code": instrument.code,
        "name": instrument.name,
        "note": instrument.note,
        "is_proposal": instrument.is_proposal,
        "rounding": ROUNDING,
        "validity_months": instrument.validity_months,
        "unassessable": {"sample": instrument.unassessable, "note": instrument.unassessable_note},
    }


def _section(section: Section) -> Content:
    criteria = [_criterion(row) for row in section.criteria.all()]
    return {"code": section.code, "name": section.name, "points": plain(section.points), "criteria": criteria}


def _criterion(row: Criterion) -> Content:
    return {
        "code": row.code,
        "name": row.name,
        "guidance": row.guidance,
        "judged_by": row.judged_by,
        "applies_if": row.applies_if or None,
        "otherwise": row.otherwise,
        "weight": plain(row.weight),
        "source": row.source,
        "evidence": [
            {"kind": one.kind, "need": "required" if one.is_required else "useful", "label": one.label} for one in row.evidence.all()
        ],
        "levels": [
            {"points": plain(level.points), "name": level.name, "description": level.description, "effect": level.effect or None}
            for level in row.levels.all()
        ],
    }


def settled(content: Content) -> Content:
    """The content in the one order the tables give it back in: bands and minimums by stars, required evidence first."""
    for section in all_sections(content):
        for criterion in section["criteria"]:
            criterion["evidence"].sort(key=lambda one: one["need"] != "required")
    return {
        **content,
        "bands": sorted(content["bands"], key=lambda band: -band["stars"]),
        "minimum_sections": sorted(content["minimum_sections"], key=lambda one: (-one["stars"], one["section"])),
        "variants": [family for family in content["variants"] if family["sections"]],
    }


def all_sections(content: Content) -> list[Content]:
    """The shared sections and those of every family."""
    return [*content["sections"], *(section for family in content["variants"] for section in family["sections"])]


def canonical(content: Content) -> bytes:
    """The bytes the hash is taken over: JSON, keys sorted, nothing in between, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(content: Content) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def write_content(instrument: Instrument, content: Content) -> None:
    """Make the rows of a draft say exactly this content. Call inside a transaction, the instrument locked; load its parts anew after."""
    for model in (PathRule, StarBand, SectionMinimum, DevelopmentPath):
        model.objects.filter(instrument=instrument).delete()
    Section.objects.filter(instrument=instrument).delete()
    _write_head(instrument, content)
    _write_outcomes(instrument, content)
    _write_sections(instrument, content)


def _write_head(instrument: Instrument, content: Content) -> None:
    for name in ("name", "note", "is_proposal", "validity_months"):
        setattr(instrument, name, content[name])
    instrument.unassessable = content["unassessable"]["sample"]
    instrument.unassessable_note = content["unassessable"]["note"]
    instrument.save()


def _write_outcomes(instrument: Instrument, content: Content) -> None:
    rows = [
        DevelopmentPath(instrument=instrument, position=place, is_for_knock_outs=path["key"] == content["knock_out_path"], **path)
        for place, path in enumerate(content["paths"])
    ]
    paths = {path.key: path for path in DevelopmentPath.objects.bulk_create(rows)}
    StarBand.objects.bulk_create(
        StarBand(instrument=instrument, stars=band["stars"], from_points=band["from"], label=band["label"], path=paths[band["path"]])
        for band in content["bands"]
    )
    SectionMinimum.objects.bulk_create(
        SectionMinimum(instrument=instrument, stars=one["stars"], section_code=one["section"], at_least=one["at_least"])
        for one in content["minimum_sections"]
    )
    PathRule.objects.bulk_create(
        PathRule(
            instrument=instrument,
            path=paths[rule["path"]],
            criterion_code=rule["when"]["criterion"],
            at_most_level=rule["when"]["at_most_level"],
            position=place,
        )
        for place, rule in enumerate(content["path_rules"])
    )


def _write_sections(instrument: Instrument, content: Content) -> None:
    placed = [(SHARED, section) for section in content["sections"]]
    placed += [(family["family"], section) for family in content["variants"] for section in family["sections"]]
    sections = Section.objects.bulk_create(
        Section(instrument=instrument, family=family, position=place, code=one["code"], name=one["name"], points=one["points"])
        for place, (family, one) in enumerate(placed)
    )
    pairs = [(row, one, place) for row, (_family, s) in zip(sections, placed, strict=True) for place, one in enumerate(s["criteria"])]
    criteria = Criterion.objects.bulk_create(_criterion_row(row, one, place) for row, one, place in pairs)
    inner = [(row, one) for row, (_section, one, _place) in zip(criteria, pairs, strict=True)]
    Level.objects.bulk_create(
        Level(criterion=row, position=place, **{**level, "effect": level["effect"] or ""})
        for row, one in inner
        for place, level in enumerate(one["levels"], start=1)
    )
    CriterionEvidence.objects.bulk_create(
        CriterionEvidence(criterion=row, kind=e["kind"], is_required=e["need"] == "required", label=e["label"])
        for row, one in inner
        for e in one["evidence"]
    )


def _criterion_row(section: Section, one: dict[str, Any], place: int) -> Criterion:
    values = {name: one[name] for name in ("code", "name", "guidance", "judged_by", "otherwise", "weight", "source")}
    return Criterion(section=section, position=place, applies_if=one["applies_if"] or "", **values)
