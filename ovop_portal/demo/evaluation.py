"""A demonstration round in the middle of scoring, taken there by the services from the published demonstration products.

Every word of a reviewer begins with "Contoh". The round is never closed here: stars are left to whoever walks through it.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.states import Pillar
from evaluations.models import Criterion, Entrant, Instrument, Level, Round, Sheet
from evaluations.queries.instruments import families_of
from evaluations.services import draw, entrants, panel, rounds, samples, sheets
from evaluations.services.sheets import needs_remark
from evaluations.sheet_lock import SheetFacts, facts_of
from evaluations.sheet_rubric import asked_codes, words_for
from evaluations.states import EntrantState, PanelRole, SheetOrigin
from registry.models import CatalogueEntry

NAME, YEAR, DAYS = "Evaluasi OVOP 2026 (contoh)", 2026, 60
INSTRUMENT = "usulan-2026"
CHAIR, SECRETARY, MEMBERS = "satgas-1", "satgas-2", ("satgas-3", "satgas-4", "satgas-5")
SEEN = "Contoh: bukti dilihat pada data produk."
ADVICE = "Contoh saran: lengkapi keterangan yang masih kosong pada data produk."
# How much of the possible points the two reviewers of a product choose; None leaves the sheet open.
AGREE, APART, HALF_WAY = (0.75, 0.7), (1.0, 0.3), (0.6, None)
FILLED = (AGREE, APART, HALF_WAY, AGREE, AGREE)
# Few products, so that one person can send what is open and reach the Rakor in some minutes.
PILLARS = (Pillar.OVOP, Pillar.OCOP)


def is_wanted(province: str) -> bool:
    """Whether this database has the demonstration accounts and products, the proposal in force, and no round of anybody yet."""
    if Round.objects.exists():
        return False
    names = (province, CHAIR, SECRETARY, *MEMBERS)
    people = User.objects.filter(username__in=names, is_demo=True).count() == len(names)
    instrument = Instrument.objects.in_force().filter(code=INSTRUMENT)
    return people and instrument.exists() and CatalogueEntry.objects.published().filter(pillar__in=PILLARS).exists()


@transaction.atomic
def load_round(*, province: str) -> Round:
    """Open the round, seat the panel, enter and check the products, draw, and fill a few sheets."""
    people = User.objects.in_bulk([province, CHAIR, SECRETARY, *MEMBERS], field_name="username")
    office, secretary = people[province], people[SECRETARY]
    made = _open(office)
    seats = ((CHAIR, PanelRole.CHAIR), (SECRETARY, PanelRole.SECRETARY), *((name, PanelRole.MEMBER) for name in MEMBERS))
    for name, role in seats:
        panel.add_member(actor=office, round=made, user=people[name], role=role, scores=role == PanelRole.MEMBER)
    entered = entrants.enter_products(actor=secretary, round=made, entries=CatalogueEntry.objects.published().filter(pillar__in=PILLARS))
    made = _advance(secretary, made)
    entrants.complete_many(actor=secretary, round=made, entrants=entered)
    made = _advance(secretary, made)
    _bring_samples(secretary, made)
    last = entered[-1]
    panel.declare_conflict(actor=people[MEMBERS[-1]], round=made, code=last.code, reason="Contoh: kerabat pembuatnya.")
    draw.draw_reviewers(actor=secretary, round=made)
    made = _advance(secretary, made)
    for entrant, shares in zip(entered, FILLED, strict=False):
        _fill(entrant, shares)
    return made


def _open(office: User) -> Round:
    today = timezone.localdate()
    instrument = Instrument.objects.in_force().get(code=INSTRUMENT)
    return rounds.open_round(
        actor=office,
        families=dict.fromkeys(families_of(instrument), instrument),
        code=rounds.free_code(NAME),
        name=NAME,
        year=YEAR,
        pillars=list(PILLARS),
        region_codes=[office.mandates.get().region_codes[0]],
        documents_due_on=today,
        scoring_opens_on=today,
        scoring_closes_on=today + dt.timedelta(days=DAYS),
    )


def _advance(secretary: User, round: Round) -> Round:
    return rounds.advance(actor=secretary, round=round, expected=round.lock_version)


def _bring_samples(secretary: User, round: Round) -> None:
    """All samples are asked for and here but the last one, so both can be seen."""
    wanted = samples.judged_by_sample(round, round.entrants.filter(state=EntrantState.COMPLETE))
    samples.ask_samples(actor=secretary, round=round, entrants=wanted)
    for sample in list(round.samples.order_by("entrant__number"))[:-1]:
        samples.receive_sample(actor=secretary, sample=sample, condition="Contoh: utuh dan bersih")


def _fill(entrant: Entrant, shares: tuple[float | None, ...]) -> None:
    """The reviewers drawn for one product fill in their sheets and send them."""
    drawn = Sheet.objects.filter(entrant=entrant, origin=SheetOrigin.DRAWN).select_related("reviewer").order_by("pk")
    for sheet, share in zip(drawn, shares, strict=True):
        if share is None:
            continue
        facts = facts_of(sheet.key, sheet.reviewer)
        if facts is not None:
            _answer(sheet.reviewer, facts, share)


def _answer(reviewer: User, sheet: SheetFacts, share: float) -> None:
    words = words_for(sheet.instrument_id, sheet.family)
    asked = asked_codes(sheet.instrument_id, sheet.family, sheet.facts, has_sample=sheet.has_sample)
    for criterion in words.criteria.values():
        if criterion.code not in asked:
            continue
        level = _level(criterion, share)
        remark = SEEN if needs_remark(criterion, level) else ""
        sheets.save_score(actor=reviewer, key=sheet.key, criterion_id=criterion.pk, level_id=level.pk, comment=remark, base=0)
    sheets.save_comment(actor=reviewer, key=sheet.key, comment=ADVICE, base=0)
    sheets.submit_sheet(actor=reviewer, key=sheet.key)


def _level(criterion: Criterion, share: float) -> Level:
    """A level so far up among those that knock nothing out."""
    levels = [level for level in criterion.levels.all() if not level.effect]
    return levels[round(share * (len(levels) - 1))]
